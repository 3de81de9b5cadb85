#include <string.h>

#include "app.h"
#include "usage_sql.h"

struct settings {
    int engine;
    const char *from;
};

/* clang-format off */
#define AT(T, f) OPT_FIELD(struct settings, T, f)
static const struct opt opts[] = {
    { .key = "engine", .type = OPT_CHOICE, .offset = AT(int, engine), .unit = "ENGINE",
      .choices = "athena|duckdb", .preset = "athena", .hi = SQL_DUCKDB,
      .help = "for whom the query is written" },
    { .key = "from", .type = OPT_TEXT, .offset = AT(const char *, from), .unit = "PLACE",
      .preset = "s3://BUCKET/BedrockModelInvocationLogs/REGION",
      .help = "folder of the logs, above the years" },
};
#undef AT
/* clang-format on */

static enum err_code run(struct app *app, void *settings, const struct opt_list *args,
                         struct err *e)
{
    const struct settings *s = settings;
    if (args->count > 0)
        return err_set(e, ERR_USAGE, "usage sql wants no '%s'", args->text[0]);
    if (strpbrk(s->from, "'\\\n"))
        return err_set(e, ERR_USAGE, "--from holds a quote, a backslash or a line end");
    usage_sql(app->out, (enum sql_engine)s->engine, s->from);
    return OK;
}

const struct command cmd_usage_sql = {
    .name = "usage sql",
    .usage = "[--engine athena|duckdb] [--from PLACE]",
    .summary = "the query that counts logs where they are",
    .details =
        "Logs too large to move stay where they are: the query reads them in the "
        "layout "
        "that Bedrock writes to S3 and gives a small table of counts. Save its answer "
        "as "
        "CSV with a header and import that. It knows the same figures as importing the "
        "logs, but no single request: nothing can be replayed, and max_tokens, "
        "latencies and kinds of error beyond the error's code stay unknown.",
    .example = "bedplan usage sql --engine duckdb --from logs >count.sql\n"
               "duckdb -csv <count.sql >counts.csv\n"
               "bedplan usage import prod counts.csv",
    .opts = opts,
    .opt_count = sizeof opts / sizeof *opts,
    .settings_bytes = sizeof(struct settings),
    .run = run,
};
