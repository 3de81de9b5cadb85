/* Prompts: a template read, filled with samples, and the hits of its cache worked out.
 *
 *   b_prompt
 */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "cachehit.h"
#include "prompt_length.h"

enum { RUNS = 5, SAMPLES = 20000, REPEATS = 200 };

static double now_s(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static struct str template_text(struct arena *a)
{
    struct buf b = { .max = 1 << 20 };
    for (int i = 0; i < 400; i++)
        buf_printf(
            &b,
            "Rule %d: what is late by %d days is refunded, {\"by\": {\"per\": %d}}.\n",
            i, i, i % 100);
    buf_text(&b, "{{customer}} asks: {{question}}\n");
    struct str s = { arena_text_n(a, b.p, b.n), b.n };
    buf_clear(&b);
    return s;
}

static double best_parse(struct str text)
{
    double best = 1e9;
    for (int r = 0; r < RUNS; r++) {
        double start = now_s();
        for (int i = 0; i < REPEATS; i++) {
            struct arena a = { 0 };
            struct template t;
            struct prompt_names names = { 0 };
            struct err e = { 0 };
            if (template_parse(&t, &names, text, &a, &e)) return -1;
            arena_clear(&a);
        }
        double s = (now_s() - start) / REPEATS;
        best = s < best ? s : best;
    }
    return best;
}

static double best_lengths(struct str text, struct arena *a)
{
    struct buf csv = { .max = 8 << 20 };
    struct prompt p;
    struct prompt_samples samples;
    struct err e = { 0 };
    double best = 1e9;
    buf_text(&csv, "customer,question\n");
    for (int i = 0; i < SAMPLES; i++)
        buf_printf(&csv, "C%d,where is parcel %d?\n", i % 97, i * 7919);
    if (prompt_of_text(&p, text, a, &e) ||
        prompt_samples_parse(&samples, "s", csv.p, csv.n, a, &e))
        return -1;
    for (int r = 0; r < RUNS; r++) {
        struct arena scratch = { 0 };
        struct prompt_length l;
        double start = now_s();
        if (prompt_length_of(&l, &p, &samples, &scratch, &e)) return -1;
        double s = now_s() - start;
        best = s < best ? s : best;
        arena_clear(&scratch);
    }
    buf_clear(&csv);
    return best;
}

static double best_life(const struct traffic_model *bursts, double *hit)
{
    double best = 1e9;
    double week[168];
    for (int h = 0; h < 168; h++)
        week[h] = h % 24 >= 8 && h % 24 < 18 ? 1.9 : 0.35;
    for (int r = 0; r < RUNS; r++) {
        struct arena a = { 0 };
        struct cache_arrivals in = {
            .requests_per_s = 0.01, .hour_factor = week, .hours = 168, .bursts = bursts
        };
        double start = now_s();
        *hit = cache_hit(cache_life_new(&in, 300, &a), 1);
        double s = now_s() - start;
        best = s < best ? s : best;
        arena_clear(&a);
    }
    return best;
}

int main(void)
{
    struct arena a = { 0 };
    struct str text = template_text(&a);
    struct traffic_model bursts = {
        .batch_mean = 1.3, .modulator = { { 0.4, 2 }, { 0.6, 30 }, { 1.2, 450 } }
    };
    double hit, parse = best_parse(text), lengths = best_lengths(text, &a);
    printf("template of %zu bytes read: %.1f us, %.0f MB/s\n", text.n, parse * 1e6,
           (double)text.n / parse / 1e6);
    printf("%d samples filled in and counted: %.1f ms, %.0f MB/s of prompts\n", SAMPLES,
           lengths * 1e3, (double)text.n * SAMPLES / lengths / 1e6);
    double poisson = best_life(NULL, &hit);
    printf("hits of a week of hours, Poisson: %.3f ms (%.4f)\n", poisson * 1e3, hit);
    double bursty = best_life(&bursts, &hit);
    printf("the same, bursty: %.1f ms (%.4f)\n", bursty * 1e3, hit);
    arena_clear(&a);
    return 0;
}
