#include "trace.h"

#include <string.h>
#include <strings.h>

#include "date.h"
#include "file.h"
#include "str.h"
#include "text.h"

enum { MAX_COLUMNS = 256 };

enum column {
    COLUMN_DATE,
    COLUMN_SECONDS,
    COLUMN_INPUT,
    COLUMN_OUTPUT,
    COLUMN_CACHED,
    COLUMN_MAX
};
enum { COLUMNS = COLUMN_MAX + 1 };

static const struct {
    const char *name;
    enum column column;
} known[] = {
    { "timestamp", COLUMN_DATE },       { "seconds", COLUMN_SECONDS },
    { "input", COLUMN_INPUT },          { "input_tokens", COLUMN_INPUT },
    { "ContextTokens", COLUMN_INPUT },  { "output", COLUMN_OUTPUT },
    { "output_tokens", COLUMN_OUTPUT }, { "GeneratedTokens", COLUMN_OUTPUT },
    { "cached", COLUMN_CACHED },        { "cached_tokens", COLUMN_CACHED },
    { "max_tokens", COLUMN_MAX },
};

struct reading {
    const char *name;
    struct str rest;           /* of the bytes */
    int64_t line;              /* last read */
    size_t fields;             /* of the header */
    int at[COLUMNS];           /* field of each column, -1 none */
    struct str field[COLUMNS]; /* of this line */
    size_t capacity;
    struct trace trace;
};

static enum err_code complain(const struct reading *r, struct err *e)
{
    return err_wrap(e, "%s:%lld: ", r->name, (long long)r->line);
}

/* The next line that is not blank, without its end. */
static bool next_line(struct reading *r, struct str *line)
{
    while (r->rest.n > 0) {
        *line = str_cut(r->rest, '\n', &r->rest);
        r->line++;
        if (line->n > 0 && line->p[line->n - 1] == '\r') line->n--;
        if (str_trim(*line).n > 0) return true;
    }
    return false;
}

/* Takes a field off the line; quotes around it may hide commas, not quotes. */
static struct str next_field(struct str *line, bool *more)
{
    struct str field, tail = *line;
    if (line->n > 0 && line->p[0] == '"') {
        tail = (struct str){ line->p + 1, line->n - 1 };
        field = str_cut(tail, '"', &tail);
        const char *comma = tail.n > 0 ? memchr(tail.p, ',', tail.n) : NULL;
        *more = comma != NULL;
        str_cut(tail, ',', line);
        return field;
    }
    *more = line->n > 0 && memchr(line->p, ',', line->n) != NULL;
    return str_trim(str_cut(tail, ',', line));
}

static int column_of(struct str name)
{
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        if (strlen(known[i].name) == name.n &&
            strncasecmp(known[i].name, name.p, name.n) == 0)
            return (int)known[i].column;
    }
    return -1;
}

static enum err_code read_header(struct reading *r, struct err *e)
{
    struct str line = { 0 };
    for (int c = 0; c < COLUMNS; c++)
        r->at[c] = -1;
    if (!next_line(r, &line)) {
        r->line = 1;
        return err_set(e, ERR_INPUT, "no header");
    }
    for (bool more = true; more; r->fields++) {
        struct str name = next_field(&line, &more);
        int c = column_of(name);
        if (r->fields == MAX_COLUMNS)
            return err_set(e, ERR_INPUT, "more than %d columns", MAX_COLUMNS);
        if (c < 0) continue;
        if (r->at[c] >= 0)
            return err_set(e, ERR_INPUT, "two columns for the same thing: '%.*s'",
                           STR_ARG(name));
        r->at[c] = (int)r->fields;
    }
    if (r->at[COLUMN_DATE] < 0 && r->at[COLUMN_SECONDS] < 0)
        return err_set(e, ERR_INPUT, "no column 'timestamp' or 'seconds'");
    if (r->at[COLUMN_DATE] >= 0 && r->at[COLUMN_SECONDS] >= 0)
        return err_set(e, ERR_INPUT, "both a column 'timestamp' and 'seconds'");
    if (r->at[COLUMN_INPUT] < 0)
        return err_set(e, ERR_INPUT, "no column 'input' or 'ContextTokens'");
    if (r->at[COLUMN_OUTPUT] < 0)
        return err_set(e, ERR_INPUT, "no column 'output' or 'GeneratedTokens'");
    r->trace.dated = r->at[COLUMN_DATE] >= 0;
    r->trace.has_cached = r->at[COLUMN_CACHED] >= 0;
    r->trace.has_max_tokens = r->at[COLUMN_MAX] >= 0;
    return OK;
}

static enum err_code split(struct reading *r, struct str line, struct err *e)
{
    size_t n = 0;
    for (bool more = true; more; n++) {
        struct str field = next_field(&line, &more);
        for (int c = 0; c < COLUMNS; c++)
            if (r->at[c] == (int)n) r->field[c] = field;
    }
    if (n == r->fields) return OK;
    return err_set(e, ERR_INPUT, "%zu fields, but the header has %zu", n, r->fields);
}

