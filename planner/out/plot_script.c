#include <math.h>
#include <string.h>

#include "plot_private.h"

/* Thin lines that carry the eye but no data. */
static const char grid[] = "#e4e6e8", axis[] = "#9aa0a6";

enum { COLOURS = 7 };

/* Single quotes doubled; with the terminal's noenhanced nothing else is special. */
static void put_quoted(struct buf *out, const char *text)
{
    buf_text(out, "'");
    for (const char *p = text; *p; p++) {
        bool control = (unsigned char)*p < ' ' || *p == 0x7f;
        if (*p == '\'') buf_text(out, "'");
        buf_add(out, control ? " " : p, 1);
    }
    buf_text(out, "'");
}

static const char *across(const struct plot_page *page, double x)
{
    return arena_printf(page->arena, "%.6f", x / page->width);
}

static const char *up(const struct plot_page *page, double y)
{
    return arena_printf(page->arena, "%.6f", 1 - y / page->height);
}

/* Pixels on paper: 96 to the inch; a PNG has two dots to the pixel, for dense screens.
 */
static void put_terminal(struct buf *out, const struct plot_page *page,
                         enum plot_terminal terminal)
{
    static const char *const name[] = { "svg", "pngcairo", "pdfcairo" };
    static const char *const more[] = {
        "", " fontscale 1.5 linewidth 2 pointscale 2",
        " fontscale 0.5625 linewidth 1.5 pointscale 1"
    };
    buf_text(out, "set encoding utf8\n");
    if (terminal == PLOT_PDF) {
        buf_printf(out, "set terminal %s noenhanced size %.4fin,%.4fin", name[terminal],
                   page->width / 96.0, page->height / 96.0);
    } else {
        int dots = terminal == PLOT_PNG ? 2 : 1;
        buf_printf(out, "set terminal %s noenhanced size %d,%d", name[terminal],
                   dots * page->width, dots * page->height);
    }
    buf_printf(out, " font 'sans-serif,%d'%s background '#ffffff'\n", PLOT_TEXT,
               more[terminal]);
}

static void put_axis(struct buf *out, const struct plot_page *page, char letter)
{
    const struct plot_axis *a = letter == 'x' ? &page->x : &page->y;
    if (a->log) buf_printf(out, "set logscale %c\n", letter);
    buf_printf(out, "set %crange [%.17g:%.17g]\n", letter, a->lo, a->hi);
    if (a->ticks == 0) { /* an empty list would mean "choose yourself" */
        buf_printf(out, "unset %ctics\n", letter);
        return;
    }
    buf_printf(out, "set %ctics scale 0 (", letter);
    for (size_t i = 0; i < a->ticks; i++)
        buf_printf(out, "%s'' %.17g", i ? ", " : "", a->tick[i].at);
    buf_text(out, ")\n");
}

static void put_frame(struct buf *out, const struct plot_page *page)
{
    buf_printf(out, "set lmargin at screen %s\n", across(page, page->left));
    buf_printf(out, "set rmargin at screen %s\n", across(page, page->right));
    buf_printf(out, "set tmargin at screen %s\n", up(page, page->top));
    buf_printf(out, "set bmargin at screen %s\n", up(page, page->bottom));
    buf_printf(out, "set border %d lc rgb '%s'\nset grid %s back lt 1 lc rgb '%s'\n",
               page->sideways ? 2 : 1, axis,
               page->sideways      ? "x noy"
               : page->plot->log_x ? "x y"
                                   : "nox y",
               grid);
    buf_text(out, "unset key\n");
    put_axis(out, page, 'x');
    put_axis(out, page, 'y');
}

static void put_label(struct buf *out, const struct plot_page *page,
                      const struct plot_label *l)
{
    static const char *const align[] = { "left", "center", "right" };
    size_t a = l->align == 'l' ? 0 : l->align == 'c' ? 1 : 2;
    buf_text(out, "set label ");
    put_quoted(out, l->text);
    buf_printf(out,
               " at screen %s, screen %s %s front textcolor rgb '%s' font "
               "'sans-serif%s,%d'\n",
               across(page, l->x), up(page, l->y), align[a], l->colour,
               l->size > 15 ? ":Bold" : "", l->size);
}

/* Labels of ticks are placed like all others: gnuplot would read "%" in its own. */
static void put_tick_labels(struct buf *out, const struct plot_page *page)
{
    for (size_t i = 0; i < page->x.ticks; i++) {
        const struct plot_tick *t = &page->x.tick[i];
        struct plot_label l = {
            plot_px(page, t->at), page->bottom + 16, t->label, plot_soft, 'c', PLOT_TEXT
        };
        put_label(out, page, &l);
        l.y += 18;
        l.text = t->second;
        if (*t->second) put_label(out, page, &l);
    }
    for (size_t i = 0; i < page->y.ticks; i++) {
        const struct plot_tick *t = &page->y.tick[i];
        struct plot_label l = {
            page->left - 8, plot_py(page, t->at), t->label, plot_soft, 'r', PLOT_TEXT
        };
        put_label(out, page, &l);
    }
}

