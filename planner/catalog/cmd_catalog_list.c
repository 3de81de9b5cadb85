#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "app.h"
#include "model_words.h"
#include "str.h"
#include "table.h"
#include "text.h"

enum sort {
    SORT_ID,
    SORT_NAME,
    SORT_PROVIDER,
    SORT_INPUT,
    SORT_OUTPUT,
    SORT_CONTEXT,
    SORT_EOL
};

struct list_settings {
    const char *provider, *region;
    struct opt_list input_modality, output_modality;
    int64_t min_context;
    bool tunable, provisioned, active;
    int sort;
};

/* clang-format off */
#define AT(T, f) OPT_FIELD(struct list_settings, T, f)
static const struct opt opts[] = {
    { .key = "provider", .type = OPT_TEXT, .offset = AT(const char *, provider),
      .unit = "NAME", .help = "only models of this provider" },
    { .key = "input_modality", .type = OPT_LIST, .offset = AT(struct opt_list, input_modality),
      .unit = "M", .help = "only models known to take M: text, image, video, speech, audio, document" },
    { .key = "output_modality", .type = OPT_LIST, .offset = AT(struct opt_list, output_modality),
      .unit = "M", .help = "only models known to give M: text, image, video, speech, audio, embedding" },
    { .key = "min_context", .type = OPT_INT, .offset = AT(int64_t, min_context),
      .unit = "TOKENS", .preset = "0", .lo = 0, .hi = 9007199254740992.0,
      .help = "only models known to have a context window of at least TOKENS" },
    { .key = "region", .letter = 'r', .type = OPT_TEXT, .offset = AT(const char *, region),
      .unit = "R", .preset = "us-east-1",
      .help = "prices of region R, by its default routing; when given, only models sold there" },
    { .key = "tunable", .type = OPT_FLAG, .offset = AT(bool, tunable), .unit = "",
      .help = "only models that can be customized" },
    { .key = "provisioned", .type = OPT_FLAG, .offset = AT(bool, provisioned), .unit = "",
      .help = "only models sold by the model unit" },
    { .key = "active", .type = OPT_FLAG, .offset = AT(bool, active), .unit = "",
      .help = "only models that are neither legacy nor ended nor a preview" },
    { .key = "sort", .type = OPT_CHOICE, .offset = AT(int, sort), .unit = "BY",
      .choices = "id|name|provider|input|output|context|eol", .preset = "id", .hi = SORT_EOL,
      .help = "order of the models; what is unknown comes last" },
};
#undef AT
/* clang-format on */

struct listed {
    const struct model *model;
    struct list_price price;
};

/* What the filters left out because nobody says: neither yes nor no. */
struct unknown {
    size_t modality, context, region;
};

static bool same_word(const char *a, const char *b)
{
    while (*a && *b && tolower((unsigned char)*a) == tolower((unsigned char)*b)) {
        a++;
        b++;
    }
    return *a == *b;
}

/* "text,image" and repeated options -> bits of enum modality. */
static enum err_code modality_bits(unsigned *out, const struct opt_list *list,
                                   const char *option, struct arena *a, struct err *e)
{
    const char *names[MODALITY_COUNT];
    for (int i = 0; i < MODALITY_COUNT; i++)
        names[i] = modality_text((enum modality)i);
    *out = 0;
    for (size_t i = 0; i < list->count; i++) {
        struct str rest = str_of(list->text[i]);
        while (rest.n) {
            struct str word = str_trim(str_cut(rest, ',', &rest));
            int m = 0;
            while (m < MODALITY_COUNT && !str_eq(word, names[m]))
                m++;
            if (m == MODALITY_COUNT) {
                const char *typed = arena_text_n(a, word.p, word.n);
                return err_set(e, ERR_USAGE, "%s: no modality '%s'%s", option, typed,
                               text_did_you_mean(a, typed, names, MODALITY_COUNT));
            }
            *out |= 1U << m;
        }
    }
    return OK;
}

static enum err_code check_provider(const char *typed, const struct model *models,
                                    size_t count, struct arena *a, struct err *e)
{
    const char **names = ARENA_NEW(a, const char *, count);
    for (size_t i = 0; i < count; i++) {
        if (same_word(models[i].provider, typed)) return OK;
        names[i] = models[i].provider;
    }
    return err_set(e, ERR_NOT_FOUND, "unknown provider '%s'%s", typed,
                   text_did_you_mean(a, typed, names, count));
}

