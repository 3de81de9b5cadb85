#include <math.h>
#include <stdio.h>
#include <string.h>

#include "date.h"
#include "plot_private.h"
#include "text.h"

enum { DAY_S = 86400 };

static void add_tick(struct plot_axis *a, double at, const char *label,
                     const char *second)
{
    if (a->ticks == PLOT_TICKS) return;
    struct plot_tick *t = &a->tick[a->ticks++];
    t->at = at;
    snprintf(t->label, sizeof t->label, "%s", label);
    snprintf(t->second, sizeof t->second, "%s", second);
}

void plot_number(char out[PLOT_NUMBER], double v, double step)
{
    if (fabs(v) >= 1e15) { /* no figure that people read */
        snprintf(out, PLOT_NUMBER, "%.3g", v);
        return;
    }
    static const struct {
        double from;
        const char *suffix;
    } scale[] = { { 1e13, "T" }, { 1e10, "G" }, { 1e7, "M" }, { 0, "" } };
    size_t s = 0;
    while (*scale[s].suffix && fabs(v) < scale[s].from &&
           !(fabs(v) >= scale[s].from / 10 && step >= scale[s].from / 100))
        s++;
    double unit = *scale[s].suffix ? scale[s].from / 10 : 1;
    v /= unit;
    step /= unit;
    int decimals = step > 0 && step < 1 ? (int)ceil(-log10(step) - 1e-9) : 0;
    if (decimals > 12) decimals = 12;

    char digits[64], whole[32];
    snprintf(digits, sizeof digits, "%.*f", decimals, fabs(v));
    char *point = strchr(digits, '.');
    struct err e = { 0 };
    int64_t n = 0;
    if (point) *point = '\0';
    if (text_int(&n, digits, 0, INT64_MAX, &e)) n = 0; /* the scales forbid it */
    text_thousands(whole, n);
    bool zero = strspn(digits, "0") == strlen(digits) &&
                (!point || strspn(point + 1, "0") == strlen(point + 1));
    snprintf(out, PLOT_NUMBER, "%s%s%s%s%s", v < 0 && !zero ? "-" : "", whole,
             point ? "." : "", point ? point + 1 : "", zero ? "" : scale[s].suffix);
}

/* 1, 2, 2.5 or 5 times a power of ten, not below `least`. */
static double round_step(double least)
{
    static const double round[] = { 1, 2, 2.5, 5, 10 };
    double power = pow(10, floor(log10(least)));
    for (size_t i = 0; i < sizeof round / sizeof *round; i++)
        if (round[i] * power >= least * (1 - 1e-9)) return round[i] * power;
    return 10 * power;
}

/* A range of no width is given some. */
static void widen(double *lo, double *hi)
{
    if (*hi > *lo) return;
    double more = *lo == 0 ? 1 : fabs(*lo) / 10;
    if (*lo != 0) *lo -= more;
    *hi += more;
}

void plot_axis_linear(struct plot_axis *a, double lo, double hi, bool loose, int wanted)
{
    widen(&lo, &hi);
    double step = round_step((hi - lo) / wanted);
    double first = ceil(lo / step - 1e-9), last = floor(hi / step + 1e-9);
    if (loose) {
        first = floor(lo / step + 1e-9);
        last = ceil(hi / step - 1e-9);
        lo = first * step;
        hi = last * step;
    }
    *a = (struct plot_axis){ .lo = lo, .hi = hi };
    /* 2.5 needs one decimal more than 1, 2 and 5 */
    double mantissa = step / pow(10, floor(log10(step) + 1e-9));
    double shown = fabs(mantissa - 2.5) < 0.01 ? step / 5 : step;
    for (int i = 0; i < PLOT_TICKS && first + i <= last; i++) {
        char label[PLOT_NUMBER];
        plot_number(label, (first + i) * step, shown);
        add_tick(a, (first + i) * step, label, "");
    }
}

