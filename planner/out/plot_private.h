#ifndef PLANNER_OUT_PLOT_PRIVATE_H
#define PLANNER_OUT_PLOT_PRIVATE_H

/* Inside of plot.h: axes, the layout of a page, the script, the pipe. */

#include "plot.h"
#include "str.h"

/* ---- axes (plot_axis.c) ---- */

enum { PLOT_TICKS = 64, PLOT_NUMBER = 128 };

struct plot_tick {
    double at;
    char label[PLOT_NUMBER];  /* "Jan" */
    char second[PLOT_NUMBER]; /* a line below: "2027"; or "" */
};

struct plot_axis {
    double lo, hi;
    bool log;
    struct plot_tick tick[PLOT_TICKS];
    size_t ticks;
};

/* About `wanted` round ticks. `loose`: the ends move out to ticks. */
void plot_axis_linear(struct plot_axis *a, double lo, double hi, bool loose,
                      int wanted);
/* Powers of ten, with 2 and 5 between them when there are few; 0 < lo <= hi. */
void plot_axis_log(struct plot_axis *a, double lo, double hi);
/* Firsts of months (or days, when the span is short); unix seconds. */
void plot_axis_time(struct plot_axis *a, double lo, double hi, int wanted);

/* `v` rounded to a multiple of a power of ten not above `step`, with thousands marks:
 * 12345.678 by 0.1 is "12,345.7"; in millions where that says as much, and
 * from ten million on: "1.5M". */
void plot_number(char out[PLOT_NUMBER], double v, double step);

/* ---- the page (plot_layout.c) ---- */

/* A text at pixels from the top left corner. */
struct plot_label {
    double x, y;
    const char *text, *colour;
    char align; /* l, c, r */
    int size;   /* pixels; > 15 is bold */
};

/* A sign in the key: what a colour means. */
struct plot_swatch {
    double x, y; /* its middle */
    const struct plot_series *series;
};

/* From a mark to its words where they stand apart. */
struct plot_leader {
    double x0, y0, x1, y1;
};

/* The chart placed on its page, in pixels from the top left. */
struct plot_page {
    const struct plot *plot;
    int width, height;
    double left, right, top, bottom; /* edges of the area inside the axes */
    struct plot_axis x, y;           /* as drawn: swapped when sideways */
    bool sideways;                   /* bars lie, names are on the left */
    struct plot_label *label;
    size_t labels, label_capacity;
    struct plot_swatch *swatch;
    size_t swatches, swatch_capacity;
    struct plot_leader *leader;
    size_t leaders;
    struct arena *arena;
};

/* Errors: ERR_PLOT when there is nothing to draw. */
NODISCARD enum err_code plot_layout(struct plot_page *page, const struct plot *p,
                                    struct arena *a, struct err *e);

/* Pixels of a place on the axes. */
bool plot_is_bar(const struct plot_series *s);
double plot_px(const struct plot_page *page, double x);
double plot_py(const struct plot_page *page, double y);
const char *plot_colour(int index);
/* From where to where bar `i` of a series reaches across the axis of categories. */
void plot_bar(const struct plot_page *page, const struct plot_series *s, size_t i,
              double *from, double *to);
void plot_label(struct plot_page *page, struct plot_label label);
/* Pixels that a text takes, about: the font is the reader's. */
double plot_text_width(const char *text, int size);
/* Names at the ends of lines, values at the ends of bars, marks (plot_labels.c). */
void plot_add_labels(struct plot_page *page);
/* Room that those need at the right of the axes. */
double plot_labels_width(const struct plot_page *page);

extern const char plot_ink[], plot_soft[];
enum { PLOT_TEXT = 13, PLOT_SMALL = 11, PLOT_TITLE = 17 };

/* ---- the script (plot_script.c) ---- */

enum plot_terminal { PLOT_SVG, PLOT_PNG, PLOT_PDF };

void plot_script(struct buf *out, const struct plot_page *page,
                 enum plot_terminal terminal);

/* ---- the pipe (gnuplot.c) ---- */

/* What gnuplot prints when it is fed `script`. Owns: the caller, buf_clear().
 * Errors: ERR_PLOT. */
NODISCARD enum err_code gnuplot_run(struct buf *out, const char *script, size_t size,
                                    struct err *e);

#endif
