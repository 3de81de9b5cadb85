#include "app.h"
#include "train_convert.h"
#include "train_lines.h"
#include "train_record.h"

struct settings {
    const char *to, *from;
    bool skip;
};

/* clang-format off */
#define AT(T, f) OPT_FIELD(struct settings, T, f)
static const struct opt opts[] = {
    { .key = "to", .type = OPT_TEXT, .offset = AT(const char *, to), .unit = "F",
      .help = "format to write: prompt-completion, converse, claude or text" },
    { .key = "from", .type = OPT_TEXT, .offset = AT(const char *, from), .unit = "F",
      .help = "format of the file; else its first record's" },
    { .key = "skip", .type = OPT_FLAG, .offset = AT(bool, skip), .unit = "",
      .help = "leave out records that have no form in the new format" },
};
#undef AT
/* clang-format on */

struct convert {
    enum train_format from, to;
    bool skip;
    struct json_tape tape;
    int64_t written, skipped;
};

static enum err_code one_record(struct app *app, struct convert *c, const char *path,
                                int64_t number, struct str line, struct err *e)
{
    struct tape_fault fault;
    const char *why = NULL;
    if (!json_tape_read(&c->tape, line.p, line.n, &fault))
        return err_set(e, ERR_INPUT,
                       "%s:%lld: column %zu: %s; see 'bedplan tune check'", path,
                       (long long)number, fault.at + 1, fault.what);
    if (c->tape.node[0].type != TAPE_OBJECT)
        why = "not an object";
    else if (c->from == TRAIN_UNKNOWN)
        c->from = train_format_of(&c->tape);
    if (!why) why = train_convert(&c->tape, c->from, c->to, app->out);
    if (why && !c->skip)
        return err_set(e, ERR_INPUT, "%s:%lld: %s; --skip leaves such records out",
                       path, (long long)number, why);
    if (why)
        c->skipped++;
    else
        c->written++;
    return OK;
}

static enum err_code convert_file(struct app *app, struct convert *c, const char *path,
                                  struct err *e)
{
    struct train_lines lines;
    struct str line;
    bool too_long;
    enum err_code code = OK;
    if (train_lines_open(&lines, path, e)) return e->code;
    while (!code && train_lines_next(&lines, &line, &too_long)) {
        if (lines.number == 1) line = str_without_bom(line);
        if (too_long)
            code = err_set(e, ERR_INPUT, "%s:%lld: a line over %d MB", path,
                           (long long)lines.number, TRAIN_LINE_MAX >> 20);
        else if (str_trim(line).n > 0)
            code = one_record(app, c, path, lines.number, line, e);
    }
    struct err closing = { 0 };
    enum err_code closed = train_lines_close(&lines, &closing);
    if (!code && closed) return err_set(e, closed, "%s", closing.msg);
    return code;
}

static enum err_code run(struct app *app, void *settings, const struct opt_list *args,
                         struct err *e)
{
    const struct settings *s = settings;
    struct convert c = { .skip = s->skip, .tape = { .arena = app->arena } };
    if (args->count != 1 || !s->to)
        return err_set(e, ERR_USAGE, "tune convert wants one file and --to FORMAT");
    c.to = train_format_named(s->to);
    if (!c.to)
        return err_set(e, ERR_USAGE,
                       "--to '%s': want prompt-completion, converse, claude or text",
                       s->to);
    if (s->from && !(c.from = train_format_named(s->from)))
        return err_set(e, ERR_USAGE,
                       "--from '%s': want prompt-completion, converse or "
                       "claude",
                       s->from);
    if (convert_file(app, &c, args->text[0], e)) return e->code;
    app_note(app, "%lld records of format %s written as %s, %lld left out",
             (long long)c.written, train_format_name(c.from), train_format_name(c.to),
             (long long)c.skipped);
    return OK;
}

const struct command cmd_tune_convert = {
    .name = "tune convert",
    .usage = "FILE.jsonl --to FORMAT [options]",
    .summary = "training data of one format in another",
    .details =
        "Writes each record in the format that another model trains on. Texts are "
        "carried over as they are written. A system text goes before the prompt "
        "where the format has no place for it; conversations of several turns, "
        "images and videos have no form as pairs and are refused by line.",
    .example = "bedplan tune convert pairs.jsonl --to converse -o talk.jsonl",
    .opts = opts,
    .opt_count = sizeof opts / sizeof *opts,
    .settings_bytes = sizeof(struct settings),
    .formats = FORMATS(FORMAT_TEXT),
    .run = run,
};
