#include "import.h"

#include <fts.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "utf8.h"

const char *import_skip_words(enum import_skip s)
{
    static const char *const words[] = {
#define X(name, text) [name] = text,
        IMPORT_SKIPS(X)
#undef X
    };
    return words[s];
}

/* Where, and enough of it to find it, but nothing of a prompt: only short plain words
 * such as a number or a key are quoted. */
void import_skip(struct import *im, enum import_skip why, struct str detail)
{
    char *first = im->first[why];
    const size_t most_quoted = 40;
    if (im->skipped[why]++ > 0) return;
    int n = im->line > 0 ? snprintf(first, sizeof im->first[why], "%s:%lld", im->path,
                                    (long long)im->line)
                         : snprintf(first, sizeof im->first[why], "%s", im->path);
    if (n < 0 || (size_t)n + most_quoted + 8 > sizeof im->first[why]) return;
    if (detail.n == 0 || detail.n > most_quoted ||
        !utf8_valid(detail.p, detail.n, NULL))
        return;
    snprintf(first + n, sizeof im->first[why] - (size_t)n, ": '%.*s'", STR_ARG(detail));
}

/* "ab12=amazon.nova-lite-v1:0" of --alias. */
struct str import_model(const struct import *im, struct str id)
{
    struct str name = usage_model_name(id);
    for (size_t i = 0; i < im->aliases; i++) {
        struct str to, from = str_cut(str_of(im->alias[i]), '=', &to);
        if (name.n < from.n || from.n == 0) continue;
        /* the whole name, or what follows the kind in "application-inference-profile/x"
         */
        const char *tail = name.p + name.n - from.n;
        bool whole = name.n == from.n || tail[-1] == '/';
        if (whole && memcmp(tail, from.p, from.n) == 0) return to;
    }
    return name;
}

enum err_code import_add(struct import *im, struct usage_record *r, struct str model,
                         struct str region, struct err *e)
{
    if (usage_models_index(&r->model, im->models, import_model(im, model), region, e))
        return e->code;
    return usage_stage_add(im->stage, r, e);
}

bool import_count(uint32_t *out, struct str number, enum import_skip *why)
{
    uint32_t value = 0;
    size_t i = 0;
    for (; i < number.n && i < 9 && number.p[i] >= '0' && number.p[i] <= '9'; i++)
        value = value * 10 + (uint32_t)(number.p[i] - '0');
    if (i == 0 || i < number.n) {
        char text[32], *end = NULL;
        *why = SKIP_NOT_COUNT;
        if (number.n == 0 || number.n >= sizeof text) return false;
        memcpy(text, number.p, number.n);
        text[number.n] = '\0';
        if (text[strspn(text, "0123456789+-.eE")]) return false;
        double x = strtod(text, &end);
        if (*end) return false;
        if (x < 0) *why = SKIP_NEGATIVE;
        if (x > USAGE_MAX_TOKENS) *why = SKIP_ABSURD;
        if (!(x >= 0 && x <= USAGE_MAX_TOKENS)) return false;
        value = (uint32_t)x;
        if ((double)value < x) return false;
    }
    *why = SKIP_ABSURD;
    if (value > USAGE_MAX_TOKENS) return false;
    *out = value;
    return true;
}

enum err_code import_lines(struct import *im, struct line_input *in, struct err *e)
{
    struct str line;
    bool last = false, too_long = false;
    while (line_input_next(in, &line, &last, &too_long)) {
        im->line = line_input_number(in);
        if (too_long) {
            import_skip(im, SKIP_TOO_LONG, (struct str){ 0 });
        } else if (import_json_line(im, line, last, e)) {
            return e->code;
        }
    }
    return OK;
}

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static enum err_code read_kind(struct import *im, struct line_input *in, bool *known,
                               struct err *e)
{
    struct str start = str_without_bom(line_input_peek(in));
    size_t i = 0;
    while (i < start.n && is_space(start.p[i]))
        i++;
    *known = true;
    if (i == start.n && !line_input_damage(in)) {
        import_skip(im, SKIP_FILE_EMPTY, (struct str){ 0 });
        return OK;
    }
    if (i < start.n && start.p[i] == '{' && import_is_metrics(start)) {
        struct str text = { 0 };
        const size_t most = (size_t)32 << 20;
        if (line_input_all(in, &text, most, e)) return err_wrap(e, "%s: ", im->path);
        return import_metrics(im, text, e);
    }
    if (i < start.n && (start.p[i] == '{' || start.p[i] == '['))
        return import_lines(im, in, e);
    return import_csv(im, in, known, e);
}

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