/* The worst answer to all the modalities wanted. */
static enum answer takes(const enum answer modality[MODALITY_COUNT], unsigned wanted)
{
    enum answer worst = YES;
    for (int i = 0; i < MODALITY_COUNT; i++) {
        if (!(wanted & 1U << i)) continue;
        if (modality[i] == NO) return NO;
        if (modality[i] == UNKNOWN) worst = UNKNOWN;
    }
    return worst;
}

static enum answer sold_in(const struct model *m, const char *region)
{
    struct price_offer offer = catalog_offer(m, region);
    if (*m->regions) return offer.listed ? YES : NO;
    return offer.geo || offer.global ? UNKNOWN : NO;
}

struct filter {
    const struct list_settings *set;
    unsigned input, output;
    bool region;
    int64_t now_unix_s;
};

static bool passes(const struct model *m, const struct filter *f, struct unknown *left)
{
    const struct list_settings *s = f->set;
    if (s->provider && !same_word(m->provider, s->provider)) return false;
    if (s->tunable && !*m->tunable) return false;
    if (s->provisioned && m->provisioned != YES) return false;
    if (s->active && strcmp(model_lifecycle(m, f->now_unix_s), "active") != 0)
        return false;
    enum answer region = f->region ? sold_in(m, s->region) : YES;
    enum answer input = takes(m->input, f->input);
    enum answer output = takes(m->output, f->output);
    bool small = m->context_window && m->context_window < s->min_context;
    if (region == NO || input == NO || output == NO || small) return false;
    if (input == UNKNOWN || output == UNKNOWN) {
        left->modality++;
        return false;
    }
    if (s->min_context && !m->context_window) {
        left->context++;
        return false;
    }
    if (region == UNKNOWN) {
        left->region++;
        return false;
    }
    return true;
}

static int64_t sort_key(const struct listed *l, enum sort by)
{
    const struct price_row *in = l->price.input.row, *out = l->price.output.row;
    switch (by) {
    case SORT_INPUT:
        return in ? in->rate.pusd * (1000000 / in->rate.per) : INT64_MAX;
    case SORT_OUTPUT:
        return out ? out->rate.pusd * (1000000 / out->rate.per) : INT64_MAX;
    case SORT_CONTEXT: /* the largest first */
        return l->model->context_window ? -l->model->context_window : INT64_MAX;
    case SORT_EOL:
        return l->model->eol_unix_s == DATE_UNKNOWN ? INT64_MAX : l->model->eol_unix_s;
    default:
        return 0;
    }
}

static int compare_by(const void *a, const void *b, void *by)
{
    const struct listed *x = a, *y = b;
    enum sort sort = *(const enum sort *)by;
    int64_t p = sort_key(x, sort), q = sort_key(y, sort);
    int order = p < q ? -1 : p > q;
    if (sort == SORT_NAME) order = strcmp(x->model->name, y->model->name);
    if (sort == SORT_PROVIDER) order = strcmp(x->model->provider, y->model->provider);
    if (sort == SORT_NAME && !*x->model->name != !*y->model->name)
        order = *x->model->name ? -1 : 1;
    return order ? order : strcmp(x->model->id, y->model->id);
}

static void print_json(struct json *j, const struct listed *l, int64_t now_unix_s,
                       struct arena *a)
{
    const struct price_row *row =
        l->price.input.row ? l->price.input.row : l->price.output.row;
    json_object(j, NULL);
    json_model(j, l->model, now_unix_s, a);
    json_list_price(j, &l->price);
    json_text(j, "source", row ? row->source : l->model->source);
    json_text(j, "as_of", row ? row->as_of : l->model->as_of);
    json_trust(j, row ? row->trust : l->model->trust);
    json_text(j, "model_source", l->model->source);
    json_text(j, "model_as_of", l->model->as_of);
    json_end(j);
}

