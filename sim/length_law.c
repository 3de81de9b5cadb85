#include "lengths.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_cdf.h>

#include "str.h"
#include "text.h"

/* Words after the family, as pairs "mean 1155", "p95 3500", "cv 0.9". */
struct facts {
    bool has_mean, has_cv;
    double mean, cv;
    int quantiles; /* at most two */
    double p[2], value[2];
};

static const double MOST_TOKENS = 1e9, WIDEST_SIGMA = 3;

/* "p95" -> 0.95, "p99.9" -> 0.999 */
static bool percentile_of(double *p, const char *word)
{
    if (word[0] != 'p' || word[1] < '0' || word[1] > '9') return false;
    struct err e = { 0 };
    if (text_real(p, word + 1, 0, 100, &e)) return false;
    *p /= 100;
    return *p > 0 && *p < 1;
}

static enum err_code add_fact(struct facts *f, const char *name, const char *text,
                              struct err *e)
{
    double p;
    if (strcmp(name, "mean") == 0 && !f->has_mean) {
        f->has_mean = true;
        if (text_real(&f->mean, text, 0, MOST_TOKENS, e)) return err_wrap(e, "mean: ");
        if (!(f->mean > 0)) return err_set(e, ERR_RANGE, "mean must be above 0");
    } else if (strcmp(name, "cv") == 0 && !f->has_cv) {
        f->has_cv = true;
        if (text_real(&f->cv, text, 0, 100, e)) return err_wrap(e, "cv: ");
    } else if (percentile_of(&p, name) && f->quantiles < 2) {
        double value;
        if (text_real(&value, text, 0, MOST_TOKENS, e))
            return err_wrap(e, "%s: ", name);
        if (!(value > 0)) return err_set(e, ERR_RANGE, "%s must be above 0", name);
        f->p[f->quantiles] = p;
        f->value[f->quantiles++] = value;
    } else {
        return err_set(e, ERR_INPUT,
                       "'%s' is not mean, cv or a percentile like p95, "
                       "or is one too many",
                       name);
    }
    return OK;
}

static enum err_code read_facts(struct facts *f, char *const *word, size_t count,
                                struct err *e)
{
    for (size_t i = 0; i < count; i += 2) {
        if (i + 1 == count) return err_set(e, ERR_INPUT, "'%s' has no value", word[i]);
        if (add_fact(f, word[i], word[i + 1], e)) return e->code;
    }
    return OK;
}

/* mean m and the p-quantile v: ln v - ln m = z sigma - sigma²/2. Two roots when z > 0;
 * the larger one has a tail so long that its mean lies beyond the quantile's reach. */
static enum err_code sigma_of_mean(double *sigma, double m, double p, double v,
                                   struct err *e)
{
    double z = gsl_cdf_ugaussian_Pinv(p), distance = log(v / m);
    double under = z * z - 2 * distance;
    if (p > 0.5 && distance < 0) {
        return err_set(e, ERR_RANGE, "p%g %g must not be below the mean %g", 100 * p, v,
                       m);
    }
    if (under < 0 || (z <= 0 && distance > 0)) {
        return err_set(e, ERR_RANGE, "no lognormal of mean %g has p%g %g: at most %.4g",
                       m, 100 * p, v, m * (z > 0 ? exp(z * z / 2) : 1));
    }
    /* z - sqrt(under) without cancellation where z > 0 */
    *sigma = z > 0 ? 2 * distance / (z + sqrt(under)) : z + sqrt(under);
    return OK;
}

static enum err_code lognormal_of(struct length_law *out, const struct facts *f,
                                  struct err *e)
{
    double sigma = 0, mu;
    if (f->has_mean + f->has_cv + f->quantiles != 2) {
        return err_set(e, ERR_INPUT, "lognormal needs two of mean, cv and percentiles");
    }
    if (f->has_cv) {
        sigma = sqrt(log1p(f->cv * f->cv));
    } else if (f->has_mean) {
        if (sigma_of_mean(&sigma, f->mean, f->p[0], f->value[0], e)) return e->code;
    } else {
        double between =
            gsl_cdf_ugaussian_Pinv(f->p[1]) - gsl_cdf_ugaussian_Pinv(f->p[0]);
        sigma = log(f->value[1] / f->value[0]) / between;
        if (!(sigma >= 0 && isfinite(sigma))) {
            return err_set(e, ERR_RANGE, "p%g %g and p%g %g contradict each other",
                           100 * f->p[0], f->value[0], 100 * f->p[1], f->value[1]);
        }
    }
    if (sigma > WIDEST_SIGMA) {
        return err_set(e, ERR_RANGE,
                       "so wide a lognormal is no length: sigma %.3g is "
                       "above %g",
                       sigma, WIDEST_SIGMA);
    }
    if (f->has_mean)
        mu = log(f->mean) - sigma * sigma / 2;
    else
        mu = log(f->value[0]) - sigma * gsl_cdf_ugaussian_Pinv(f->p[0]);
    *out = sigma > 0 ? (struct length_law){ LENGTH_LOGNORMAL, mu, sigma }
                     : (struct length_law){ LENGTH_CONSTANT, exp(mu), 0 };
    return OK;
}

