#include <string.h>

#include "app.h"
#include "json.h"
#include "str.h"

struct settings {
    struct opt_list uses, models;
    const char *region, *account;
};

/* clang-format off */
#define AT(T, f) OPT_FIELD(struct settings, T, f)
static const struct opt opts[] = {
    { .key = "for", .type = OPT_LIST, .offset = AT(struct opt_list, uses), .unit = "USE",
      .help = "probe, catalog, usage, tune, evaluate, access; again for more" },
    { .key = "model", .type = OPT_LIST, .offset = AT(struct opt_list, models), .unit = "MODEL",
      .help = "only this model, profile or ARN; again for more" },
    { .key = "region", .type = OPT_TEXT, .offset = AT(const char *, region), .unit = "R",
      .help = "only in this region" },
    { .key = "account", .type = OPT_TEXT, .offset = AT(const char *, account), .unit = "ID",
      .help = "only in this account, 12 digits" },
};
#undef AT
/* clang-format on */

enum use {
    FOR_PROBE = 1,
    FOR_CATALOG = 2,
    FOR_USAGE = 4,
    FOR_TUNE = 8,
    FOR_EVALUATE = 16,
    FOR_ACCESS = 32
};
static const struct {
    const char *name;
    unsigned use;
} use_row[] = { { "probe", FOR_PROBE },       { "catalog", FOR_CATALOG },
                { "usage", FOR_USAGE },       { "tune", FOR_TUNE },
                { "evaluate", FOR_EVALUATE }, { "access", FOR_ACCESS } };
enum { USES = sizeof use_row / sizeof *use_row };

/* Every action of AWS that a command of ours causes. GetCallerIdentity needs none.
 * Source: AWS Service Authorization Reference, Amazon Bedrock: which actions take a
 * model as their resource. */
static const struct {
    const char *action;
    bool on_models; /* can be limited to models; the others want "*" */
    unsigned uses;
} action_row[] = {
    { "bedrock:InvokeModel", true, FOR_PROBE | FOR_EVALUATE },
    { "bedrock:InvokeModelWithResponseStream", true, FOR_PROBE | FOR_EVALUATE },
    { "bedrock:CountTokens", true, FOR_PROBE },
    { "bedrock:GetProvisionedModelThroughput", true, FOR_PROBE | FOR_TUNE },
    { "bedrock:ListFoundationModels", false, FOR_CATALOG | FOR_ACCESS },
    { "bedrock:ListInferenceProfiles", false, FOR_CATALOG | FOR_ACCESS },
    { "bedrock:GetFoundationModelAvailability", false, FOR_ACCESS },
    { "bedrock:ListProvisionedModelThroughputs", false, FOR_TUNE | FOR_ACCESS },
    { "bedrock:ListCustomModels", false, FOR_TUNE | FOR_ACCESS },
    { "cloudwatch:GetMetricData", false, FOR_USAGE },
    { "servicequotas:ListServiceQuotas", false, FOR_USAGE | FOR_ACCESS },
};
enum { ACTIONS = sizeof action_row / sizeof *action_row };

static enum err_code read_uses(unsigned *out, const struct settings *set, struct err *e)
{
    unsigned uses = 0;
    for (size_t i = 0; i < set->uses.count; i++) {
        unsigned found = 0;
        for (size_t k = 0; k < USES; k++)
            if (strcmp(set->uses.text[i], use_row[k].name) == 0) found = use_row[k].use;
        if (!found) {
            return err_set(e, ERR_USAGE,
                           "--for '%s' is not probe, catalog, usage, tune, evaluate or "
                           "access",
                           set->uses.text[i]);
        }
        uses |= found;
    }
    *out = uses ? uses : ~0U;
    return OK;
}

static const char *partition_of(const char *region)
{
    if (text_starts(region, "cn-")) return "aws-cn";
    return text_starts(region, "us-gov-") ? "aws-us-gov" : "aws";
}

struct resources {
    const char **text;
    size_t count, capacity;
};

static void add(struct resources *r, const char *text, struct arena *a)
{
    for (size_t i = 0; i < r->count; i++)
        if (strcmp(r->text[i], text) == 0) return;
    r->text = arena_grow(a, r->text, &r->capacity, r->count + 1, sizeof *r->text);
    r->text[r->count++] = text;
}

/* "us.amazon.nova-lite-v1:0": AWS checks the profile, and the model in every region
 * that the profile may send to. */
static bool is_profile(const char *model, const char **base)
{
    static const char *const geographies[] = { "us.", "eu.", "apac.",   "au.",
                                               "jp.", "in.", "us-gov.", "global." };
    for (size_t i = 0; i < sizeof geographies / sizeof *geographies; i++) {
        if (!text_starts(model, geographies[i])) continue;
        *base = model + strlen(geographies[i]);
        return true;
    }
    return false;
}

