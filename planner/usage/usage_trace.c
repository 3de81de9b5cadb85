#include "usage_summary.h"

#include <math.h>
#include <string.h>

/* The file's name without its folders, which are the user's own business. */
static const char *file_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

enum err_code usage_from_trace(struct usage_summary *out, const char *path,
                               struct arena *a, struct err *e)
{
    struct trace t;
    struct traffic_summary s;
    if (trace_read(&t, path, a, e)) return e->code;
    if (summary_of_requests(&s, t.request, t.count, a, e))
        return err_wrap(e, "%s: ", path);
    struct usage_summary u = {
        .source = arena_text(a, file_name(path)),
        .license = "",
        .command = "",
        .requests = s.requests,
        .dated = t.dated,
        .span_s = s.span_s,
        .requests_per_s = s.span_s > 0 ? (double)s.requests / s.span_s : 0,
        .input_tokens = s.input_tokens,
        .output_tokens = s.output_tokens,
        .cached_tokens = s.cached_tokens,
        .input_cv = s.input_cv,
        .output_cv = s.output_cv,
        .interarrival_cv = s.interarrival_cv,
        .per_minute = s.per_minute,
        .minutes = s.minutes,
    };
    if (t.dated) {
        u.first_unix_s = t.origin_unix_s + (int64_t)floor(s.first_unix_s);
        u.last_unix_s = t.origin_unix_s + (int64_t)floor(s.last_unix_s);
    }
    memcpy(u.dispersion, s.dispersion, sizeof u.dispersion);
    memcpy(u.peak_to_mean, s.peak_to_mean, sizeof u.peak_to_mean);
    if (lengths_of_summary(&u.lengths, &s, a, e)) return err_wrap(e, "%s: ", path);
    *out = u;
    return OK;
}
