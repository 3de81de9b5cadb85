#include <math.h>
#include <string.h>

#include "plot_private.h"
#include "wrap.h"

const char plot_ink[] = "#222222", plot_soft[] = "#5f6368";

enum { WIDTH = 900, HEIGHT = 520, EDGE = 14, LINE = 18, ROW = 32, TICKS_WANTED = 6 };

/* Okabe and Ito's colours without yellow, which is faint on white.
 * Source: M. Okabe, K. Ito, "Color Universal Design", 2008. */
static const char *const palette[] = { "#0072b2", "#d55e00", "#009e73", "#cc79a7",
                                       "#56b4e9", "#e69f00", "#4d4d4d" };

const char *plot_colour(int index)
{
    int n = sizeof palette / sizeof *palette;
    return palette[(index % n + n) % n];
}

double plot_text_width(const char *text, int size)
{
    return 0.58 * size * wrap_width(text);
}

static double place(const struct plot_axis *a, double v)
{
    if (a->log) return (log10(v) - log10(a->lo)) / (log10(a->hi) - log10(a->lo));
    return (v - a->lo) / (a->hi - a->lo);
}

double plot_px(const struct plot_page *page, double x)
{
    return page->left + place(&page->x, x) * (page->right - page->left);
}

double plot_py(const struct plot_page *page, double y)
{
    return page->bottom - place(&page->y, y) * (page->bottom - page->top);
}

void plot_label(struct plot_page *page, struct plot_label label)
{
    page->label = arena_grow(page->arena, page->label, &page->label_capacity,
                             page->labels + 1, sizeof *page->label);
    page->label[page->labels++] = label;
}

bool plot_is_bar(const struct plot_series *s)
{
    return s->style == PLOT_BARS || s->style == PLOT_RANGES;
}

void plot_bar(const struct plot_page *page, const struct plot_series *s, size_t i,
              double *from, double *to)
{
    const struct plot *p = page->plot;
    double bars = 0, index = 0;
    for (size_t k = 0; k < p->series_count; k++) {
        if (!plot_is_bar(&p->series[k])) continue;
        if (&p->series[k] == s) index = bars;
        bars++;
    }
    double thickness = 0.7 / (bars > 0 ? bars : 1);
    *from = s->x[i] - 0.35 + index * thickness;
    *to = *from + thickness;
}

/* ---- what is drawn, from where to where ---- */

struct range {
    double lo, hi;
};

static void cover(struct range *r, double v, bool log)
{
    if (!isfinite(v) || (log && v <= 0)) return;
    if (!(v >= r->lo)) r->lo = v;
    if (!(v <= r->hi)) r->hi = v;
}

static void cover_series(struct range *x, struct range *y, const struct plot *p)
{
    for (size_t k = 0; k < p->series_count; k++) {
        const struct plot_series *s = &p->series[k];
        for (size_t i = 0; i < s->count; i++) {
            cover(x, s->x[i], p->log_x);
            if (s->style != PLOT_BAND && s->style != PLOT_RANGES)
                cover(y, s->y[i], p->log_y);
            if (s->lo) cover(y, s->lo[i], p->log_y);
            if (s->hi) cover(y, s->hi[i], p->log_y);
        }
        if (s->style == PLOT_BARS && s->count) cover(y, 0, p->log_y);
    }
}

static enum err_code find_ranges(struct range *x, struct range *y, const struct plot *p,
                                 struct err *e)
{
    *x = *y = (struct range){ (double)NAN, (double)NAN };
    cover_series(x, y, p);
    if (isnan(x->lo) || isnan(y->lo))
        return err_set(e, ERR_PLOT, "nothing to draw in '%s'",
                       p->title ? p->title : "");
    for (size_t i = 0; i < p->marks; i++) {
        cover(x, p->mark[i].x, p->log_x);
        cover(y, p->mark[i].y, p->log_y);
    }
    for (size_t i = 0; i < p->h_lines; i++)
        cover(y, p->h_line[i].y, p->log_y);
    if (p->y_from_zero) cover(y, 0, p->log_y);
    if (p->categories) *x = (struct range){ -0.5, (double)p->categories - 0.5 };
    return OK;
}