static enum err_code write_json(struct app *app, const char *region,
                                const struct listed *list, size_t count, struct err *e)
{
    struct json *j = json_open(app->out);
    json_object(j, NULL);
    json_text(j, "schema", "bedplan.catalog-list/1");
    json_text(j, "region", region);
    json_array(j, "models");
    for (size_t i = 0; i < count; i++)
        print_json(j, &list[i], app->opt.now_unix_s, app->arena);
    json_end(j);
    json_end(j);
    return json_close(j, e);
}

static const struct table_column text_columns[] = {
    { "id", "MODEL", LEFT, 28, false },
    { "input_modalities", "INPUT", LEFT, 10, false },
    { "output_modalities", "OUTPUT", LEFT, 6, true },
    { "context_window", "CONTEXT", RIGHT, 0, false },
    { "input_usd_per_mtok", "IN $/1M", RIGHT, 0, false },
    { "output_usd_per_mtok", "OUT $/1M", RIGHT, 0, false },
    { "marks", "", LEFT, 0, false },
    { "lifecycle", "STATE", LEFT, 0, false },
};

static const struct table_column csv_columns[] = {
    { .key = "id" },
    { .key = "name" },
    { .key = "provider" },
    { .key = "input_modalities" },
    { .key = "output_modalities" },
    { .key = "context_window" },
    { .key = "max_output" },
    { .key = "streaming" },
    { .key = "endpoint" },
    { .key = "tunable" },
    { .key = "provisioned" },
    { .key = "lifecycle" },
    { .key = "eol_date" },
    { .key = "routing" },
    { .key = "input_usd_per_mtok" },
    { .key = "output_usd_per_mtok" },
    { .key = "marks" },
    { .key = "source" },
    { .key = "as_of" },
};

static const char *blank_null(const char *text)
{
    return text && *text ? text : NULL;
}

static const char *number(int64_t value, struct arena *a)
{
    return value ? arena_printf(a, "%lld", (long long)value) : NULL;
}

static void fill_csv(const char **cell, const struct listed *l, int64_t now_unix_s,
                     struct arena *a)
{
    const struct model *m = l->model;
    const struct price_row *row =
        l->price.input.row ? l->price.input.row : l->price.output.row;
    size_t i = 0;
    cell[i++] = m->id;
    cell[i++] = blank_null(m->name);
    cell[i++] = m->provider;
    cell[i++] = blank_null(words_modalities(m->input, a));
    cell[i++] = blank_null(words_modalities(m->output, a));
    cell[i++] = number(m->context_window, a);
    cell[i++] = number(m->max_output, a);
    cell[i++] = answer_text(m->streaming);
    cell[i++] = words_endpoint(m);
    cell[i++] = blank_null(m->tunable);
    cell[i++] = answer_text(m->provisioned);
    cell[i++] = model_lifecycle(m, now_unix_s);
    cell[i++] = words_date(m->eol_unix_s, a);
    cell[i++] = l->price.routed ? routing_text(l->price.routing) : NULL;
    cell[i++] = words_rate(l->price.input.row, 1000000, a);
    cell[i++] = words_rate(l->price.output.row, 1000000, a);
    cell[i++] =
        blank_null(words_marks(l->price.input.marks | l->price.output.marks, a));
    cell[i++] = row ? row->source : m->source;
    cell[i++] = row ? row->as_of : m->as_of;
}

static void fill_text(const char **cell, const struct listed *l, int64_t now_unix_s,
                      struct arena *a)
{
    const struct model *m = l->model;
    size_t i = 0;
    char text[32];
    cell[i++] = m->id;
    cell[i++] = words_modalities(m->input, a);
    cell[i++] = words_modalities(m->output, a);
    cell[i++] = m->context_window
                    ? arena_text(a, text_thousands(text, m->context_window))
                    : NULL;
    cell[i++] = words_rate(l->price.input.row, 1000000, a);
    cell[i++] = words_rate(l->price.output.row, 1000000, a);
    cell[i++] = words_marks(l->price.input.marks | l->price.output.marks, a);
    cell[i++] = words_state(m, now_unix_s, a);
}

