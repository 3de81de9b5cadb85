#ifndef PLANNER_OUT_PLOT_H
#define PLANNER_OUT_PLOT_H

/* Charts through a gnuplot pipe: SVG, PNG or PDF by the file's ending. */

#include <stdbool.h>
#include <stddef.h>

#include "arena.h"
#include "err.h"

enum plot_style {
    PLOT_LINE,
    PLOT_STEPS,
    PLOT_BAND,   /* lo..hi filled, y ignored */
    PLOT_BARS,   /* categories: x = 0, 1, …; lo and hi as whiskers when given */
    PLOT_RANGES, /* categories: a bar from lo to hi, both ends with their values */
    PLOT_POINTS, /* lo and hi as whiskers when given */
};

struct plot_series {
    const char *name; /* NULL: not in the key */
    enum plot_style style;
    const double *x, *y, *lo, *hi; /* lo, hi may be NULL */
    size_t count;
    int colour; /* index into the palette, colour-blind safe; lighter for bands */
};

struct plot_mark {
    double x, y;
    const char *text;
};

struct plot {
    const char *title, *x_label, *y_label;
    const char *footnote; /* small, under the chart; NULL none */
    bool log_x, log_y, y_from_zero;
    bool x_is_time;              /* x in unix seconds, labelled by month */
    const char *const *category; /* labels of x = 0, 1, … for bars; NULL none */
    size_t categories;
    bool lying; /* bars lie, whatever the length of their names */
    const struct plot_series *series;
    size_t series_count;
    const struct plot_mark *mark; /* points with a label (crossings) */
    size_t marks;
    const struct plot_mark *h_line; /* horizontal lines at y with a label (a budget) */
    size_t h_lines;
    int width, height; /* pixels; 0: 900 × 520 */
};

/* Writes `path` whole or not at all. Same input, same bytes (SVG, PNG).
 * Errors: ERR_PLOT (no gnuplot: "gnuplot was not found; install it (apt-get install
 * gnuplot-nox) or …"; it failed: its first line), ERR_IO, ERR_USAGE (unknown ending).
 */
NODISCARD enum err_code plot_write(const struct plot *p, const char *path,
                                   struct err *e);

/* The SVG text, for reports. Owns: the arena. */
NODISCARD enum err_code plot_svg(char **svg, const struct plot *p, struct arena *a,
                                 struct err *e);

#endif