/* The lower end moves out to 1, 2 or 5 times a power of ten, the upper one too. */
static struct range round_log(struct range r)
{
    static const double round[] = { 5, 2, 1 }, up[] = { 1, 2, 5, 10 };
    double below = pow(10, floor(log10(r.lo))), above = pow(10, floor(log10(r.hi)));
    struct range out = r;
    for (size_t i = 0; i < 3 && out.lo == r.lo; i++)
        if (round[i] * below <= r.lo) out.lo = round[i] * below * (1 - 1e-12);
    for (size_t i = 0; i < 4; i++) {
        if (up[i] * above < r.hi) continue;
        out.hi = up[i] * above;
        break;
    }
    return out;
}

static void make_axis(struct plot_axis *a, struct range r, bool log, bool loose,
                      int wanted)
{
    if (log) {
        if (loose) r = round_log(r);
        plot_axis_log(a, r.lo, r.hi);
    } else {
        plot_axis_linear(a, r.lo, r.hi, loose, wanted);
    }
}

/* ---- names of bars ---- */

static const char *shortened(const struct plot_page *page, const char *text, double px)
{
    int room = (int)(px / plot_text_width("x", PLOT_TEXT));
    if (wrap_width(text) <= room) return text;
    const char *end = text;
    for (int n = 0; *end; end++)
        if (((unsigned char)*end & 0xc0) != 0x80 && n++ == room - 1) break;
    return arena_printf(page->arena, "%.*s…", (int)(end - text), text);
}

static double longest_category(const struct plot *p)
{
    double longest = 0;
    for (size_t i = 0; i < p->categories; i++)
        longest = fmax(longest, plot_text_width(p->category[i], PLOT_TEXT));
    return longest;
}

static void label_categories(struct plot_page *page)
{
    const struct plot *p = page->plot;
    for (size_t i = 0; i < p->categories; i++) {
        struct plot_label l = { .text = p->category[i],
                                .colour = plot_ink,
                                .size = PLOT_TEXT };
        if (page->sideways) {
            l.text = shortened(page, l.text, page->left - EDGE - 8);
            l.x = page->left - 8;
            l.y = plot_py(page, (double)i);
            l.align = 'r';
        } else {
            l.x = plot_px(page, (double)i);
            l.y = page->bottom + 16;
            l.align = 'c';
        }
        plot_label(page, l);
    }
}

/* ---- words around the axes ---- */

/* `text` in lines that fit the page; returns where the next line would be. */
static double put_lines(struct plot_page *page, const char *text, double y, int size,
                        const char *colour)
{
    int room = (int)((page->width - 2 * EDGE) / plot_text_width("x", size));
    while (*text) {
        size_t bytes = strlen(text), cut = bytes;
        if (wrap_width(text) > room) {
            int n = 0;
            cut = 0;
            for (size_t i = 0; i < bytes && n <= room; i++) {
                if (text[i] == ' ') cut = i;
                n += ((unsigned char)text[i] & 0xc0) != 0x80;
            }
            if (cut == 0) cut = bytes; /* one long word: let it stick out */
        }
        const char *line = arena_text_n(page->arena, text, cut);
        plot_label(page, (struct plot_label){ EDGE, y, line, colour, 'l', size });
        text += cut + (text[cut] == ' ');
        y += size + 6;
    }
    return y;
}

static int lines_of(const struct plot_page *page, const char *text, int size)
{
    if (!text || !*text) return 0;
    struct plot_page trial = { .width = page->width, .arena = page->arena };
    put_lines(&trial, text, 0, size, plot_ink);
    return (int)trial.labels;
}

static bool in_key(const struct plot *p, const struct plot_series *s)
{
    if (!s->name || s->style == PLOT_LINE || s->style == PLOT_STEPS) return false;
    if (!plot_is_bar(s)) return true;
    for (size_t k = 0; k < p->series_count; k++) /* one kind of bar needs no key */
        if (p->series[k].name && &p->series[k] != s) return true;
    return false;
}

static bool has_key(const struct plot *p)
{
    for (size_t k = 0; k < p->series_count; k++)
        if (in_key(p, &p->series[k])) return true;
    return false;
}

