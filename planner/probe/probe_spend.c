#include "probe_spend.h"

bool probe_spend_may_start(const struct probe_spend *s, struct usd_acc worst)
{
    return !s->capped || s->spent.ausd + s->flying.ausd + worst.ausd <= s->cap.ausd;
}

void probe_spend_start(struct probe_spend *s, struct usd_acc worst)
{
    s->flying.ausd += worst.ausd;
}

void probe_spend_end(struct probe_spend *s, struct usd_acc worst, struct usd_acc cost)
{
    s->flying.ausd -= worst.ausd;
    s->spent.ausd += cost.ausd;
}

enum err_code probe_spend_all(struct usd_acc *out, struct usd_acc worst,
                              int64_t requests, struct err *e)
{
    const i128 limit = (i128)1000000000 * 1000000000 * 1000000000 * 1000000000;
    if (worst.ausd > 0 && (i128)requests > limit / worst.ausd)
        return err_set(e, ERR_RANGE, "more than 1e18 USD");
    out->ausd = worst.ausd * requests;
    return OK;
}
