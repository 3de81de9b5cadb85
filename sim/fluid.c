#include "fluid.h"

static double largest(const double *x, int64_t n)
{
    double most = 0;
    for (int64_t i = 0; i < n; i++)
        most = x[i] > most ? x[i] : most;
    return most;
}

struct fluid_peak fluid_peak(const struct demand_hours *h, int64_t hours)
{
    return (struct fluid_peak){ largest(h->requests, hours),
                                largest(h->input_tokens, hours),
                                largest(h->output_tokens, hours) };
}

static double over(double limit, double charged)
{
    double share = 1 - limit / charged; /* charged 0: minus infinity, refused nothing */
    return share > 0 ? share : 0;
}

static double charged_of(const struct fluid_limits *l, const struct demand_hours *h,
                         int64_t i)
{
    return l->per_request * h->requests[i] + l->per_input * h->input_tokens[i] +
           l->per_output * h->output_tokens[i];
}

void fluid_others_add(struct fluid_others *o, const struct demand_hours *h,
                      int64_t hours, const struct fluid_limits *l)
{
    for (int64_t i = 0; i < hours; i++) {
        o->tokens[i] += charged_of(l, h, i);
        o->requests[i] += h->requests[i];
    }
}

double fluid_refused(const struct demand_hours *h, const struct fluid_others *others,
                     int64_t hours, struct fluid_peak peak,
                     const struct fluid_limits *l)
{
    double most = l->per_request * peak.requests + l->per_input * peak.input_tokens +
                  l->per_output * peak.output_tokens;
    bool shared = others->tokens != NULL;
    bool tokens = shared || most > l->tokens_per_hour;
    bool calls = shared || peak.requests > l->requests_per_hour;
    double refused = 0;
    if (!tokens && !calls) return 0;
    for (int64_t i = 0; i < hours; i++) {
        double r = h->requests[i], charged = charged_of(l, h, i), all = r;
        if (shared) charged += others->tokens[i], all += others->requests[i];
        double share = tokens ? over(l->tokens_per_hour, charged) : 0;
        if (calls) {
            double by_calls = over(l->requests_per_hour, all);
            share = by_calls > share ? by_calls : share;
        }
        refused += share * r;
    }
    return refused;
}
