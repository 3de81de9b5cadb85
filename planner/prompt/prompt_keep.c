#include "prompt_keep.h"

#include "json.h"
#include "table.h"

enum err_code prompt_keep(struct prompt_kept *k, struct prompt_store *s,
                          struct app *app, struct err *e)
{
    k->version.added_unix_s = app->opt.now_unix_s;
    k->version.body = prompt_write(&k->prompt, app->arena);
    return prompt_store_add(&k->version, &k->added, s, e);
}

static enum err_code print_json(struct app *app, const char *schema,
                                const struct prompt_kept *k, size_t count,
                                struct err *e)
{
    struct json *j = json_open(app->out);
    json_object(j, NULL);
    json_text(j, "schema", schema);
    json_array(j, "prompts");
    for (size_t i = 0; i < count; i++) {
        json_object(j, NULL);
        json_text(j, "name", k[i].version.name);
        json_int(j, "version", k[i].version.number);
        json_bool(j, "added", k[i].added);
        json_text(j, "type", k[i].prompt.chat ? "CHAT" : "TEXT");
        json_text(j, "model", k[i].prompt.model);
        json_array(j, "variables");
        for (size_t v = 0; v < k[i].prompt.variables.count; v++)
            json_text(j, NULL, k[i].prompt.variables.name[v]);
        json_end(j);
        json_end(j);
    }
    json_end(j);
    json_end(j);
    return json_close(j, e);
}

enum err_code prompt_kept_print(struct app *app, const char *schema,
                                const struct prompt_kept *k, size_t count,
                                struct err *e)
{
    if (app->format == FORMAT_JSON) return print_json(app, schema, k, count, e);
    for (size_t i = 0; i < count; i++)
        fprintf(app->out, "%s:%lld %s\n", k[i].version.name,
                (long long)k[i].version.number,
                k[i].added ? "added" : "was there already, to the byte");
    return OK;
}
