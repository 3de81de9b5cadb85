#include "plot.h"

#include <inttypes.h>
#include <string.h>

#include "file.h"
#include "plot_private.h"

enum { MAX_SCRIPT = 256 << 20, MAX_PICTURE = 256 << 20 };

static enum err_code draw(struct buf *picture, const struct plot *p,
                          enum plot_terminal terminal, struct err *e)
{
    struct arena a = { 0 };
    struct plot_page page;
    struct buf script = { .max = MAX_SCRIPT };
    if (plot_layout(&page, p, &a, e)) goto done;
    plot_script(&script, &page, terminal);
    if (script.overflow)
        err_set(e, ERR_PLOT, "'%s' has too many points to draw", p->title);
    else if (gnuplot_run(picture, script.p, script.n, e))
        goto done;
done:
    buf_clear(&script);
    arena_clear(&a);
    return e->code;
}

/* gnuplot knows no weight of an SVG font; it names its elements for a mouse, so that
 * browsers show "gnuplot_plot_1" as a tip; and two charts on a page share their ids.
 * "%" stands for the number of the chart. */
static const struct {
    const char *from, *to;
} repair[] = {
    { "font-family=\"sans-serif:Bold\"",
      "font-family=\"sans-serif\" font-weight=\"bold\"" },
    { "<title>Gnuplot</title>", "" },
    { "<g id=\"gnuplot_", "<g class=\"gnuplot_" },
    { " id='gp", " id='c%-gp" },
    { "xlink:href='#gp", "xlink:href='#c%-gp" },
};

static bool is_element_title(struct str s, size_t *bytes)
{
    static const char open[] = "<title>gnuplot_plot_", close[] = "</title>";
    if (s.n < sizeof open || memcmp(s.p, open, sizeof open - 1) != 0) return false;
    const char *end = memmem(s.p, s.n, close, sizeof close - 1);
    if (!end) return false;
    *bytes = (size_t)(end - s.p) + sizeof close - 1;
    return true;
}

/* FNV-1a: the same chart has the same ids. */
static uint32_t number_of(struct str svg)
{
    uint32_t h = 2166136261U;
    for (size_t i = 0; i < svg.n; i++)
        h = (h ^ (unsigned char)svg.p[i]) * 16777619U;
    return h;
}

static void put_repaired(struct buf *out, const char *to, uint32_t number)
{
    const char *mark = strchr(to, '%');
    if (!mark) {
        buf_text(out, to);
    } else {
        buf_printf(out, "%.*s%08" PRIx32 "%s", (int)(mark - to), to, number, mark + 1);
    }
}

static void repair_svg(struct buf *out, struct str svg)
{
    uint32_t number = number_of(svg);
    for (size_t i = 0; i < svg.n;) {
        struct str rest = { svg.p + i, svg.n - i };
        const char *to = NULL;
        size_t bytes = 0;
        for (size_t k = 0; k < sizeof repair / sizeof *repair && !to; k++) {
            bytes = strlen(repair[k].from);
            if (rest.n >= bytes && memcmp(rest.p, repair[k].from, bytes) == 0)
                to = repair[k].to;
        }
        if (!to && is_element_title(rest, &bytes)) to = "";
        if (to) {
            put_repaired(out, to, number);
            i += bytes;
        } else {
            buf_add(out, rest.p, 1);
            i++;
        }
    }
}

static enum err_code draw_svg(struct buf *svg, const struct plot *p, struct err *e)
{
    struct buf raw = { .max = MAX_PICTURE };
    if (draw(&raw, p, PLOT_SVG, e) == OK) repair_svg(svg, (struct str){ raw.p, raw.n });
    if (svg->overflow) err_set(e, ERR_PLOT, "'%s' is too large a chart", p->title);
    buf_clear(&raw);
    return e->code;
}

enum err_code plot_svg(char **svg, const struct plot *p, struct arena *a, struct err *e)
{
    struct buf out = { .max = MAX_PICTURE };
    if (draw_svg(&out, p, e) == OK) {
        const char *start = strstr(out.p, "<svg"); /* without <?xml … ?> */
        *svg = arena_text(a, start ? start : out.p);
    }
    buf_clear(&out);
    return e->code;
}

static enum err_code terminal_of(enum plot_terminal *out, const char *path,
                                 struct err *e)
{
    static const char *const ending[] = { ".svg", ".png", ".pdf" };
    for (size_t i = 0; i < sizeof ending / sizeof *ending; i++) {
        if (!text_ends(path, ending[i])) continue;
        *out = (enum plot_terminal)i;
        return OK;
    }
    return err_set(e, ERR_USAGE, "%s: a chart's name must end in .svg, .png or .pdf",
                   path);
}

enum err_code plot_write(const struct plot *p, const char *path, struct err *e)
{
    enum plot_terminal terminal = PLOT_SVG;
    struct buf picture = { .max = MAX_PICTURE };
    struct file_out file;
    if (terminal_of(&terminal, path, e)) return e->code;
    if (terminal == PLOT_SVG ? draw_svg(&picture, p, e)
                             : draw(&picture, p, terminal, e))
        goto done;
    if (file_out_open(&file, path, e)) goto done;
    fwrite(picture.p, 1, picture.n, file.stream);
    if (file_out_commit(&file, e)) goto done;
done:
    buf_clear(&picture);
    return e->code;
}