void plot_axis_log(struct plot_axis *a, double lo, double hi)
{
    if (!(hi > lo)) {
        lo /= 2;
        hi *= 2;
    }
    double decades = log10(hi) - log10(lo);
    if (decades < 0.8) { /* 1, 2 and 5 might all lie outside */
        plot_axis_linear(a, lo, hi, false, 5);
        a->log = true;
        return;
    }
    *a = (struct plot_axis){ .lo = lo, .hi = hi, .log = true };
    int every = (int)ceil(decades / 8); /* decades between ticks */
    static const double between[] = { 1, 2, 5 };
    for (int k = (int)floor(log10(lo)); k <= (int)ceil(log10(hi)); k++) {
        if (every > 1 && k % every != 0) continue;
        for (size_t i = 0; i < (decades < 3 ? 3 : 1); i++) {
            double v = between[i] * pow(10, k);
            char label[PLOT_NUMBER];
            if (v < lo * (1 - 1e-9) || v > hi * (1 + 1e-9)) continue;
            plot_number(label, v, v);
            add_tick(a, v, label, "");
        }
    }
}

static const char *const month_name[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                          "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };

static void month_ticks(struct plot_axis *a, int every)
{
    struct date d = date_of_unix((int64_t)a->lo);
    d.day = 1;
    d.month = 1 + (d.month - 1) / every * every; /* quarters start in January */
    if (every > 12) d.year -= d.year % (every / 12);
    int year = 0;
    for (int64_t at = date_unix(d); (double)at <= a->hi;
         at = date_add_months(at, every)) {
        if ((double)at < a->lo) continue;
        d = date_of_unix(at);
        char text[PLOT_NUMBER];
        snprintf(text, sizeof text, "%d", d.year);
        if (every >= 12) {
            add_tick(a, (double)at, text, "");
        } else {
            add_tick(a, (double)at, month_name[d.month - 1],
                     d.year != year ? text : "");
        }
        year = d.year;
    }
}

/* Days or hours: "2 Dec", "06:00", with the year or the day below where it changes. */
static void day_ticks(struct plot_axis *a, int64_t every_s)
{
    int64_t last_day = INT64_MIN;
    int last_year = 0;
    int64_t at = (int64_t)floor(a->lo / (double)every_s) * every_s;
    for (; (double)at <= a->hi; at += every_s) {
        if ((double)at < a->lo) continue;
        struct date d = date_of_unix(at);
        int64_t day = date_days(d);
        int minute = (int)(at - day * DAY_S) / 60;
        char date[PLOT_NUMBER], other[PLOT_NUMBER];
        snprintf(date, sizeof date, "%d %s", d.day, month_name[d.month - 1]);
        if (every_s >= DAY_S) {
            snprintf(other, sizeof other, "%d", d.year);
            add_tick(a, (double)at, date, d.year != last_year ? other : "");
        } else {
            snprintf(other, sizeof other, "%02d:%02d", minute / 60, minute % 60);
            add_tick(a, (double)at, other, day != last_day ? date : "");
        }
        last_day = day;
        last_year = d.year;
    }
}

void plot_axis_time(struct plot_axis *a, double lo, double hi, int wanted)
{
    static const int months[] = { 1, 2, 3, 6, 12, 24, 60, 120 };
    static const int64_t seconds[] = { 60,    300,   900,    3600,   10800,  21600,
                                       43200, 86400, 172800, 604800, 1209600 };
    if (!(hi > lo)) hi = lo + DAY_S;
    *a = (struct plot_axis){ .lo = lo, .hi = hi };
    double span = hi - lo, month = 30.4375 * DAY_S;
    if (span < 2.5 * month) {
        size_t i = 0;
        while (i + 1 < sizeof seconds / sizeof *seconds &&
               span / (double)seconds[i] > wanted)
            i++;
        day_ticks(a, seconds[i]);
        return;
    }
    size_t i = 0;
    while (i + 1 < sizeof months / sizeof *months && span / month / months[i] > wanted)
        i++;
    month_ticks(a, months[i]);
}
