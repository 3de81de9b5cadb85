#include "man.h"
#include "str.h"
#include "text.h"

static enum err_code no_page(const char *word, struct arena *a, struct err *e)
{
    size_t n = man_page_count();
    const char **names = ARENA_NEW(a, const char *, n);
    for (size_t i = 0; i < n; i++)
        names[i] = arena_text(a, man_page_name(i).text);
    const char *page =
        text_starts(word, "bedplan-") ? word : arena_printf(a, "bedplan-%s", word);
    return err_set(e, ERR_NOT_FOUND, "no manual page '%s'%s", word,
                   text_did_you_mean(a, page, names, n));
}

struct settings {
    bool list;
};

static enum err_code run(struct app *app, void *settings, const struct opt_list *args,
                         struct err *e)
{
    const struct settings *s = settings;
    if (s->list) {
        for (size_t i = 0; i < man_page_count(); i++)
            fprintf(app->out, "%s\n", man_page_name(i).text);
        fputs("plan.ini\n", app->out);
        return OK;
    }
    if (args->count > 1)
        return err_set(e, ERR_USAGE, "one page at a time, not '%s' too", args->text[1]);
    const char *name = args->count ? args->text[0] : "bedplan";
    return man_page(name, app->out) ? OK : no_page(name, app->arena, e);
}

static const struct opt opts[] = {
    { .key = "list",
      .type = OPT_FLAG,
      .offset = OPT_FIELD(struct settings, bool, list),
      .unit = "",
      .help = "print the names of all pages" },
};

const struct command cmd_man = {
    .name = "man",
    .usage = "[PAGE]",
    .summary = "print a manual page as scdoc text",
    .details = "The build makes them readable: man build/man/bedplan.1",
    .example = "bedplan man help | scdoc | man -l -",
    .opts = opts,
    .opt_count = sizeof opts / sizeof *opts,
    .settings_bytes = sizeof(struct settings),
    .formats = FORMATS(FORMAT_TEXT),
    .minor = true,
    .run = run,
};