/* Bands of one colour lie on each other: what is seen where the inner one is. */
static double band_depth(const struct plot_page *page, const struct plot_series *inner)
{
    double through = 1;
    for (const struct plot_series *s = page->plot->series; s <= inner; s++)
        if (s->style == PLOT_BAND && s->colour == inner->colour) through *= 1 - 0.25;
    return 1 - through;
}

static void put_swatch(struct buf *out, const struct plot_page *page,
                       const struct plot_swatch *s)
{
    bool round = s->series->style == PLOT_POINTS;
    double w = round ? 4 : 9, h = round ? 4 : 6;
    if (round) {
        buf_printf(out,
                   "set label '' at screen %s, screen %s point pt 7 ps 0.7 lc rgb "
                   "'%s'\n",
                   across(page, s->x), up(page, s->y), plot_colour(s->series->colour));
        return;
    }
    double alpha = s->series->style == PLOT_BAND ? band_depth(page, s->series) : 0.6;
    buf_printf(out,
               "set object rectangle from screen %s, screen %s to screen %s, "
               "screen %s front fc rgb '%s' fs transparent solid %.3f noborder\n",
               across(page, s->x - w), up(page, s->y + h), across(page, s->x + w),
               up(page, s->y - h), plot_colour(s->series->colour), alpha);
}

static void put_leaders(struct buf *out, const struct plot_page *page)
{
    for (size_t i = 0; i < page->leaders; i++) {
        const struct plot_leader *l = &page->leader[i];
        buf_printf(out,
                   "set arrow from screen %s, screen %s to screen %s, screen %s nohead "
                   "front lw 0.8 lc rgb '%s'\n",
                   across(page, l->x0), up(page, l->y0), across(page, l->x1),
                   up(page, l->y1), plot_soft);
    }
}

static void put_h_lines(struct buf *out, const struct plot_page *page)
{
    const struct plot *p = page->plot;
    for (size_t i = 0; i < p->h_lines; i++) {
        double v = p->h_line[i].y;
        if (page->sideways) {
            buf_printf(out, "set arrow from %.17g, graph 0 to %.17g, graph 1", v, v);
        } else {
            buf_printf(out,
                       "set arrow from graph 0, first %.17g to graph 1, first %.17g", v,
                       v);
        }
        buf_printf(out, " nohead front dt (6,4) lw 1.4 lc rgb '%s'\n", plot_ink);
    }
}

/* ---- data ---- */

static bool drawable(const struct plot_page *page, double x, double y)
{
    if (!isfinite(x) || !isfinite(y)) return false;
    return (!page->plot->log_x || x > 0) && (!page->plot->log_y || y > 0);
}

/* Where bars stand: zero, or the axis' end when zero is not on it. */
static double base_of(const struct plot_page *page)
{
    const struct plot_axis *a = page->sideways ? &page->x : &page->y;
    return a->log ? a->lo : 0;
}

static void put_bar_data(struct buf *out, const struct plot_page *page,
                         const struct plot_series *s)
{
    double base = base_of(page);
    for (size_t i = 0; i < s->count; i++) {
        bool range = s->style == PLOT_RANGES;
        double from, to, v = range ? s->hi[i] : s->y[i];
        if (!drawable(page, 1, v) || (range && !drawable(page, 1, s->lo[i]))) continue;
        if (range) base = s->lo[i];
        plot_bar(page, s, i, &from, &to);
        double lo = s->lo && drawable(page, 1, s->lo[i]) ? s->lo[i] : v;
        double hi = s->hi && drawable(page, 1, s->hi[i]) ? s->hi[i] : v;
        double middle = (from + to) / 2;
        if (page->sideways) {
            buf_printf(out, "%.17g %.17g %.17g %.17g %.17g %.17g %.17g %.17g\n", v,
                       middle, base, v, from, to, lo, hi);
        } else {
            buf_printf(out, "%.17g %.17g %.17g %.17g %.17g %.17g %.17g %.17g\n", middle,
                       v, from, to, base, v, lo, hi);
        }
    }
}

/* A gap in a line is a blank line; a band has none, it would close on itself. */
static void put_data(struct buf *out, const struct plot_page *page,
                     const struct plot_series *s)
{
    for (size_t i = 0; i < s->count; i++) {
        double x = s->x[i], y = s->style == PLOT_BAND ? s->lo[i] : s->y[i];
        double lo = s->lo ? s->lo[i] : y, hi = s->hi ? s->hi[i] : y;
        if (!drawable(page, x, y) || !drawable(page, x, hi)) {
            if (s->style != PLOT_BAND) buf_text(out, "\n");
            continue;
        }
        if (!drawable(page, x, lo)) lo = y;
        if (page->sideways) {
            buf_printf(out, "%.17g %.17g %.17g %.17g\n", y, x, lo, hi);
        } else {
            buf_printf(out, "%.17g %.17g %.17g %.17g\n", x, y, lo, hi);
        }
    }
}