/* NUL-terminated for the readers of base. False when too long to be a number. */
static bool copy_field(char out[DATE_TEXT], struct str field)
{
    if (field.n >= DATE_TEXT || memchr(field.p, '\0', field.n)) return false;
    memcpy(out, field.p, field.n);
    out[field.n] = '\0';
    return true;
}

static enum err_code bad_field(struct str field, struct err *e)
{
    return err_set(e, ERR_INPUT, "'%.*s' is not a number or a date",
                   field.n < 40 ? (int)field.n : 40, field.p);
}

static enum err_code tokens(int64_t *out, const struct reading *r, enum column c,
                            struct err *e)
{
    static const char *const side[] = { [COLUMN_INPUT] = "input tokens: ",
                                        [COLUMN_OUTPUT] = "output tokens: ",
                                        [COLUMN_CACHED] = "cached tokens: ",
                                        [COLUMN_MAX] = "max_tokens: " };
    struct str field = r->field[c];
    const size_t surely_fits = 12; /* digits below 2^40 */
    int64_t value = 0;
    size_t i = 0;
    for (; i < field.n && field.n <= surely_fits; i++) {
        if (field.p[i] < '0' || field.p[i] > '9') break;
        value = value * 10 + (field.p[i] - '0');
    }
    if (i > 0 && i == field.n) {
        *out = value;
        return OK;
    }
    char text[DATE_TEXT];
    if (!copy_field(text, field)) return bad_field(field, e);
    if (text_int(out, text, 0, SUMMARY_MAX_TOKENS, e))
        return err_wrap(e, "%s", side[c]);
    return OK;
}

static enum err_code time_of(double *at_s, struct reading *r, struct err *e)
{
    char text[DATE_TEXT];
    struct str field = r->field[r->trace.dated ? COLUMN_DATE : COLUMN_SECONDS];
    if (!copy_field(text, field)) return bad_field(field, e);
    if (!r->trace.dated) {
        const double most = 1e12; /* beyond it a double loses the milliseconds */
        return text_real(at_s, text, -most, most, e) ? err_wrap(e, "seconds: ") : OK;
    }
    int64_t unix_s = 0;
    int32_t ns = 0;
    if (date_parse(&unix_s, &ns, text, e)) return e->code;
    if (r->trace.count == 0) r->trace.origin_unix_s = unix_s;
    *at_s = (double)(unix_s - r->trace.origin_unix_s) + ns * 1e-9;
    return OK;
}

static enum err_code read_request(struct reading *r, struct str line, struct arena *a,
                                  struct err *e)
{
    struct traffic_request q = { 0 };
    struct trace *t = &r->trace;
    if (split(r, line, e)) return e->code;
    if (time_of(&q.at_s, r, e)) return e->code;
    if (tokens(&q.input_tokens, r, COLUMN_INPUT, e)) return e->code;
    if (tokens(&q.output_tokens, r, COLUMN_OUTPUT, e)) return e->code;
    if (t->has_cached && tokens(&q.cached_tokens, r, COLUMN_CACHED, e)) return e->code;
    if (t->has_max_tokens && r->field[COLUMN_MAX].n > 0 &&
        tokens(&q.max_tokens, r, COLUMN_MAX, e)) {
        return e->code;
    }
    if (q.cached_tokens > q.input_tokens)
        return err_set(e, ERR_RANGE, "more cached tokens (%lld) than input (%lld)",
                       (long long)q.cached_tokens, (long long)q.input_tokens);
    if (t->count > 0 && q.at_s < t->request[t->count - 1].at_s)
        return err_set(e, ERR_RANGE, "time goes back by %.6g s; sort the rows by time",
                       t->request[t->count - 1].at_s - q.at_s);
    t->request =
        arena_grow(a, t->request, &r->capacity, t->count + 1, sizeof *t->request);
    t->request[t->count++] = q;
    return OK;
}

enum err_code trace_parse(struct trace *out, const char *name, const char *bytes,
                          size_t size, struct arena *a, struct err *e)
{
    struct reading r = { .name = name, /* Excel writes a mark */
                         .rest = str_without_bom((struct str){ bytes, size }) };
    struct str line = { 0 };
    if (read_header(&r, e)) return complain(&r, e);
    while (next_line(&r, &line))
        if (read_request(&r, line, a, e)) return complain(&r, e);
    if (r.trace.count == 0) {
        err_set(e, ERR_INPUT, "no requests below the header");
        return complain(&r, e);
    }
    *out = r.trace;
    return OK;
}

enum err_code trace_read(struct trace *out, const char *path, struct arena *a,
                         struct err *e)
{
    const size_t most = (size_t)4 << 30;
    char *bytes = NULL;
    size_t size = 0;
    if (file_read(&bytes, &size, path, most, a, e)) return e->code;
    return trace_parse(out, path, bytes, size, a, e);
}
