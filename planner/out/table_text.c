#include <string.h>

#include "table_private.h"
#include "wrap.h"

/* Between two columns. */
enum { GAP = 2 };

/* What is left of a table that must fit `width` columns of a terminal. */
struct layout {
    int *width;  /* of each column */
    bool *shown; /* droppable ones may go */
    bool dropped;
};

static bool starts_character(char c)
{
    return ((unsigned char)c & 0xc0) != 0x80;
}

static int natural_width(const struct table *t, size_t c)
{
    int widest = wrap_width(t->column[c].heading);
    for (size_t i = 0; i < t->rows; i++) {
        int w = t->row[i][c] ? wrap_width(t->row[i][c]) : 1;
        if (w > widest) widest = w;
    }
    return widest;
}

/* How far column `c` may be shortened. A heading stays whole. */
static int least_width(const struct table *t, size_t c, int natural)
{
    const struct table_column *col = &t->column[c];
    if (col->align != LEFT || col->min_width == 0) return natural;
    int least = wrap_width(col->heading);
    if (col->min_width > least) least = col->min_width;
    return least < natural ? least : natural;
}

static int total_width(const struct table *t, const struct layout *l, const int *width)
{
    int total = -GAP;
    for (size_t c = 0; c < t->columns; c++)
        if (l->shown[c]) total += width[c] + GAP;
    return total;
}

/* Leave out the last droppable column that is still shown. */
static bool drop_one(const struct table *t, struct layout *l)
{
    for (size_t c = t->columns; c-- > 0;) {
        if (l->shown[c] && t->column[c].droppable) {
            l->shown[c] = false;
            l->dropped = true;
            return true;
        }
    }
    return false;
}

/* Shortening comes before dropping: a shortened name is still a name. The column
 * that is furthest above its least width gives first. */
static struct layout fit(const struct table *t, int width)
{
    struct layout l = { .width = ARENA_NEW(t->arena, int, t->columns),
                        .shown = ARENA_NEW(t->arena, bool, t->columns) };
    int *least = ARENA_NEW(t->arena, int, t->columns);
    for (size_t c = 0; c < t->columns; c++) {
        l.shown[c] = true;
        l.width[c] = natural_width(t, c);
        least[c] = least_width(t, c, l.width[c]);
    }
    while (total_width(t, &l, least) > width && drop_one(t, &l))
        continue;
    for (int excess = total_width(t, &l, l.width) - width; excess > 0; excess--) {
        size_t widest = t->columns;
        for (size_t c = 0; c < t->columns; c++) {
            if (!l.shown[c] || l.width[c] == least[c]) continue;
            if (widest == t->columns || l.width[c] > l.width[widest]) widest = c;
        }
        if (widest == t->columns) break;
        l.width[widest]--;
    }
    return l;
}

/* `text` in exactly `width` columns, cut with "…"; control characters, which would
 * move the cursor, become blanks. `last`: nothing is printed behind it. */
static void put_cell(const char *text, int width, enum table_align align, bool last,
                     FILE *f)
{
    int have = wrap_width(text), put = 0;
    int keep = have > width ? width - 1 : have;
    if (align == RIGHT) fprintf(f, "%*s", have < width ? width - have : 0, "");
    for (const char *p = text; *p; p++) {
        if (starts_character(*p) && put++ == keep) break;
        fputc((unsigned char)*p < ' ' || *p == 0x7f ? ' ' : *p, f);
    }
    if (have > width) fputs("…", f);
    if (align == LEFT && !last) fprintf(f, "%*s", have < width ? width - have : 0, "");
}

static void put_row(const struct table *t, const struct layout *l,
                    const char *const *cell, FILE *f)
{
    size_t last = 0, shown = 0;
    for (size_t c = 0; c < t->columns; c++) { /* no blanks at the end of a line */
        const char *text = cell ? cell[c] : t->column[c].heading;
        if (l->shown[c] && !(text && !*text)) last = c;
    }
    for (size_t c = 0; c <= last; c++) {
        const char *text = cell ? cell[c] : t->column[c].heading;
        if (!l->shown[c]) continue;
        if (shown++) fprintf(f, "%*s", GAP, "");
        put_cell(text ? text : "-", l->width[c], t->column[c].align, c == last, f);
    }
}

static void put_rule(const struct table *t, const struct layout *l, FILE *f)
{
    size_t shown = 0;
    for (size_t c = 0; c < t->columns; c++) {
        if (!l->shown[c]) continue;
        if (shown++) fprintf(f, "%*s", GAP, "");
        for (int i = 0; i < l->width[c]; i++)
            fputs("─", f);
    }
    fputc('\n', f);
}

static void note_dropped(const struct table *t, const struct layout *l, int width,
                         FILE *f)
{
    const char *names = "";
    for (size_t c = 0; c < t->columns; c++) {
        if (l->shown[c]) continue;
        names = arena_printf(t->arena, "%s%s%s", names, *names ? ", " : "",
                             t->column[c].heading);
    }
    const char *note = arena_printf(
        t->arena, "not shown for lack of width: %s (--format csv has every column)",
        names);
    wrap_text(note, width, 0, 2, f);
}

void table_print_text(const struct table *t, int width, bool colour, FILE *f)
{
    const char *bold = colour ? "\033[1m" : "", *dim = colour ? "\033[2m" : "",
               *plain = colour ? "\033[0m" : "";
    struct layout l = fit(t, width);
    if (t->title) fprintf(f, "%s%s%s\n\n", bold, t->title, plain);
    fputs(bold, f);
    put_row(t, &l, NULL, f);
    fprintf(f, "%s\n", plain);
    put_rule(t, &l, f);
    for (size_t i = 0; i < t->rows; i++) {
        if (t->dim[i]) fputs(dim, f);
        put_row(t, &l, t->row[i], f);
        if (t->dim[i]) fputs(plain, f);
        fputc('\n', f);
    }
    if (t->notes || l.dropped) fputc('\n', f);
    for (size_t i = 0; i < t->notes; i++)
        wrap_text(t->note[i], width, 0, 2, f);
    if (l.dropped) note_dropped(t, &l, width, f);
}
