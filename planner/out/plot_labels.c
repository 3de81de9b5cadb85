#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "plot_private.h"
#include "wrap.h"

/* Between the baselines of two names at the right edge. */
enum { GAP = 17, BESIDE = 8 };

static double reach(const struct plot_series *s, size_t i)
{
    double end = s->hi ? fmax(s->y[i], s->hi[i]) : s->y[i];
    return isfinite(end) ? end : s->y[i];
}

/* Three significant digits at least, all of a whole number. */
static void value_text(char out[PLOT_NUMBER], double v)
{
    double size = fabs(v) > 0 ? pow(10, floor(log10(fabs(v))) - 2) : 1;
    plot_number(out, v, fabs(v) >= 1e7 ? size : fmin(size, 1));
}

static bool is_named_line(const struct plot_series *s)
{
    return s->name && s->count && (s->style == PLOT_LINE || s->style == PLOT_STEPS);
}

double plot_labels_width(const struct plot_page *page)
{
    const struct plot *p = page->plot;
    double widest = 10;
    for (size_t k = 0; k < p->series_count; k++) {
        const struct plot_series *s = &p->series[k];
        if (!p->categories && is_named_line(s))
            widest = fmax(widest, BESIDE + plot_text_width(s->name, PLOT_TEXT));
        for (size_t i = 0; page->sideways && plot_is_bar(s) && i < s->count; i++) {
            char text[PLOT_NUMBER];
            value_text(text, s->style == PLOT_RANGES ? s->hi[i] : s->y[i]);
            widest = fmax(widest, BESIDE + plot_text_width(text, PLOT_TEXT));
        }
    }
    for (size_t i = 0; !page->sideways && i < p->h_lines; i++)
        widest = fmax(widest, BESIDE + plot_text_width(p->h_line[i].text, PLOT_TEXT));
    return fmin(widest, 0.4 * page->width);
}

/* ---- names at the ends of lines ---- */

struct end {
    double y;
    const char *text, *colour;
};

static int higher(const void *a, const void *b)
{
    const struct end *p = a, *q = b;
    return p->y < q->y ? -1 : p->y > q->y;
}

/* Names that would overlap move apart, each as little as it can: the least squares of
 * the moves, by pooling neighbours that push each other (isotonic regression of
 * y - i GAP). */
static void spread(struct end *end, size_t n, double top, double bottom,
                   struct arena *a)
{
    struct pool {
        double sum;
        size_t count;
    } *pool = ARENA_NEW(a, struct pool, n + 1);
    size_t pools = 0, i = 0;
    qsort(end, n, sizeof *end, higher);
    for (size_t k = 0; k < n; k++) {
        pool[pools++] = (struct pool){ end[k].y - (double)k * GAP, 1 };
        while (pools > 1 && pool[pools - 2].sum / (double)pool[pools - 2].count >
                                pool[pools - 1].sum / (double)pool[pools - 1].count) {
            pool[pools - 2].sum += pool[pools - 1].sum;
            pool[pools - 2].count += pool[pools - 1].count;
            pools--;
        }
    }
    double last = bottom - (n ? (double)(n - 1) * GAP : 0);
    for (size_t p = 0; p < pools; p++) {
        double at = fmax(fmin(pool[p].sum / (double)pool[p].count, last), top);
        for (size_t k = 0; k < pool[p].count; k++, i++)
            end[i].y = at + (double)i * GAP;
    }
}

static void name_lines(struct plot_page *page)
{
    const struct plot *p = page->plot;
    struct end *end = ARENA_NEW(page->arena, struct end, p->series_count + p->h_lines);
    size_t n = 0;
    for (size_t k = 0; k < p->series_count; k++) {
        const struct plot_series *s = &p->series[k];
        if (p->categories || !is_named_line(s)) continue;
        size_t last = s->count;
        while (last > 0 &&
               (!isfinite(s->y[last - 1]) || (p->log_y && s->y[last - 1] <= 0)))
            last--;
        if (last == 0) continue;
        end[n++] = (struct end){ plot_py(page, s->y[last - 1]), s->name,
                                 plot_colour(s->colour) };
    }
    for (size_t i = 0; !page->sideways && i < p->h_lines; i++)
        end[n++] =
            (struct end){ plot_py(page, p->h_line[i].y), p->h_line[i].text, plot_ink };
    spread(end, n, page->top, page->bottom, page->arena);
    for (size_t i = 0; i < n; i++) {
        plot_label(page,
                   (struct plot_label){ page->right + BESIDE, end[i].y, end[i].text,
                                        end[i].colour, 'l', PLOT_TEXT });
    }
}