static enum err_code gamma_of(struct length_law *out, const char *family,
                              const struct facts *f, struct err *e)
{
    bool exponential = strcmp(family, "exponential") == 0;
    if (!f->has_mean || f->quantiles > 0 || f->has_cv == exponential) {
        return err_set(e, ERR_INPUT, "%s needs a mean%s", family,
                       exponential ? " only" : " and a cv");
    }
    double cv = exponential ? 1 : f->cv;
    /* where GSL's inverse converges on every 1/1024 */
    const double least_cv = 0.05, most_cv = 2.5;
    if (cv > 0 && (cv < least_cv || cv > most_cv)) {
        return err_set(e, ERR_RANGE, "cv of a gamma must be 0 or %g to %g, not %g",
                       least_cv, most_cv, cv);
    }
    *out = cv > 0
               ? (struct length_law){ LENGTH_GAMMA, 1 / (cv * cv), f->mean * cv * cv }
               : (struct length_law){ LENGTH_CONSTANT, f->mean, 0 };
    return OK;
}

static enum err_code uniform_of(struct length_law *out, char *const *word, size_t count,
                                struct err *e)
{
    double lo, hi;
    if (count != 2) return err_set(e, ERR_INPUT, "uniform needs two lengths");
    if (text_real(&lo, word[0], 0, MOST_TOKENS, e)) return e->code;
    if (text_real(&hi, word[1], 0, MOST_TOKENS, e)) return e->code;
    if (lo > hi) return err_set(e, ERR_RANGE, "uniform %g %g is upside down", lo, hi);
    *out = lo < hi ? (struct length_law){ LENGTH_UNIFORM, lo, hi }
                   : (struct length_law){ LENGTH_CONSTANT, lo, 0 };
    return OK;
}

static enum err_code law_of_words(struct length_law *out, char *const *word,
                                  size_t count, struct err *e)
{
    const char *family = word[0];
    struct facts f = { 0 };
    double value;
    if (strcmp(family, "uniform") == 0) return uniform_of(out, word + 1, count - 1, e);
    if (strcmp(family, "lognormal") == 0) {
        if (read_facts(&f, word + 1, count - 1, e)) return e->code;
        return lognormal_of(out, &f, e);
    }
    if (strcmp(family, "gamma") == 0 || strcmp(family, "exponential") == 0) {
        if (read_facts(&f, word + 1, count - 1, e)) return e->code;
        return gamma_of(out, family, &f, e);
    }
    bool named = strcmp(family, "constant") == 0;
    if (count != (named ? 2U : 1U)) {
        return err_set(
            e, ERR_INPUT,
            "'%s' is not constant, lognormal, uniform, exponential, gamma or "
            "a number of tokens",
            family);
    }
    if (text_real(&value, word[named], 0, MOST_TOKENS, e)) return e->code;
    *out = (struct length_law){ LENGTH_CONSTANT, value, 0 };
    return OK;
}

enum err_code length_law_parse(struct length_law *out, const char *text, struct err *e)
{
    enum { MOST_WORDS = 8 };
    char copy[200], *word[MOST_WORDS], *rest = NULL;
    size_t n = strlen(text), count = 0;
    if (n >= sizeof copy) return err_set(e, ERR_INPUT, "length law is too long");
    memcpy(copy, text, n + 1);
    for (char *w = strtok_r(copy, " \t", &rest); w; w = strtok_r(NULL, " \t", &rest)) {
        if (count == MOST_WORDS)
            return err_set(e, ERR_INPUT, "'%s': too many words", text);
        word[count++] = w;
    }
    if (count == 0) return err_set(e, ERR_INPUT, "length law is empty");
    struct length_law law;
    if (law_of_words(&law, word, count, e)) return err_wrap(e, "'%s': ", text);
    *out = law;
    return OK;
}

double length_law_quantile(const struct length_law *law, double u)
{
    double x = law->a;
    switch (law->family) {
    case LENGTH_CONSTANT:
        break;
    case LENGTH_LOGNORMAL:
        x = gsl_cdf_lognormal_Pinv(u, law->a, law->b);
        break;
    case LENGTH_UNIFORM:
        x = law->a + u * (law->b - law->a);
        break;
    case LENGTH_GAMMA:
        x = gsl_cdf_gamma_Pinv(u, law->a, law->b);
        break;
    }
    return fmax(1, x);
}

double length_law_mean(const struct length_law *law)
{
    switch (law->family) {
    case LENGTH_CONSTANT:
        return law->a;
    case LENGTH_LOGNORMAL:
        return exp(law->a + law->b * law->b / 2);
    case LENGTH_UNIFORM:
        return (law->a + law->b) / 2;
    case LENGTH_GAMMA:
        return law->a * law->b;
    }
    return 0;
}
