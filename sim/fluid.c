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

double fluid_refused(const struct demand_hours *h, int64_t hours,
                     struct fluid_peak peak, const struct fluid_limits *l)
{
    double most = l->per_request * peak.requests + l->per_input * peak.input_tokens +
                  l->per_output * peak.output_tokens;
    bool tokens = most > l->tokens_per_hour,
         calls = peak.requests > l->requests_per_hour;
    double refused = 0;
    if (!tokens && !calls) return 0;
    for (int64_t i = 0; i < hours; i++) {
        double r = h->requests[i];
        double charged = l->per_request * r + l->per_input * h->input_tokens[i] +
                         l->per_output * h->output_tokens[i];
        double share = tokens ? over(l->tokens_per_hour, charged) : 0;
        if (calls) {
            double by_calls = over(l->requests_per_hour, r);
            share = by_calls > share ? by_calls : share;
        }
        refused += share * r;
    }
    return refused;
}