int64_t import_records(const struct import *im)
{
    int64_t counted = im->counts ? im->counts->requests : 0;
    return (int64_t)(usage_stage_count(im->stage) + im->periods.count) + counted;
}

enum err_code import_file(struct import_file *out, struct import *im, const char *path,
                          bool named, struct err *e)
{
    struct line_input *in = NULL;
    bool known = false;
    int64_t before = import_records(im);
    struct import_file f = { .path = path, .name = base_name(path) };
    im->path = path;
    im->line = 0;
    if (line_input_open(&in, path, e)) return e->code;
    if (read_kind(im, in, &known, e)) goto done;
    im->line = 0;
    if (!known && named) {
        err_set(e, ERR_INPUT,
                "%s: neither a Bedrock log nor CloudWatch metrics nor a CSV with times "
                "and tokens",
                path);
        goto done;
    }
    if (!known) import_skip(im, SKIP_FILE_OTHER, (struct str){ 0 });
    if (line_input_damage(in)) f.damage = arena_text(im->arena, line_input_damage(in));
    f.bytes = line_input_bytes(in, f.sha256);
    f.records = import_records(im) - before;
    *out = f;
done:
    line_input_close(in);
    return e->code;
}

/* What S3 holds beside the logs: bodies over 100 KB, and the mark of a check. */
static bool is_no_log(const char *path, enum import_skip *why)
{
    if (strstr(path, "permission-check")) {
        *why = SKIP_FILE_CHECK;
        return true;
    }
    static const char *const ends[] = { "_input.json.gz", "_output.json.gz",
                                        "_input.json", "_output.json" };
    *why = SKIP_FILE_BODY;
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
        if (strstr(path, "/data/") && text_ends(path, ends[i])) return true;
    return false;
}

static void take(struct import_paths *out, struct import *im, const char *path,
                 bool named)
{
    enum import_skip why;
    im->path = path;
    im->line = 0;
    if (!named && is_no_log(path, &why)) {
        import_skip(im, why, (struct str){ 0 });
        return;
    }
    out->path = arena_grow(im->arena, out->path, &out->capacity, out->count + 1,
                           sizeof *out->path);
    out->named = arena_grow(im->arena, out->named, &out->named_capacity, out->count + 1,
                            sizeof *out->named);
    out->named[out->count] = named;
    out->path[out->count++] = arena_text(im->arena, path);
}

static int by_name(const FTSENT **a, const FTSENT **b)
{
    return strcmp((*a)->fts_name, (*b)->fts_name);
}

static enum err_code walk_one(struct import_paths *out, struct import *im,
                              const char *path, struct err *e)
{
    char *roots[] = { arena_text(im->arena, path), NULL };
    FTS *tree = fts_open(roots, FTS_COMFOLLOW | FTS_PHYSICAL | FTS_NOCHDIR, by_name);
    if (!tree) return err_set(e, ERR_INPUT, "%s: cannot be read", path);
    for (FTSENT *at; !e->code && (at = fts_read(tree));) {
        bool hidden = at->fts_level > 0 && at->fts_name[0] == '.';
        switch (at->fts_info) {
        case FTS_D:
            if (hidden) fts_set(tree, at, FTS_SKIP);
            break;
        case FTS_F:
        case FTS_DEFAULT: /* a pipe that was named */
            if (!hidden && (at->fts_info == FTS_F || at->fts_level == 0))
                take(out, im, at->fts_path, at->fts_level == 0);
            break;
        case FTS_DNR:
        case FTS_ERR:
        case FTS_NS:
            err_set(e, ERR_INPUT, "%s: %s", at->fts_path, strerror(at->fts_errno));
            break;
        default:
            break;
        }
    }
    fts_close(tree);
    return e->code;
}

enum err_code import_walk(struct import_paths *out, struct import *im,
                          const char *const *paths, size_t count, struct err *e)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(paths[i], "-") == 0) {
            take(out, im, "-", true);
        } else if (walk_one(out, im, paths[i], e)) {
            return e->code;
        }
    }
    return OK;
}