static struct resources find_resources(const struct settings *set, struct arena *a)
{
    const char *region = set->region ? set->region : "*";
    const char *account = set->account ? set->account : "*";
    const char *front = arena_printf(a, "arn:%s:bedrock:", partition_of(region));
    struct resources r = { 0 };
    static const char *const own[] = { "inference-profile/*",
                                       "application-inference-profile/*",
                                       "provisioned-model/*",
                                       "custom-model-deployment/*" };
    for (size_t i = 0; i < set->models.count; i++) {
        const char *model = set->models.text[i], *base = model;
        if (text_starts(model, "arn:")) {
            add(&r, model, a);
        } else if (is_profile(model, &base)) {
            add(&r,
                arena_printf(a, "%s%s:%s:inference-profile/%s", front, region, account,
                             model),
                a);
            add(&r, arena_printf(a, "%s*::foundation-model/%s", front, base), a);
        } else {
            add(&r, arena_printf(a, "%s%s::foundation-model/%s", front, region, model),
                a);
        }
    }
    if (set->models.count) return r;
    /* profiles send elsewhere, so the models are those of every region */
    add(&r, arena_printf(a, "%s*::foundation-model/*", front), a);
    for (size_t i = 0; i < sizeof own / sizeof *own; i++)
        add(&r, arena_printf(a, "%s%s:%s:%s", front, region, account, own[i]), a);
    return r;
}

static void write_statement(struct json *j, const char *sid, bool on_models,
                            unsigned uses, const struct resources *r)
{
    bool any = false;
    for (size_t i = 0; i < ACTIONS; i++)
        any =
            any || (action_row[i].on_models == on_models && action_row[i].uses & uses);
    if (!any) return;
    json_object(j, NULL);
    json_text(j, "Sid", sid);
    json_text(j, "Effect", "Allow");
    json_array(j, "Action");
    for (size_t i = 0; i < ACTIONS; i++)
        if (action_row[i].on_models == on_models && action_row[i].uses & uses)
            json_text(j, NULL, action_row[i].action);
    json_end(j);
    json_array(j, "Resource");
    for (size_t i = 0; on_models && i < r->count; i++)
        json_text(j, NULL, r->text[i]);
    if (!on_models) json_text(j, NULL, "*");
    json_end(j);
    json_end(j);
}

static void write_policy(struct json *j, const char *key, unsigned uses,
                         const struct resources *r)
{
    json_object(j, key);
    json_text(j, "Version", "2012-10-17");
    json_array(j, "Statement");
    write_statement(j, "BedplanModels", true, uses, r);
    write_statement(j, "BedplanLists", false, uses, r);
    json_end(j);
    json_end(j);
}

static bool is_account(const char *text)
{
    return strlen(text) == 12 && strspn(text, "0123456789") == 12;
}

static enum err_code run(struct app *app, void *settings, const struct opt_list *args,
                         struct err *e)
{
    const struct settings *set = settings;
    unsigned uses = 0;
    if (args->count)
        return err_set(e, ERR_USAGE, "'%s': iam-policy takes no argument",
                       args->text[0]);
    if (read_uses(&uses, set, e)) return e->code;
    if (set->account && !is_account(set->account))
        return err_set(e, ERR_USAGE, "--account '%s' is not 12 digits", set->account);
    struct resources r = find_resources(set, app->arena);
    struct json *j = json_open(app->out);
    if (app->format != FORMAT_JSON) {
        write_policy(j, NULL, uses, &r);
        return json_close(j, e);
    }
    json_object(j, NULL);
    json_text(j, "schema", "bedplan.iam-policy/1");
    json_array(j, "for");
    for (size_t i = 0; i < USES; i++)
        if (uses & use_row[i].use) json_text(j, NULL, use_row[i].name);
    json_end(j);
    write_policy(j, "policy", uses, &r);
    json_end(j);
    return json_close(j, e);
}

const struct command cmd_iam_policy = {
    .name = "iam-policy",
    .usage = "[--for USE]… [--model MODEL]… [options]",
    .summary = "print the least IAM policy for what bedplan asks of AWS",
    .details =
        "Without --for, the policy of all uses. Prints the document that IAM takes; "
        "--json wraps it with its schema. A geographic profile needs the profile and "
        "its model in every region it may send to, so both are in the policy. Prices, "
        "plans, sizing and replay need no AWS account at all.",
    .example =
        "bedplan iam-policy --for probe --model us.amazon.nova-lite-v1:0 > p.json\n"
        "aws iam create-policy --policy-name bedplan --policy-document "
        "file://p.json",
    .opts = opts,
    .opt_count = sizeof opts / sizeof *opts,
    .settings_bytes = sizeof(struct settings),
    .minor = true,
    .run = run,
};
