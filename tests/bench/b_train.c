/* A made-up training file: b_train RECORDS >FILE. Converse records of two turns with
 * words of a skewed vocabulary, escapes, and a few letters that are not ASCII. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "rng.h"

enum { WORDS = 6000 };

struct vocabulary {
    char word[WORDS][12];
    double below[WORDS]; /* cumulative share, falling like 1 / rank */
};

static void make_words(struct vocabulary *v, struct rng *r)
{
    static const char letters[] = "eeetaoinshrdlucmfwypvbgk";
    double sum = 0;
    for (int i = 0; i < WORDS; i++) {
        int n = 2 + (int)(rng_uniform(r) * 8);
        for (int k = 0; k < n; k++)
            v->word[i][k] = letters[(int)(rng_uniform(r) * (sizeof letters - 1))];
        sum += 1.0 / (i + 3);
        v->below[i] = sum;
    }
    for (int i = 0; i < WORDS; i++)
        v->below[i] /= sum;
}

static const char *draw(const struct vocabulary *v, struct rng *r)
{
    double u = rng_uniform(r);
    int lo = 0, hi = WORDS - 1;
    while (lo < hi) {
        int mid = (lo + hi) / 2;
        if (v->below[mid] < u)
            lo = mid + 1;
        else
            hi = mid;
    }
    return v->word[lo];
}

static void text(const struct vocabulary *v, struct rng *r, int words)
{
    for (int i = 0; i < words; i++) {
        fputs(draw(v, r), stdout);
        fputs(i % 41 == 40   ? ".\\n"
              : i % 97 == 96 ? " caf\xc3\xa9 \\\"au lait\\\" "
                             : " ",
              stdout);
    }
}

int main(int argc, char **argv)
{
    static struct vocabulary v;
    struct rng r;
    long records = argc > 1 ? atol(argv[1]) : 1000;
    rng_init(&r, 1, 0, 0);
    make_words(&v, &r);
    for (long i = 0; i < records; i++) {
        fputs("{\"schemaVersion\":\"bedrock-conversation-2024\",\"system\":[{\"text\":"
              "\"You are a helpful agent.\"}],\"messages\":[{\"role\":\"user\","
              "\"content\":[{\"text\":\"",
              stdout);
        text(&v, &r, 120 + (int)(rng_uniform(&r) * 280));
        fputs("\"}]},{\"role\":\"assistant\",\"content\":[{\"text\":\"", stdout);
        text(&v, &r, 60 + (int)(rng_uniform(&r) * 240));
        fputs("\"}]}]}\n", stdout);
    }
    return 0;
}