static void table_notes(struct table *t, const struct listed *list, size_t count,
                        const char *region, const struct unknown *left, struct arena *a)
{
    unsigned marks = 0;
    for (size_t i = 0; i < count; i++)
        marks |= list[i].price.input.marks | list[i].price.output.marks;
    table_note(t, "%zu models; standard tier, %s, default routing", count, region);
    if (marks) table_note(t, "%s", words_marks_key(marks, a));
    if (left->modality)
        table_note(t, "%zu more, whose modalities nobody says", left->modality);
    if (left->context)
        table_note(t, "%zu more, whose context window nobody says", left->context);
    if (left->region)
        table_note(t, "%zu more have a profile, but no list of regions", left->region);
}

static enum err_code write_table(struct app *app, const char *region,
                                 const struct listed *list, size_t count,
                                 const struct unknown *left, struct err *e)
{
    bool wide = app->format == FORMAT_CSV || app->format == FORMAT_TSV;
    struct table t;
    if (wide) {
        table_init(&t, NULL, csv_columns, sizeof csv_columns / sizeof *csv_columns,
                   app->arena);
    } else {
        table_init(&t, NULL, text_columns, sizeof text_columns / sizeof *text_columns,
                   app->arena);
    }
    for (size_t i = 0; i < count; i++) {
        const char **cell = table_row(&t);
        if (wide)
            fill_csv(cell, &list[i], app->opt.now_unix_s, app->arena);
        else
            fill_text(cell, &list[i], app->opt.now_unix_s, app->arena);
    }
    table_notes(&t, list, count, region, left, app->arena);
    const char *footer = app_footer(app, e);
    if (e->code) return e->code;
    table_note(&t, "%s", footer);
    app_print_table(app, &t);
    return OK;
}

static enum err_code run(struct app *app, void *settings, const struct opt_list *args,
                         struct err *e)
{
    const struct list_settings *set = settings;
    struct arena *a = app->arena;
    struct filter filter = { .set = set, .now_unix_s = app->opt.now_unix_s };
    struct unknown left = { 0 };
    struct catalog *c = NULL;
    struct model *models = NULL;
    size_t count = 0, kept = 0;
    if (args->count)
        return err_set(e, ERR_USAGE,
                       "'%s' is not wanted; 'catalog show %s' explains it",
                       args->text[0], args->text[0]);
    if (modality_bits(&filter.input, &set->input_modality, "--input-modality", a, e) ||
        modality_bits(&filter.output, &set->output_modality, "--output-modality", a,
                      e) ||
        app_catalog(app, &c, e) || catalog_check_region(c, set->region, a, e) ||
        catalog_models(&models, &count, c, a, e)) {
        return e->code;
    }
    if (set->provider && check_provider(set->provider, models, count, a, e))
        return e->code;
    filter.region = app_origin(app, "region") != OPT_PRESET;
    struct listed *list = ARENA_NEW(a, struct listed, count + 1);
    for (size_t i = 0; i < count; i++) {
        if (!passes(&models[i], &filter, &left)) continue;
        list[kept].model = &models[i];
        if (list_price(&list[kept].price, c, &models[i], set->region, ROUTING_DEFAULT,
                       app->opt.now_unix_s, a, e)) {
            return e->code;
        }
        kept++;
    }
    enum sort sort = (enum sort)set->sort;
    qsort_r(list, kept, sizeof *list, compare_by, &sort);
    if (app->format == FORMAT_JSON) return write_json(app, set->region, list, kept, e);
    return write_table(app, set->region, list, kept, &left, e);
}

const struct command cmd_catalog_list = {
    .name = "catalog list",
    .usage = "[options]",
    .summary = "what models can do and what their tokens cost",
    .details =
        "Prices are USD per million tokens, standard tier, under the default routing "
        "of "
        "--region: in-region where the model is sold there without a profile, else the "
        "region's geography. A model with a global profile only has no price here; "
        "'catalog show' has all of them.\n\n"
        "A filter keeps what is known to pass. What nobody says is neither yes nor no: "
        "such models are counted below the table.",
    .example = "bedplan catalog list --active --input-modality document --sort input\n"
               "bedplan catalog list --provider meta --region eu-west-1",
    .opts = opts,
    .opt_count = sizeof opts / sizeof *opts,
    .settings_bytes = sizeof(struct list_settings),
    .formats = FORMATS_TABLE,
    .run = run,
};
