/* The prompts of a dataset in the five changed forms of a robustness job, as lines. */
#include <cjson/cJSON.h>

#include "eval_answer.h"
#include "eval_robust.h"
#include "eval_swap.h"

struct settings {
    const char *swap;
};

/* clang-format off */
static const struct opt opts[] = {
    { .key = "swap", .type = OPT_TEXT, .offset = OPT_FIELD(struct settings, const char *, swap),
      .unit = "A=B,C=D", .help = "write the prompts with these words swapped instead, and their references" },
};
/* clang-format on */

static enum err_code put_variant(FILE *f, const struct eval_item *v, struct err *e)
{
    cJSON *o = cJSON_CreateObject(), *list;
    cJSON_AddStringToObject(o, "prompt", v->prompt);
    if (v->references == 1)
        cJSON_AddStringToObject(o, "referenceResponse", v->reference[0]);
    if (v->references > 1) {
        list = cJSON_AddArrayToObject(o, "referenceResponses");
        for (size_t r = 0; r < v->references; r++)
            cJSON_AddItemToArray(list, cJSON_CreateString(v->reference[r]));
    }
    if (v->category) cJSON_AddStringToObject(o, "category", v->category);
    if (v->perturbation) {
        cJSON_AddStringToObject(o, "perturbation", perturbation_text(v->perturbation));
        cJSON_AddStringToObject(o, "original", v->original);
    }
    char *line = cJSON_PrintUnformatted(o);
    cJSON_Delete(o);
    if (!line) return err_set(e, ERR_INTERNAL, "out of memory");
    fprintf(f, "%s\n", line);
    cJSON_free(line);
    return OK;
}

/* Prompts in which something was swapped. What a reference does not name stays. */
static enum err_code put_swapped(struct app *app, const struct eval_set *s,
                                 const char *swap, struct err *e)
{
    struct eval_swaps swaps;
    size_t written = 0;
    if (eval_swaps_read(&swaps, swap, app->arena, e)) return e->code;
    for (size_t i = 0; i < s->items; i++) {
        struct eval_item twin = s->item[i];
        const char **reference =
            ARENA_NEW(app->arena, const char *, twin.references + 1);
        twin.prompt = eval_swapped(&swaps, s->item[i].prompt, app->arena);
        if (!twin.prompt) continue;
        for (size_t r = 0; r < twin.references; r++) {
            const char *swapped = eval_swapped(&swaps, twin.reference[r], app->arena);
            reference[r] = swapped ? swapped : twin.reference[r];
        }
        twin.reference = reference;
        if (put_variant(app->out, &twin, e)) return e->code;
        written++;
    }
    app_note(app, "%zu swapped prompts of %zu", written, s->items);
    return OK;
}

static enum err_code run(struct app *app, void *settings, const struct opt_list *args,
                         struct err *e)
{
    struct eval_set set;
    const struct settings *set_by = settings;
    if (args->count == 0)
        return err_set(e, ERR_USAGE, "evaluate perturb wants a DATASET.jsonl");
    enum err_code code = eval_set_read(&set, args->text, args->count, app->arena, e);
    eval_print_issues(app, &set);
    if (code) return code;
    if (set_by->swap) return put_swapped(app, &set, set_by->swap, e);
    eval_set_perturb(&set, (uint64_t)app->opt.seed);
    for (size_t v = set.items; v < set.items + set.variants; v++)
        if (put_variant(app->out, &set.item[v], e)) return e->code;
    app_note(app,
             "%zu changed prompts of %zu; a change that changes nothing is left out",
             set.variants, set.items);
    return OK;
}

const struct command cmd_evaluate_perturb = {
    .name = "evaluate perturb",
    .usage = "DATASET.jsonl -o FILE.jsonl",
    .summary = "change prompts in five ways, to see whether answers hold",
    .details =
        "Writes each prompt in small letters, with typos of a keyboard, with numbers "
        "as "
        "words, with random capitals and with random blanks, as a dataset that says "
        "what each was changed from. Have the model answer it, then evaluate both "
        "files "
        "together: scores before and after, and delta F1 / F1.\n\n"
        "With --swap it writes the other half of pairs that differ in a name or group; "
        "'evaluate --swap' with the same words finds them again.",
    .example = "bedplan evaluate perturb prompts.jsonl -o changed.jsonl --seed 7\n"
               "bedplan evaluate answers.jsonl changed-answers.jsonl",
    .opts = opts,
    .opt_count = sizeof opts / sizeof *opts,
    .settings_bytes = sizeof(struct settings),
    .run = run,
};