/* In one row that ends at the right edge, in the order of the series. */
static void put_key(struct plot_page *page, double y)
{
    const struct plot *p = page->plot;
    double x = page->width - EDGE;
    for (size_t k = p->series_count; k-- > 0;) {
        const struct plot_series *s = &p->series[k];
        if (!in_key(p, s)) continue;
        x -= plot_text_width(s->name, PLOT_TEXT);
        plot_label(page,
                   (struct plot_label){ x, y, s->name, plot_ink, 'l', PLOT_TEXT });
        page->swatch = arena_grow(page->arena, page->swatch, &page->swatch_capacity,
                                  page->swatches + 1, sizeof *page->swatch);
        page->swatch[page->swatches++] = (struct plot_swatch){ x - 16, y, s };
        x -= 44;
    }
}

static double widest_tick(const struct plot_axis *a)
{
    double widest = 0;
    for (size_t i = 0; i < a->ticks; i++)
        widest = fmax(widest, plot_text_width(a->tick[i].label, PLOT_TEXT));
    return widest;
}

static void put_words(struct plot_page *page)
{
    const struct plot *p = page->plot;
    double y = EDGE + 8;
    if (p->title) y = put_lines(page, p->title, y, PLOT_TITLE, plot_ink);
    const char *below = page->sideways ? p->y_label : p->x_label;
    const char *above = page->sideways ? NULL : p->y_label;
    if (above)
        plot_label(
            page, (struct plot_label){ EDGE, y + 4, above, plot_soft, 'l', PLOT_TEXT });
    if (has_key(p)) put_key(page, y + 4);
    double foot = page->height - EDGE;
    if (p->footnote) {
        foot -= lines_of(page, p->footnote, PLOT_SMALL) * (PLOT_SMALL + 6);
        put_lines(page, p->footnote, foot + 10, PLOT_SMALL, plot_soft);
    }
    if (below)
        plot_label(page, (struct plot_label){ (page->left + page->right) / 2, foot - 6,
                                              below, plot_soft, 'c', PLOT_TEXT });
}

/* ---- all of it ---- */

static void set_margins(struct plot_page *page)
{
    const struct plot *p = page->plot;
    bool above = (p->y_label && !page->sideways) || has_key(p);
    bool lines_named = page->sideways && p->h_lines > 0;
    page->top = EDGE + lines_of(page, p->title, PLOT_TITLE) * (PLOT_TITLE + 6) +
                (above ? LINE + 6 : 0) + (lines_named ? LINE : 0) + 10;
    double under = 30 + (p->x_is_time && !page->sideways ? LINE : 0) +
                   lines_of(page, p->footnote, PLOT_SMALL) * (PLOT_SMALL + 6) + EDGE;
    if (page->sideways ? p->y_label : p->x_label) under += LINE + 4;
    if (p->height == 0 && page->sideways) {
        double bars = 0, row = ROW;
        for (size_t k = 0; k < p->series_count; k++)
            bars += plot_is_bar(&p->series[k]);
        if (bars > 1) row = 12 + 18 * bars;
        page->height = (int)(page->top + under + row * (double)p->categories);
    }
    page->bottom = page->height - under;
    page->left = EDGE + 10;
    page->left += page->sideways ? fmin(longest_category(p), 0.45 * page->width)
                                 : widest_tick(&page->y);
    page->right = page->width - EDGE - plot_labels_width(page);
}

enum err_code plot_layout(struct plot_page *page, const struct plot *p, struct arena *a,
                          struct err *e)
{
    struct range x, y;
    if (find_ranges(&x, &y, p, e)) return e->code;
    *page = (struct plot_page){ .plot = p, .arena = a };
    page->width = p->width ? p->width : WIDTH;
    page->height = p->height ? p->height : HEIGHT;
    if (p->categories) {
        double each = (page->width - 100.0) / (double)p->categories;
        page->sideways = p->lying || longest_category(p) + 10 > each;
    }
    struct plot_axis *across = page->sideways ? &page->y : &page->x;
    make_axis(page->sideways ? &page->x : &page->y, y, p->log_y, true, TICKS_WANTED);
    if (p->categories) {
        *across = (struct plot_axis){ .lo = x.lo, .hi = x.hi };
    } else if (p->x_is_time) {
        plot_axis_time(across, x.lo, x.hi, page->width / 65);
    } else {
        make_axis(across, x, p->log_x, false, TICKS_WANTED + 2);
    }
    if (page->sideways) { /* the first name is on top */
        across->lo = x.hi;
        across->hi = x.lo;
    }
    set_margins(page);
    put_words(page);
    label_categories(page);
    plot_add_labels(page);
    return OK;
}
