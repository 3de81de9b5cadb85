#include "import.h"

#include <string.h>
#include <strings.h>

#include "date.h"
#include "text.h"

enum column {
    C_DATE,
    C_SECONDS,
    C_INPUT,
    C_OUTPUT,
    C_CACHED,
    C_MAX_TOKENS,
    C_MODEL,
    COLUMNS
};
enum { MAX_COLUMNS = 256 };

static const struct {
    const char *name;
    enum column column;
} known_names[] = {
    { "timestamp", C_DATE },
    { "seconds", C_SECONDS },
    { "input", C_INPUT },
    { "input_tokens", C_INPUT },
    { "ContextTokens", C_INPUT },
    { "input_length", C_INPUT },
    { "output", C_OUTPUT },
    { "output_tokens", C_OUTPUT },
    { "GeneratedTokens", C_OUTPUT },
    { "output_length", C_OUTPUT },
    { "cached", C_CACHED },
    { "cached_tokens", C_CACHED },
    { "max_tokens", C_MAX_TOKENS },
    { "model", C_MODEL },
};

struct layout {
    size_t fields;
    int at[COLUMNS]; /* field of each column, -1 none */
};

/* Takes a field off the line; quotes around it may hide commas, not quotes. */
static struct str next_field(struct str *line, bool *more)
{
    struct str field, tail = *line;
    if (line->n > 0 && line->p[0] == '"') {
        tail = (struct str){ line->p + 1, line->n - 1 };
        field = str_cut(tail, '"', &tail);
        *more = tail.n > 0 && memchr(tail.p, ',', tail.n);
        str_cut(tail, ',', line);
        return field;
    }
    *more = line->n > 0 && memchr(line->p, ',', line->n);
    return str_trim(str_cut(tail, ',', line));
}

static int column_of(struct str name)
{
    for (size_t i = 0; i < sizeof known_names / sizeof *known_names; i++) {
        if (strlen(known_names[i].name) == name.n &&
            strncasecmp(known_names[i].name, name.p, name.n) == 0)
            return (int)known_names[i].column;
    }
    return -1;
}

static bool read_layout(struct layout *l, struct str header)
{
    *l = (struct layout){ 0 };
    for (int c = 0; c < COLUMNS; c++)
        l->at[c] = -1;
    for (bool more = true; more; l->fields++) {
        int c = column_of(next_field(&header, &more));
        if (l->fields == MAX_COLUMNS) return false;
        if (c < 0) continue;
        if (l->at[c] >= 0) return false; /* two columns for the same thing */
        l->at[c] = (int)l->fields;
    }
    return (l->at[C_DATE] >= 0) != (l->at[C_SECONDS] >= 0) && l->at[C_INPUT] >= 0 &&
           l->at[C_OUTPUT] >= 0;
}

static bool split(struct str field[COLUMNS], const struct layout *l, struct str line)
{
    size_t n = 0;
    for (bool more = true; more; n++) {
        struct str found = next_field(&line, &more);
        for (int c = 0; c < COLUMNS; c++)
            if (l->at[c] == (int)n) field[c] = found;
    }
    return n == l->fields;
}

static bool read_time(int64_t *at_us, const struct layout *l, const struct str *field)
{
    char text[DATE_TEXT];
    struct err ignored = { 0 };
    bool dated = l->at[C_DATE] >= 0;
    struct str from = field[dated ? C_DATE : C_SECONDS];
    int64_t unix_s = 0;
    int32_t ns = 0;
    double seconds = 0;
    const double most = 4e9; /* beyond it microseconds are lost */
    if (from.n >= sizeof text || from.n == 0 || memchr(from.p, '\0', from.n))
        return false;
    memcpy(text, from.p, from.n);
    text[from.n] = '\0';
    if (dated && date_parse(&unix_s, &ns, text, &ignored)) return false;
    if (!dated && text_real(&seconds, text, -most, most, &ignored)) return false;
    *at_us = dated ? unix_s * 1000000 + ns / 1000
                   : (int64_t)(seconds * 1e6 + (seconds < 0 ? -0.5 : 0.5));
    return true;
}

static enum err_code read_row(struct import *im, const struct layout *l,
                              struct str line, struct err *e)
{
    struct str field[COLUMNS] = { 0 };
    struct usage_record r = { 0 };
    enum import_skip why = SKIP_FIELDS;
    im->read++;
    if (!split(field, l, line)) {
        import_skip(im, SKIP_FIELDS, (struct str){ 0 });
        return OK;
    }
    if (!read_time(&r.at_us, l, field)) {
        import_skip(im, SKIP_NO_TIME, field[l->at[C_DATE] >= 0 ? C_DATE : C_SECONDS]);
        return OK;
    }
    struct {
        enum column column;
        uint32_t *out;
    } counts[] = { { C_INPUT, &r.input },
                   { C_OUTPUT, &r.output },
                   { C_CACHED, &r.cached },
                   { C_MAX_TOKENS, &r.max_tokens } };
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        struct str text = field[counts[i].column];
        bool optional =
            counts[i].column == C_CACHED || counts[i].column == C_MAX_TOKENS;
        if (optional && text.n == 0) continue;
        if (import_count(counts[i].out, text, &why)) continue;
        import_skip(im, why, text);
        return OK;
    }
    if (r.cached > r.input) {
        import_skip(im, SKIP_CACHED, field[C_CACHED]);
        return OK;
    }
    im->dated = im->dated || l->at[C_DATE] >= 0;
    im->undated = im->undated || l->at[C_DATE] < 0;
    struct str model = l->at[C_MODEL] >= 0 ? field[C_MODEL] : STR("");
    return import_add(im, &r, model, STR(""), e);
}

enum err_code import_csv(struct import *im, struct line_input *in, bool *known,
                         struct err *e)
{
    struct layout layout = { 0 };
    struct str line;
    bool last = false, too_long = false, header = false;
    *known = false;
    while (line_input_next(in, &line, &last, &too_long)) {
        im->line = line_input_number(in);
        if (im->line == 1) line = str_without_bom(line);
        line = str_trim(line);
        if (line.n == 0 && !too_long) continue;
        if (!header) {
            header = true;
            *known = !too_long && import_is_rates(line);
            if (*known) return import_rates(im, in, e);
            *known = !too_long && import_is_counts(line);
            if (*known) return import_counts(im, in, e);
            if (too_long || !read_layout(&layout, line)) return OK;
            *known = true;
        } else if (too_long) {
            import_skip(im, SKIP_TOO_LONG, (struct str){ 0 });
        } else if (read_row(im, &layout, line, e)) {
            return e->code;
        }
    }
    return OK;
}
