#include "demand.h"

#include <math.h>
#include <string.h>

#include "date.h"
#include "drivers.h"
#include "normal_pairs.h"
#include "rng.h"

enum { WEEK = DEMAND_WEEK_HOURS };

/* One week from hour 0 on, relative to the week's first hour; i counts hours. */
struct week_shape {
    double demand[WEEK];       /* season × growth */
    double inverse_root[WEEK]; /* 1 / sqrt(demand), 0 where demand is */
    double length[WEEK];       /* drift */
};

/* Sources of noise; `spread` / sqrt(requests) is a third of the relative sd. */
enum { NOISE_COUNT, NOISE_INPUT, NOISE_OUTPUT, NOISES };

/* Constant over a stretch: a part of a week between the edges of shocks. */
struct stretch {
    double requests;                    /* × shape: an hour's mean */
    double input_tokens, output_tokens; /* a request's, × shape */
    double spread[NOISES];              /* × inverse_root: b of the noise */
};

/* Standard normals of the hours of a stretch. */
struct normals {
    double of[NOISES][WEEK];
};

/* Where a stretch's hours go. */
struct target {
    double *requests, *input_tokens, *output_tokens;
};

static void draw_normals(struct normals *z, uint64_t key, int64_t hour, int n)
{
    uint64_t counter = key + (uint64_t)hour * 0x9E3779B97F4A7C15U; /* splitmix64's */
    for (int i = 0; i < n; i++) {
        uint64_t bits = splitmix64(&counter);
        struct normal_pair first = normal_pair_of(bits, 0);
        z->of[NOISE_COUNT][i] = first.a;
        z->of[NOISE_INPUT][i] = first.b;
        z->of[NOISE_OUTPUT][i] = normal_pair_of(bits, 2 * NORMAL_PIECE_BITS).a;
    }
}

/* Wilson & Hilferty's variable is (1 - b² + b z)³, b = relative sd / 3. Its mean is
 * 1 - b^6. Above GENTLE that is put right and the cube kept from going below 0;
 * beyond WIDEST, relative sd 1, the noise stops growing. Below GENTLE both would change
 * less than 2e-8, and the loop without them is twice as quick. */
static const double GENTLE = 0.05, WIDEST = 1.0 / 3;

static inline double gentle_noise(double b, double z)
{
    double root = 1 + b * (z - b);
    return root * root * root;
}

static inline double wild_noise(double b, double z)
{
    b = fmin(b, WIDEST);
    double b2 = b * b, root = fmax(0, 1 + b * (z - b));
    return root * root * root * (1 + b2 * b2 * b2);
}

/* `restrict` and a constant `n` are what lets the compilers take two hours at once. */
static inline void gentle_hours(double *restrict requests, double *restrict input,
                                double *restrict output,
                                const struct week_shape *restrict w,
                                const struct normals *restrict z, int from, int first,
                                int n, struct stretch s)
{
    for (int i = 0; i < n; i++) {
        double t = w->inverse_root[from + i];
        double mean = s.requests * w->demand[from + i];
        double count = mean * gentle_noise(s.spread[0] * t, z->of[0][first + i]);
        double tokens = count * w->length[from + i];
        requests[i] = count;
        input[i] = s.input_tokens * tokens *
                   gentle_noise(s.spread[1] * t, z->of[1][first + i]);
        output[i] = s.output_tokens * tokens *
                    gentle_noise(s.spread[2] * t, z->of[2][first + i]);
    }
}

static void fill_gentle(struct target out, const struct week_shape *w, int from, int n,
                        const struct stretch *s, const struct normals *z)
{
    enum { BLOCK = 8 };
    int i = 0;
    for (; i + BLOCK <= n; i += BLOCK)
        gentle_hours(out.requests + i, out.input_tokens + i, out.output_tokens + i, w,
                     z, from + i, i, BLOCK, *s);
    gentle_hours(out.requests + i, out.input_tokens + i, out.output_tokens + i, w, z,
                 from + i, i, n - i, *s);
}

static void fill_wild(struct target out, const struct week_shape *w, int from, int n,
                      const struct stretch *s, const struct normals *z)
{
    for (int i = 0; i < n; i++) {
        double t = w->inverse_root[from + i];
        double count = s->requests * w->demand[from + i] *
                       wild_noise(s->spread[0] * t, z->of[0][i]);
        double tokens = count * w->length[from + i];
        out.requests[i] = count;
        out.input_tokens[i] =
            s->input_tokens * tokens * wild_noise(s->spread[1] * t, z->of[1][i]);
        out.output_tokens[i] =
            s->output_tokens * tokens * wild_noise(s->spread[2] * t, z->of[2][i]);
    }
}

/* Growth inside the week by multiplying: 168 roundings, 2e-14. */
static double shape_week(struct week_shape *w, const struct demand_spec *s,
                         const struct drivers *d)
{
    int first = date_hour_of_week(s->start_unix_s);
    double grow = exp(d->log_growth_per_hour), drift = exp(d->log_drift_per_hour);
    double growth = 1, length = 1, steepest = 0;
    for (int i = 0; i < WEEK; i++) {
        double season = 1 + d->season * (s->profile[(first + i) % WEEK] - 1);
        w->demand[i] = fmax(0, season) * growth;
        w->length[i] = length;
        growth *= grow;
        length *= drift;
    }
    for (int i = 0; i < WEEK; i++) {
        w->inverse_root[i] = w->demand[i] > 0 ? 1 / sqrt(w->demand[i]) : 0;
        steepest = fmax(steepest, w->inverse_root[i]);
    }
    return steepest;
}

static struct stretch stretch_of(const struct demand_spec *s, double requests_per_hour,
                                 double length)
{
    struct stretch x = { .requests = requests_per_hour,
                         .input_tokens = s->input_mean * length,
                         .output_tokens = s->output_mean * length };
    if (!(s->dispersion > 0) || !(requests_per_hour > 0)) return x;
    double third = 1 / (3 * sqrt(requests_per_hour));
    x.spread[NOISE_COUNT] = third * sqrt(s->dispersion);
    x.spread[NOISE_INPUT] = third * s->input_cv;
    x.spread[NOISE_OUTPUT] = third * s->output_cv;
    return x;
}

void demand_path(struct demand_hours *out, const struct demand_spec *s, const double *u,
                 uint64_t seed, uint64_t workload, uint64_t path)
{
    struct drivers d = drivers_draw(s, u);
    struct week_shape shape;
    double steepest = shape_week(&shape, s, &d);
    uint64_t key = rng_key(rng_key(seed, STREAM_DEMAND_HOURS, workload),
                           STREAM_DEMAND_HOURS, path);
    struct normals z;
    int64_t until;
    for (int64_t h = 0; h < s->hours; h = until) {
        int64_t week = h / WEEK * WEEK;
        double shock = drivers_shock(&d, h, s->hours, &until);
        if (until > week + WEEK) until = week + WEEK;
        int n = (int)(until - h), from = (int)(h - week);
        double growth = exp(d.log_growth_per_hour * (double)week);
        struct stretch x =
            stretch_of(s, s->requests_per_day / 24 * d.level * growth * shock,
                       exp(d.log_drift_per_hour * (double)week));
        struct target at = { out->requests + h, out->input_tokens + h,
                             out->output_tokens + h };
        double widest = fmax(x.spread[0], fmax(x.spread[1], x.spread[2])) * steepest;
        draw_normals(&z, key, h, n);
        if (widest <= GENTLE)
            fill_gentle(at, &shape, from, n, &x, &z);
        else
            fill_wild(at, &shape, from, n, &x, &z);
    }
}
