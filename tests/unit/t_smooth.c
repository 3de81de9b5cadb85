#include "check.h"

#include "smooth.h"

/* AirPassengers 1949-50: Box & Jenkins, Time Series Analysis, series G. */
static const double air[] = { 112, 118, 132, 129, 121, 135, 148, 148,
                              136, 119, 104, 118, 115, 126, 141, 135,
                              125, 149, 170, 170, 158, 133, 114, 140 };

/* Expected values: the recursions evaluated in 40-digit decimal arithmetic, outside of
 * this program, rounded to 25 digits. */
static const struct {
    const char *what;
    struct smooth s;
    double level, trend, sse, ahead[6]; /* of the end */
} row[] = {
    { "simple",
      { .alpha = 0.3, .phi = 1 },
      138.3884668116383817366518,
      0,
      6952.010548926998297014261,
      { 138.3884668116383817366518 } },
    { "Holt",
      { .alpha = 0.3, .beta = 0.1, .phi = 1 },
      144.774809666768879539372,
      -2.056030973036986914676736,
      10114.88264880280831779394,
      { 142.7187786937318926246953, 140.6627477206949057100186,
        138.6067167476579187953418, 136.5506857746209318806651,
        134.4946548015839449659884, 132.4386238285469580513116 } },
    { "damped",
      { .alpha = 0.3, .beta = 0.1, .phi = 0.9 },
      141.9516725616395986275117,
      -2.858214860596285403220904,
      8504.82105606450126793113,
      { 139.3792791871029417646129, 137.064125150019950588004,
        134.9804865166452585290559, 133.1052117466080356760027,
        131.4174644535745351082548, 129.8984918898443845972817 } },
    { "additive season",
      { .alpha = 0.3, .beta = 0.05, .gamma = 0.1, .phi = 0.98, .season = 12 },
      146.3973698035170841901529,
      1.117326955033976875476632,
      581.6236005986268786819481,
      { 132.9822651447352908593652, 140.4014767275705477061567,
        155.2699705422564311187951, 152.7571322030092253673153,
        145.4990060457114385563327, 161.5267998172372681525212 } },
    { "multiplicative season",
      { .alpha = 0.3,
        .beta = 0.05,
        .gamma = 0.1,
        .phi = 0.98,
        .season = 12,
        .multiplicative = true },
      146.7619174129524581464896,
      1.300662432514173254711757,
      419.1443959524523913973071,
      { 131.0975838339876870158873, 139.6657170206932434985153,
        157.1447705787228207640148, 154.2097828946572562628354,
        145.5147952496376835352987, 164.716585006034620422843 } },
};

static void recursions_give_the_reference_values(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(row); i++) {
        double index[12], ahead[6], error[COUNT(air)];
        struct smooth_state at = { .level = air[0], .index = index };
        if (row[i].s.season) {
            smooth_start(&at, &row[i].s, air, COUNT(air));
        } else if (row[i].s.beta > 0) {
            at.trend = air[1] - air[0];
        }
        double sse = smooth_run(&row[i].s, &at, air, COUNT(air), error);
        print_message("%s\n", row[i].what);
        assert_close(sse, row[i].sse, 1e-13);
        assert_close(at.level, row[i].level, 1e-13);
        assert_close(at.trend, row[i].trend, 1e-13);
        smooth_forecast(ahead, COUNT(ahead), &row[i].s, &at);
        for (size_t h = 0; h < COUNT(ahead) && row[i].ahead[h] > 0; h++)
            assert_close(ahead[h], row[i].ahead[h], 1e-13);
    }
}

/* In two pieces or at once: the state carries everything. */
static void a_series_may_come_in_pieces(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(row); i++) {
        double index[2][12], whole[2], pieces[2];
        struct smooth_state a = { .level = 110, .index = index[0] }, b = a;
        b.index = index[1];
        if (row[i].s.season) {
            smooth_start(&a, &row[i].s, air, COUNT(air));
            smooth_start(&b, &row[i].s, air, COUNT(air));
        }
        double sse = smooth_run(&row[i].s, &a, air, COUNT(air), NULL);
        double parts = smooth_run(&row[i].s, &b, air, 7, NULL);
        parts += smooth_run(&row[i].s, &b, air + 7, COUNT(air) - 7, NULL);
        assert_close(parts, sse, 1e-14);
        smooth_forecast(whole, 2, &row[i].s, &a);
        smooth_forecast(pieces, 2, &row[i].s, &b);
        assert_memory_equal(whole, pieces, sizeof whole);
    }
}

static void a_gap_is_what_was_foreseen(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(row); i++) {
        double index[2][12], filled[COUNT(air)], gap[COUNT(air)], error[COUNT(air)];
        struct smooth_state a = { .level = 110, .index = index[0] }, b = a;
        b.index = index[1];
        memcpy(gap, air, sizeof air);
        gap[13] = (double)NAN;
        if (row[i].s.season) {
            smooth_start(&a, &row[i].s, air, COUNT(air));
            smooth_start(&b, &row[i].s, air, COUNT(air));
        }
        struct smooth_state before = b;
        double early[12];
        before.index = early;
        memcpy(early, index[1], sizeof early);
        smooth_run(&row[i].s, &before, air, 13, NULL);
        memcpy(filled, air, sizeof air);
        smooth_forecast(&filled[13], 1, &row[i].s, &before);
        double with_gap = smooth_run(&row[i].s, &a, gap, COUNT(air), error);
        assert_close(with_gap, smooth_run(&row[i].s, &b, filled, COUNT(air), NULL),
                     1e-12);
        assert_true(error[13] == 0);
        assert_close(a.level, b.level, 1e-13);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(recursions_give_the_reference_values),
        cmocka_unit_test(a_series_may_come_in_pieces),
        cmocka_unit_test(a_gap_is_what_was_foreseen),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