/* ---- values at the ends of bars ---- */

/* A value that a horizontal line would strike out moves behind it. */
static void step_off_lines(const struct plot_page *page, struct plot_label *l)
{
    const struct plot *p = page->plot;
    for (size_t i = 0; i < p->h_lines; i++) {
        double v = p->h_line[i].y;
        if (page->sideways) {
            double line = plot_px(page, v),
                   end = l->x + plot_text_width(l->text, l->size);
            if (line > l->x - 4 && line < end + 2) l->x = line + 6;
        } else {
            double line = plot_py(page, v);
            if (fabs(line - l->y) < 10) l->y = line - 11;
        }
    }
}

/* Both ends of a bar that floats. */
static void value_ranges(struct plot_page *page, const struct plot_series *s)
{
    for (size_t i = 0; i < s->count; i++) {
        double from, to;
        plot_bar(page, s, i, &from, &to);
        for (int k = 0; k < 2; k++) {
            char text[PLOT_NUMBER];
            double v = k ? s->hi[i] : s->lo[i];
            if (!isfinite(v)) continue;
            value_text(text, v);
            struct plot_label l = { .text = arena_text(page->arena, text),
                                    .colour = plot_ink,
                                    .size = PLOT_TEXT };
            if (page->sideways) {
                double wide = plot_text_width(l.text, l.size);
                l.x = plot_px(page, v) + (k ? BESIDE : -BESIDE - wide);
                l.y = plot_py(page, (from + to) / 2);
                l.align = 'l';
                double free = l.x;
                step_off_lines(page, &l);
                if (!k && l.x > free) l.x = 2 * free - l.x; /* to the other side */
            } else {
                l.x = plot_px(page, (from + to) / 2);
                l.y = plot_py(page, v) + (k ? -10 : 12);
                l.align = 'c';
            }
            plot_label(page, l);
        }
    }
}

static void value_bars(struct plot_page *page)
{
    const struct plot *p = page->plot;
    for (size_t k = 0; k < p->series_count; k++) {
        const struct plot_series *s = &p->series[k];
        if (s->style == PLOT_RANGES) value_ranges(page, s);
        for (size_t i = 0; s->style == PLOT_BARS && i < s->count; i++) {
            char text[PLOT_NUMBER];
            double from, to, end = reach(s, i);
            if (!isfinite(end) || (p->log_y && end <= 0)) continue;
            value_text(text, s->y[i]);
            plot_bar(page, s, i, &from, &to);
            struct plot_label l = { .text = arena_text(page->arena, text),
                                    .colour = plot_ink,
                                    .size = PLOT_TEXT };
            if (page->sideways) {
                l.x = plot_px(page, end) + BESIDE;
                l.y = plot_py(page, (from + to) / 2);
                l.align = 'l';
            } else {
                l.x = plot_px(page, (from + to) / 2);
                l.y = plot_py(page, end) - 10;
                l.align = 'c';
            }
            step_off_lines(page, &l);
            plot_label(page, l);
        }
    }
    for (size_t i = 0; page->sideways && i < p->h_lines; i++) {
        plot_label(page,
                   (struct plot_label){ plot_px(page, p->h_line[i].y), page->top - 8,
                                        p->h_line[i].text, plot_ink, 'c', PLOT_TEXT });
    }
}

/* ---- marks ---- */

struct box {
    double x0, y0, x1, y1;
};

static struct box box_of(const struct plot_label *l)
{
    double w = plot_text_width(l->text, l->size), h = l->size + 4;
    double x = l->align == 'l' ? l->x : l->align == 'r' ? l->x - w : l->x - w / 2;
    return (struct box){ x - 2, l->y - h / 2, x + w + 2, l->y + h / 2 };
}

