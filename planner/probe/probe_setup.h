#ifndef PROBE_SETUP_H
#define PROBE_SETUP_H

/* From the options of `bedplan probe` to an order that can run. */

#include "app.h"
#include "probe_engine.h"
#include "probe_store.h"

struct probe_settings {
    int64_t requests, concurrency, input_tokens, max_tokens, warmup, max_in_flight,
        attachment_tokens, units;
    double rate, timeout_s, drain_s;
    int arrivals, tier, cache_ttl;
    const char *for_, *prompt, *text, *usage, *data, *max_usd, *endpoint_url, *region,
        *profile, *save, *usd_per_mtok, *plots, *saturate_for;
    struct opt_list image, document;
    bool no_stream, dry_run, unique_prefix, cache, strict, no_save, saturate, explain;
};

struct probe_setup {
    const struct probe_settings *set;
    const char *model, *region, *endpoint;
    bool loopback;
    struct client *client;
    struct probe_prompts prompts;
    struct probe_price price;
    struct probe_order order;
    struct probe_meta meta;
    struct usd_acc worst;
    bool worst_known;
};

/* Nothing is sent. Errors: ERR_USAGE, ERR_INPUT, ERR_UNPRICED, ERR_NOT_FOUND of what
 * was asked; ERR_CAP never: that is probe_setup_cap(). The client is the caller's, to
 * be closed whatever happens. */
NODISCARD enum err_code probe_setup_make(struct probe_setup *out, struct app *app,
                                         const char *model,
                                         const struct probe_settings *s, struct err *e);
/* The spend cap against the worst case. Errors: ERR_USAGE no cap was given where there
 * is something to pay; ERR_CAP the worst is above it. */
NODISCARD enum err_code probe_setup_cap(struct probe_setup *p, struct app *app,
                                        struct err *e);

/* Opens the client for these options. `endpoint` and `loopback` are of the runtime. */
NODISCARD enum err_code probe_client(struct probe_setup *p, struct app *app,
                                     struct err *e);

#endif
