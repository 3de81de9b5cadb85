#include "import_report.h"

#include "text.h"

static void json_file(struct json *j, const struct feed_result *r, const char *file)
{
    json_object(j, NULL);
    json_text(j, "file", file);
    json_text(j, "source", r->source);
    json_text(j, "kind", r->kind);
    json_text(j, "published", r->published);
    json_bool(j, "known", r->known);
    json_int(j, "read", r->read);
    json_int(j, "added", r->added);
    json_int(j, "changed", r->changed);
    json_int(j, "unchanged", r->unchanged);
    json_array(j, "skipped");
    for (size_t i = 0; i < r->skip_count; i++) {
        json_object(j, NULL);
        json_text(j, "what", r->skip[i].what);
        json_text(j, "why", r->skip[i].why);
        json_int(j, "count", r->skip[i].count);
        json_end(j);
    }
    json_end(j);
    json_end(j);
}

void import_print(struct app *app, const struct feed_result *r)
{
    char n[5][32];
    const int64_t value[] = { r->read, r->added, r->changed, r->unchanged, r->skipped };
    for (int i = 0; i < 5; i++)
        text_thousands(n[i], value[i]);
    fprintf(app->out, "%s: %s read, %s added, %s changed, %s unchanged, %s skipped%s\n",
            r->source, n[0], n[1], n[2], n[3], n[4],
            r->known ? "; it was imported before" : "");
    for (size_t i = 0; i < r->skip_count; i++) {
        text_thousands(n[0], r->skip[i].count);
        fprintf(app->out, "  skipped %s: %s: %s\n", n[0], r->skip[i].what,
                r->skip[i].why);
    }
}

void import_json(struct json *j, const struct feed_result *r, char *const *file,
                 size_t count)
{
    struct feed_result sum = { 0 };
    for (size_t i = 0; i < count; i++) {
        sum.read += r[i].read;
        sum.added += r[i].added;
        sum.changed += r[i].changed;
        sum.unchanged += r[i].unchanged;
    }
    json_int(j, "read", sum.read);
    json_int(j, "added", sum.added);
    json_int(j, "changed", sum.changed);
    json_int(j, "unchanged", sum.unchanged);
    json_array(j, "skipped");
    for (size_t i = 0; i < count; i++) {
        for (size_t k = 0; k < r[i].skip_count; k++) {
            json_object(j, NULL);
            json_text(j, "what", r[i].skip[k].what);
            json_text(j, "why", r[i].skip[k].why);
            json_int(j, "count", r[i].skip[k].count);
            json_end(j);
        }
    }
    json_end(j);
    json_array(j, "files");
    for (size_t i = 0; i < count; i++)
        json_file(j, &r[i], file[i]);
    json_end(j);
}
