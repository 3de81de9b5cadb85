#include "check.h"

#include <gsl/gsl_qrng.h>

#include "sobol_index.h"

enum { N = 8192, INPUTS = 3 };
static const double PI = 3.14159265358979323846;

/* Ishigami and Homma 1990: sin x1 + 7 sin² x2 + 0.1 x3⁴ sin x1 on (−π, π)³ */
static double ishigami(const double *u)
{
    double x[INPUTS];
    for (int i = 0; i < INPUTS; i++)
        x[i] = PI * (2 * u[i] - 1);
    return sin(x[0]) + 7 * sin(x[1]) * sin(x[1]) + 0.1 * pow(x[2], 4) * sin(x[0]);
}

static void reproduces_the_ishigami_function(void **state)
{
    (void)state;
    static double fa[N], fb[N], fab[INPUTS * N];
    gsl_qrng *q = gsl_qrng_alloc(gsl_qrng_sobol, 2 * INPUTS);
    for (size_t r = 0; r < N; r++) {
        double u[2 * INPUTS], mixed[INPUTS];
        gsl_qrng_get(q, u);
        fa[r] = ishigami(u);
        fb[r] = ishigami(u + INPUTS);
        for (size_t i = 0; i < INPUTS; i++) {
            memcpy(mixed, u, sizeof mixed);
            mixed[i] = u[INPUTS + i];
            fab[i * N + r] = ishigami(mixed);
        }
    }
    gsl_qrng_free(q);
    struct sobol_index s[INPUTS];
    sobol_indices(s, INPUTS, fa, fb, fab, N);
    /* closed forms: V1 = (1 + b π⁴/5)²/2, V2 = a²/8, V13 = b² π⁸ (1/18 − 1/50), a 7, b
     * 0.1 */
    double v1 = 0.5 * pow(1 + 0.1 * pow(PI, 4) / 5, 2), v2 = 49.0 / 8;
    double v13 = 0.01 * pow(PI, 8) * (1 / 18.0 - 1 / 50.0), v = v1 + v2 + v13;
    const double first[INPUTS] = { v1 / v, v2 / v, 0 };
    const double total[INPUTS] = { (v1 + v13) / v, v2 / v, v13 / v };
    assert_close(first[0], 0.3139, 1e-4); /* as published: 0.3139, 0.4424, 0 */
    assert_close(total[0], 0.5576, 1e-4);
    for (int i = 0; i < INPUTS; i++) {
        assert_close(s[i].first, first[i], 0.005);
        assert_close(s[i].total, total[i], 0.005);
    }
}

static void a_constant_depends_on_nothing(void **state)
{
    (void)state;
    double f[64];
    for (int i = 0; i < 64; i++)
        f[i] = 2.385;
    struct sobol_index s = { 9, 9 };
    sobol_indices(&s, 1, f, f, f, 64);
    assert_close(s.first, 0, 0);
    assert_close(s.total, 0, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reproduces_the_ishigami_function),
        cmocka_unit_test(a_constant_depends_on_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