static bool overlap(struct box a, struct box b)
{
    return a.x0 < b.x1 && b.x0 < a.x1 && a.y0 < b.y1 && b.y0 < a.y1;
}

static bool is_inside(const struct plot_page *page, struct box b)
{
    return b.x0 >= page->left && b.x1 <= page->right && b.y0 >= page->top &&
           b.y1 <= page->bottom;
}

static bool hits_label(const struct plot_page *page, struct box b)
{
    for (size_t i = 0; i < page->labels; i++)
        if (overlap(b, box_of(&page->label[i]))) return true;
    for (size_t i = 0; i < page->plot->marks; i++) {
        double x = plot_px(page, page->plot->mark[i].x);
        double y = plot_py(page, page->plot->mark[i].y);
        if (overlap(b, (struct box){ x - 4, y - 4, x + 4, y + 4 })) return true;
    }
    return false;
}

/* Looks every few pixels, which no box of text slips through. */
static bool hits_line(const struct plot_page *page, struct box b)
{
    const struct plot *p = page->plot;
    for (size_t k = 0; k < p->series_count; k++) {
        const struct plot_series *s = &p->series[k];
        if (s->style != PLOT_LINE && s->style != PLOT_STEPS) continue;
        for (size_t i = 1; i < s->count; i++) {
            double x0 = plot_px(page, s->x[i - 1]), y0 = plot_py(page, s->y[i - 1]);
            double dx = plot_px(page, s->x[i]) - x0, dy = plot_py(page, s->y[i]) - y0;
            double length = hypot(dx, dy);
            if (!isfinite(length)) continue;
            int n = 1 + (int)(length / 6);
            for (int j = 0; j <= n; j++) {
                double x = x0 + dx * j / n, y = y0 + dy * j / n;
                if (x > b.x0 && x < b.x1 && y > b.y0 && y < b.y1) return true;
            }
        }
    }
    return false;
}

/* The nearest place around a mark that is inside, free of words and free of lines. */
static struct plot_label place_near(const struct plot_page *page, double x, double y,
                                    const char *text)
{
    static const double dx[] = { 8, 24, 48, 80, 120 },
                        dy[] = { 12, 20, 32, 50, 72, 100 };
    struct plot_label best = { x, y - 12, text, plot_ink, 'c', PLOT_TEXT };
    double best_cost = 1e9;
    for (size_t k = 0; k < 4 * (sizeof dx / sizeof *dx) * (sizeof dy / sizeof *dy);
         k++) {
        bool left = k & 1, above = !(k & 2);
        double h = dx[k / 4 % 5], v = dy[k / 20];
        struct plot_label l = { left ? x - h : x + h,
                                above ? y - v : y + v,
                                text,
                                plot_ink,
                                left ? 'r' : 'l',
                                PLOT_TEXT };
        struct box b = box_of(&l);
        double cost = hypot(h, v) + (is_inside(page, b) ? 0 : 4000);
        if (cost >= best_cost) continue; /* what follows is slower to ask */
        cost += (hits_label(page, b) ? 2000 : 0) + (hits_line(page, b) ? 1000 : 0);
        if (cost >= best_cost) continue;
        best = l;
        best_cost = cost;
    }
    return best;
}

static void name_marks(struct plot_page *page)
{
    const struct plot *p = page->plot;
    page->leader = ARENA_NEW(page->arena, struct plot_leader, p->marks);
    for (size_t i = 0; i < p->marks; i++) {
        double x = plot_px(page, p->mark[i].x), y = plot_py(page, p->mark[i].y);
        if (!isfinite(x) || !isfinite(y) || !p->mark[i].text) continue;
        struct plot_label l = place_near(page, x, y, p->mark[i].text);
        plot_label(page, l);
        if (hypot(l.x - x, l.y - y) < 28) continue;
        double end = l.align == 'l' ? l.x - 3 : l.align == 'r' ? l.x + 3 : l.x;
        page->leader[page->leaders++] = (struct plot_leader){ x, y, end, l.y };
    }
}

void plot_add_labels(struct plot_page *page)
{
    name_lines(page);
    value_bars(page);
    name_marks(page);
}