static void put_blocks(struct buf *out, const struct plot_page *page)
{
    const struct plot *p = page->plot;
    for (size_t k = 0; k < p->series_count; k++) {
        buf_printf(out, "$d%zu << EOD\n", k);
        if (plot_is_bar(&p->series[k])) {
            put_bar_data(out, page, &p->series[k]);
        } else {
            put_data(out, page, &p->series[k]);
        }
        buf_text(out, "EOD\n");
    }
    buf_text(out, "$marks << EOD\n");
    for (size_t i = 0; i < p->marks; i++)
        if (drawable(page, p->mark[i].x, p->mark[i].y))
            buf_printf(out, "%.17g %.17g\n", p->mark[i].x, p->mark[i].y);
    buf_text(out, "EOD\n");
}

/* ---- the plot command ---- */

/* One element of "plot a, b, …". */
static void put_element(struct buf *out, size_t k, size_t *n, const char *with)
{
    buf_printf(out, "%s$d%zu using %s notitle", (*n)++ ? ", \\\n  " : "plot ", k, with);
}

/* Arrows with flat heads: gnuplot's own error bars clear a hole around each point. */
static void put_whiskers(struct buf *out, const struct plot_page *page, size_t k,
                         size_t *n)
{
    const struct plot_series *s = &page->plot->series[k];
    bool bars = s->style == PLOT_BARS;
    int lo = bars ? 7 : 3;
    const char *where =
        page->sideways
            ? arena_printf(page->arena, "%d:2:($%d-$%d):(0)", lo, lo + 1, lo)
            : arena_printf(page->arena, "1:%d:(0):($%d-$%d)", lo, lo + 1, lo);
    put_element(out, k, n,
                arena_printf(page->arena,
                             "%s with vectors heads size screen 0.005,90 lw 1.3 lc rgb "
                             "'%s'",
                             where, bars ? plot_ink : plot_colour(s->colour)));
}

static void put_series(struct buf *out, const struct plot_page *page, size_t k,
                       size_t *n)
{
    const struct plot_series *s = &page->plot->series[k];
    const char *colour = plot_colour(s->colour), *form = "";
    int dash = s->colour / COLOURS + 1;
    switch (s->style) {
    case PLOT_BAND:
        form =
            arena_printf(page->arena,
                         "1:3:4 with filledcurves fs transparent solid 0.25 noborder "
                         "fc rgb '%s'",
                         colour);
        break;
    case PLOT_BARS:
    case PLOT_RANGES:
        form = arena_printf(page->arena,
                            "1:2:3:4:5:6 with boxxyerror fs transparent solid 0.60 "
                            "noborder fc rgb '%s'",
                            colour);
        break;
    case PLOT_LINE:
    case PLOT_STEPS:
        form = arena_printf(page->arena, "1:2 with %s lw 2.2 dt %d lc rgb '%s'",
                            s->style == PLOT_LINE ? "lines" : "steps", dash, colour);
        break;
    case PLOT_POINTS:
        form = arena_printf(page->arena, "1:2 with points pt 7 ps 0.7 lc rgb '%s'",
                            colour);
        break;
    }
    put_element(out, k, n, form);
    if (s->lo && s->hi && (s->style == PLOT_BARS || s->style == PLOT_POINTS))
        put_whiskers(out, page, k, n);
}

void plot_script(struct buf *out, const struct plot_page *page,
                 enum plot_terminal terminal)
{
    /* what must not be covered comes last */
    static const enum plot_style order[] = { PLOT_BAND,  PLOT_BARS, PLOT_RANGES,
                                             PLOT_STEPS, PLOT_LINE, PLOT_POINTS };
    const struct plot *p = page->plot;
    size_t n = 0;
    put_terminal(out, page, terminal);
    put_frame(out, page);
    put_tick_labels(out, page);
    for (size_t i = 0; i < page->labels; i++)
        put_label(out, page, &page->label[i]);
    for (size_t i = 0; i < page->swatches; i++)
        put_swatch(out, page, &page->swatch[i]);
    put_h_lines(out, page);
    put_leaders(out, page);
    put_blocks(out, page);
    for (size_t o = 0; o < sizeof order / sizeof *order; o++)
        for (size_t k = 0; k < p->series_count; k++)
            if (p->series[k].style == order[o]) put_series(out, page, k, &n);
    if (p->marks) {
        buf_printf(out,
                   ", \\\n  $marks using 1:2 with points pt 7 ps 0.9 lc rgb '%s' "
                   "notitle, \\\n  $marks using 1:2 with points pt 7 ps 0.5 lc rgb "
                   "'#ffffff' notitle",
                   plot_ink);
    }
    buf_text(out, "\n");
}
