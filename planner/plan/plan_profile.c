#include "plan_config.h"

#include <string.h>

#include "file.h"
#include "text.h"

enum { WEEK = 168, MAX_PROFILE_BYTES = 1 << 20 };
static const double OUTSIDE_OFFICE = 0.15;

static void office_hours(double weight[WEEK])
{
    for (int h = 0; h < WEEK; h++) {
        bool open = h / 24 < 5 && h % 24 >= 8 && h % 24 < 18;
        weight[h] = open ? 1 : OUTSIDE_OFFICE;
    }
}

/* Numbers between white space and commas; exactly a week of them. */
static enum err_code read_weights(double weight[WEEK], const char *text,
                                  const char *name, struct arena *a, struct err *e)
{
    int n = 0;
    for (const char *p = text; *p;) {
        size_t gap = strspn(p, " \t\r\n,;");
        size_t word = strcspn(p + gap, " \t\r\n,;");
        p += gap;
        if (!word) break;
        if (n == WEEK) return err_set(e, ERR_INPUT, "%s: more than 168 weights", name);
        char *one = arena_text_n(a, p, word);
        if (text_real(&weight[n], one, 0, 1e9, e))
            return err_wrap(e, "%s: weight %d: ", name, n + 1);
        n++;
        p += word;
    }
    if (n != WEEK)
        return err_set(e, ERR_INPUT, "%s: %d weights, a week has 168", name, n);
    return OK;
}

static enum err_code scale_to_mean_one(double weight[WEEK], struct err *e)
{
    double sum = 0;
    for (int h = 0; h < WEEK; h++)
        sum += weight[h];
    if (sum <= 0) return err_set(e, ERR_RANGE, "profile: every hour weighs 0");
    for (int h = 0; h < WEEK; h++)
        weight[h] *= WEEK / sum;
    return OK;
}

enum err_code plan_profile(double weight[168], const char *text, const char *beside,
                           struct arena *a, struct err *e)
{
    if (strcmp(text, "flat") == 0) {
        for (int h = 0; h < WEEK; h++)
            weight[h] = 1;
        return OK;
    }
    if (strcmp(text, "office-hours") == 0) {
        office_hours(weight);
    } else if (strchr("0123456789.", *text) && strpbrk(text, " ,")) {
        if (read_weights(weight, text, "profile", a, e)) return e->code;
    } else {
        char *bytes;
        size_t size;
        const char *path = plan_path_beside(beside, text, a);
        if (file_read(&bytes, &size, path, MAX_PROFILE_BYTES, a, e))
            return err_wrap(e,
                            "profile is flat, office-hours, 168 weights or a file: ");
        if (read_weights(weight, bytes, path, a, e)) return e->code;
    }
    return scale_to_mean_one(weight, e);
}
