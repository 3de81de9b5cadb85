#include "app.h"

#include <stdarg.h>
#include <string.h>

#include "table.h"

/* clang-format off */
#define AT(T, f) OPT_FIELD(struct app_options, T, f)
const struct opt app_opts[] = {
    { .key = "json", .type = OPT_FLAG, .offset = AT(bool, json), .unit = "",
      .help = "print the result as JSON" },
    { .key = "format", .type = OPT_CHOICE, .offset = AT(int, format), .unit = "F",
      .choices = "text|json|csv|tsv|md", .preset = "text", .hi = FORMAT_MD,
      .help = "format of the result" },
    { .key = "out", .letter = 'o', .type = OPT_TEXT, .offset = AT(const char *, output),
      .unit = "FILE",
      .help = "write the result to FILE, whole or not at all; its ending picks the format" },
    { .key = "seed", .type = OPT_INT, .offset = AT(int64_t, seed), .unit = "N",
      .preset = "1", .lo = 0, .hi = 9007199254740992.0,
      .help = "seed of every random stream" },
    { .key = "now", .type = OPT_DATE, .offset = AT(int64_t, now_unix_s), .unit = "DATE",
      .help = "take DATE as today (UTC)" },
    { .key = "catalog", .type = OPT_TEXT, .offset = AT(const char *, catalog),
      .unit = "FILE", .help = "read FILE instead of the built-in catalog and what was imported" },
    { .key = "max_age", .type = OPT_TEXT, .offset = AT(const char *, max_age),
      .unit = "DAYS", .help = "fail when the answer's oldest price is older, e.g. 30d" },
    { .key = "quiet", .letter = 'q', .type = OPT_FLAG, .offset = AT(bool, quiet),
      .unit = "", .help = "no notes on stderr" },
    { .key = "verbose", .letter = 'v', .type = OPT_FLAG, .offset = AT(bool, verbose),
      .unit = "", .help = "say more on stderr" },
    { .key = "help", .letter = 'h', .type = OPT_FLAG, .offset = AT(bool, help),
      .unit = "", .help = "explain the command" },
    { .key = "version", .type = OPT_FLAG, .offset = AT(bool, version), .unit = "",
      .help = "print the program's version" },
};
#undef AT
/* clang-format on */
const size_t app_opt_count = sizeof app_opts / sizeof *app_opts;

enum opt_origin app_origin(const struct app *app, const char *key)
{
    for (size_t t = 0; t < app->table_count; t++) {
        const struct opt_table *table = &app->tables[t];
        for (size_t i = 0; i < table->count; i++) {
            if (strcmp(table->opts[i].key, key) != 0) continue;
            if (table->given[i]) return OPT_COMMAND_LINE;
            return app->environment[t][i] ? OPT_ENVIRONMENT : OPT_PRESET;
        }
    }
    return OPT_PRESET;
}

void app_print_table(const struct app *app, const struct table *t)
{
    enum table_format format = app->format == FORMAT_CSV   ? TABLE_CSV
                               : app->format == FORMAT_TSV ? TABLE_TSV
                               : app->format == FORMAT_MD  ? TABLE_MD
                                                           : TABLE_TEXT;
    table_print(t, format, app->columns, app->colour, app->out);
}

__attribute__((format(printf, 2, 0))) static void say(const char *what, const char *fmt,
                                                      va_list ap)
{
    fprintf(stderr, "bedplan: %s: ", what);
    vfprintf(stderr, fmt, ap);
    fputc('\n', stderr);
}

void app_note(struct app *app, const char *fmt, ...)
{
    if (app->opt.quiet) return;
    va_list ap;
    va_start(ap, fmt);
    say("note", fmt, ap);
    va_end(ap);
}

void app_warn(struct app *app, const char *fmt, ...)
{
    (void)app; /* a warning is said under --quiet too */
    va_list ap;
    va_start(ap, fmt);
    say("warning", fmt, ap);
    va_end(ap);
}
