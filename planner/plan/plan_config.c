#include "plan_config.h"

#include <math.h>
#include <string.h>

#include "date.h"
#include "file.h"
#include "text.h"

enum { MAX_INI_BYTES = 4 << 20 };

static enum err_code unknown_section(const char *path, int line, const char *name,
                                     struct arena *a, struct err *e)
{
    const char *names[16];
    size_t n = plan_section_count;
    for (size_t i = 0; i < n; i++)
        names[i] = plan_sections[i].section;
    return err_set(e, ERR_INPUT, "%s:%d: unknown section [%s]%s", path, line, name,
                   text_did_you_mean(a, name, names, n));
}

static enum err_code unknown_key(const char *path, const struct ini_entry *in,
                                 const struct plan_section *s, struct arena *a,
                                 struct err *e)
{
    const char **names = ARENA_NEW(a, const char *, s->opt_count);
    for (size_t i = 0; i < s->opt_count; i++)
        names[i] = s->opts[i].key;
    return err_set(e, ERR_INPUT, "%s:%d: unknown key '%s' in [%s]%s", path, in->line,
                   in->key, s->section,
                   text_did_you_mean(a, in->key, names, s->opt_count));
}

/* "quality >= 0.80" arrives as key "quality >". */
static const char *plain_key(const char *key, struct arena *a)
{
    size_t n = strlen(key);
    if (n < 2 || key[n - 1] != '>') return key;
    struct str s = str_trim((struct str){ key, n - 1 });
    return arena_text_n(a, s.p, s.n);
}

/* The presets, then what the file says, for one section. */
static enum err_code load(void *settings, const struct ini *ini,
                          const struct plan_section *s, const char *name,
                          struct arena *a, struct err *e)
{
    opt_presets(s->opts, s->opt_count, settings, a);
    for (size_t i = 0; i < ini->count; i++) {
        const struct ini_entry *in = &ini->entry[i];
        if (strcmp(in->section, s->section) != 0 || strcmp(in->name, name) != 0)
            continue;
        const struct opt *o = opt_find(s->opts, s->opt_count, plain_key(in->key, a));
        if (!o) return unknown_key(ini->path, in, s, a, e);
        if (opt_set(o, settings, in->value, a, e))
            return err_wrap(e, "%s:%d: ", ini->path, in->line);
    }
    return OK;
}

/* How many sections of a kind, and the i-th of them. */
static size_t count_of(const struct ini *ini, const char *section)
{
    size_t n = 0;
    for (size_t i = 0; i < ini->section_count; i++)
        n += strcmp(ini->sections[i].section, section) == 0;
    return n;
}

static const struct ini_section *nth_of(const struct ini *ini, const char *section,
                                        size_t nth)
{
    for (size_t i = 0; i < ini->section_count; i++)
        if (strcmp(ini->sections[i].section, section) == 0 && nth-- == 0)
            return &ini->sections[i];
    return NULL;
}

static enum err_code check_sections(const struct ini *ini, struct arena *a,
                                    struct err *e)
{
    for (size_t i = 0; i < ini->section_count; i++) {
        const struct ini_section *s = &ini->sections[i];
        const struct plan_section *known = plan_section_find(s->section);
        if (!known) return unknown_section(ini->path, s->line, s->section, a, e);
        if (!known->beside && known->named != (*s->name != '\0'))
            return err_set(e, ERR_INPUT, "%s:%d: [%s] %s", ini->path, s->line,
                           s->section,
                           known->named ? "needs a name, as in [candidate nova-lite]"
                                        : "takes no name");
    }
    if (!count_of(ini, "plan"))
        return err_set(e, ERR_INPUT, "%s: section [plan] is missing", ini->path);
    if (!count_of(ini, "workload"))
        return err_set(e, ERR_INPUT, "%s: no [workload NAME]: what should be planned?",
                       ini->path);
    if (!count_of(ini, "candidate"))
        return err_set(e, ERR_INPUT, "%s: no [candidate NAME]: which models compete?",
                       ini->path);
    return OK;
}

static enum err_code check_workload(const struct workload_settings *w, const char *path,
                                    struct err *e)
{
    int laws = (w->input_tokens != NULL) + (w->output_tokens != NULL);
    int ways = (w->usage != NULL) + (w->trace != NULL) + (laws > 0);
    const char *wrong = NULL;
    if (w->requests_per_day <= 0) wrong = "requests_per_day is missing or 0";
    if (ways == 0)
        wrong =
            "lengths are missing: give usage, trace, or input_tokens and output_tokens";
    if (ways > 1)
        wrong = "usage, trace and input_tokens/output_tokens exclude each other";
    if (w->input_tokens && !w->output_tokens)
        wrong = "input_tokens and output_tokens go together";
    if (!wrong) return OK;
    return err_set(e, ERR_INPUT, "%s:%d: [workload %s]: %s", path, w->line, w->name,
                   wrong);
}

static enum err_code load_workloads(struct plan_config *c, const struct ini *ini,
                                    struct arena *a, struct err *e)
{
    const struct plan_section *ws = plan_section_find("workload"),
                              *rs = plan_section_find("require");
    c->workloads = count_of(ini, "workload");
    c->workload = ARENA_NEW(a, struct workload_settings, c->workloads);
    c->require = ARENA_NEW(a, struct require_settings, c->workloads);
    for (size_t i = 0; i < c->workloads; i++) {
        const struct ini_section *s = nth_of(ini, "workload", i);
        struct workload_settings *w = &c->workload[i];
        if (load(w, ini, ws, s->name, a, e)) return e->code;
        w->name = s->name;
        w->line = s->line;
        if (check_workload(w, ini->path, e)) return e->code;
        if (load(&c->require[i], ini, rs, s->name, a, e)) return e->code;
        c->require[i].name = s->name;
    }
    for (size_t i = 0; i < count_of(ini, "require"); i++) {
        const struct ini_section *s = nth_of(ini, "require", i);
        bool found = false;
        for (size_t k = 0; k < c->workloads; k++) {
            if (strcmp(c->workload[k].name, s->name) != 0) continue;
            c->require[k].line = s->line;
            found = true;
        }
        if (!found)
            return err_set(e, ERR_INPUT,
                           "%s:%d: [require %s]: there is no [workload %s]", ini->path,
                           s->line, s->name, s->name);
    }
    return OK;
}

static enum err_code check_candidate(struct candidate_settings *d,
                                     const struct plan_config *c, struct arena *a,
                                     struct err *e)
{
    if (!d->model)
        return err_set(e, ERR_INPUT, "%s:%d: [candidate %s]: model is missing", c->path,
                       d->line, d->name);
    if (!d->workload && c->workloads > 1)
        return err_set(e, ERR_INPUT,
                       "%s:%d: [candidate %s]: workload is missing, and there are %zu",
                       c->path, d->line, d->name, c->workloads);
    if (!d->workload) d->workload = c->workload[0].name;
    if (!d->purchase)
        d->purchase = d->tuned == TUNED_NO ? "on-demand" : "deployment, provisioned";
    const char **names = ARENA_NEW(a, const char *, c->workloads);
    for (size_t i = 0; i < c->workloads; i++) {
        names[i] = c->workload[i].name;
        if (strcmp(names[i], d->workload) == 0) names = NULL;
        if (!names) break;
    }
    if (names)
        return err_set(e, ERR_INPUT, "%s:%d: [candidate %s]: no [workload %s]%s",
                       c->path, d->line, d->name, d->workload,
                       text_did_you_mean(a, d->workload, names, c->workloads));
    if (d->tuned == TUNED_NO && (d->dataset || d->training_tokens))
        return err_set(e, ERR_INPUT,
                       "%s:%d: [candidate %s]: training data, but tuned = no", c->path,
                       d->line, d->name);
    if (d->dataset && d->training_tokens)
        return err_set(
            e, ERR_INPUT,
            "%s:%d: [candidate %s]: dataset and training_tokens exclude each other",
            c->path, d->line, d->name);
    if ((d->unit_input_tpm > 0) != (d->unit_output_tpm > 0))
        return err_set(
            e, ERR_INPUT,
            "%s:%d: [candidate %s]: unit_input_tpm and unit_output_tpm go together",
            c->path, d->line, d->name);
    return OK;
}

static enum err_code load_candidates(struct plan_config *c, const struct ini *ini,
                                     struct arena *a, struct err *e)
{
    const struct plan_section *cs = plan_section_find("candidate");
    c->candidates = count_of(ini, "candidate");
    c->candidate = ARENA_NEW(a, struct candidate_settings, c->candidates);
    for (size_t i = 0; i < c->candidates; i++) {
        const struct ini_section *s = nth_of(ini, "candidate", i);
        struct candidate_settings *d = &c->candidate[i];
        if (load(d, ini, cs, s->name, a, e)) return e->code;
        d->name = s->name;
        d->line = s->line;
        if (check_candidate(d, c, a, e)) return e->code;
    }
    return OK;
}

static enum err_code load_tunes(struct plan_config *c, const struct ini *ini,
                                struct arena *a, struct err *e)
{
    const struct plan_section *kind = plan_section_find("tune");
    size_t n = count_of(ini, "tune");
    struct tune_section *tune = ARENA_NEW(a, struct tune_section, n + 1);
    for (size_t i = 0; i < n; i++) {
        const struct ini_section *s = nth_of(ini, "tune", i);
        bool found = false;
        for (size_t k = 0; k < c->candidates; k++)
            found |= strcmp(c->candidate[k].name, s->name) == 0 &&
                     c->candidate[k].tuned != TUNED_NO;
        if (!found)
            return err_set(e, ERR_INPUT,
                           "%s:%d: [tune %s]: there is no tuned [candidate %s]",
                           ini->path, s->line, s->name, s->name);
        tune[i] = (struct tune_section){ s->name, s->line,
                                         arena_alloc(a, 1, kind->settings_bytes) };
        if (load(tune[i].settings, ini, kind, s->name, a, e)) return e->code;
    }
    c->tune = tune;
    c->tunes = n;
    return OK;
}

/* The workload a section names must be there. */
static enum err_code check_head(const struct section_head *h, const char *section,
                                const struct plan_config *c, struct arena *a,
                                struct err *e)
{
    const char **names = ARENA_NEW(a, const char *, c->workloads);
    if (!h->workload) return OK;
    for (size_t i = 0; i < c->workloads; i++) {
        names[i] = c->workload[i].name;
        if (strcmp(names[i], h->workload) == 0) return OK;
    }
    return err_set(e, ERR_INPUT, "%s:%d: [%s]: no [workload %s]%s", c->path, h->line,
                   plan_head_text(h, section, a), h->workload,
                   text_did_you_mean(a, h->workload, names, c->workloads));
}

/* Inputs may be left out where a prompt with samples gives them. */
static enum err_code check_inputs(struct plan_config *c, struct err *e)
{
    for (size_t i = 0; i < c->workloads; i++) {
        struct workload_settings *w = &c->workload[i];
        if (!w->output_tokens || w->input_tokens) continue;
        for (size_t k = 0; k < c->prompts_count; k++) {
            const char *name = c->prompts[k].head.workload;
            bool own = name ? strcmp(name, w->name) == 0 : c->workloads == 1;
            if (own && c->prompts[k].samples) w->input_tokens = "1";
        }
        if (!w->input_tokens)
            return err_set(e, ERR_INPUT,
                           "%s:%d: [workload %s]: input_tokens is missing, and no "
                           "[prompts] with samples gives them",
                           c->path, w->line, w->name);
    }
    return OK;
}

/* All sections of a kind that stands beside the workloads. */
static enum err_code load_beside(void *list, size_t *count, const char *section,
                                 const struct plan_config *c, const struct ini *ini,
                                 struct arena *a, struct err *e)
{
    const struct plan_section *kind = plan_section_find(section);
    size_t n = count_of(ini, section);
    char *item = arena_alloc(a, n + 1, kind->settings_bytes);
    for (size_t i = 0; i < n; i++) {
        const struct ini_section *s = nth_of(ini, section, i);
        struct section_head *h = (void *)(item + i * kind->settings_bytes);
        if (load(h, ini, kind, s->name, a, e)) return e->code;
        h->name = s->name;
        h->line = s->line;
        if (check_head(h, section, c, a, e)) return e->code;
    }
    *(void **)list = item;
    *count = n;
    return OK;
}

const char *plan_head_text(const struct section_head *h, const char *section,
                           struct arena *a)
{
    return arena_printf(a, "%s%s%s", section, *h->name ? " " : "", h->name);
}

/* A currency comes with its rate and the rate's day, or not at all. */
static enum err_code check_account(const struct account_settings *s, const char *path,
                                   struct err *e)
{
    bool rate = s->currency_per_usd > 0, date = s->currency_date_unix_s != 0;
    if (!s->currency && (rate || date))
        return err_set(e, ERR_INPUT,
                       "%s: [account]: currency_per_usd and currency_date want a "
                       "currency",
                       path);
    if (!s->currency) return OK;
    bool code = strlen(s->currency) == 3;
    for (int i = 0; code && i < 3; i++)
        code = s->currency[i] >= 'A' && s->currency[i] <= 'Z';
    if (!code || strcmp(s->currency, "USD") == 0)
        return err_set(e, ERR_INPUT,
                       "%s: [account]: currency '%s': expected three capitals such as "
                       "EUR, other than USD",
                       path, s->currency);
    if (rate && date) return OK;
    return err_set(e, ERR_INPUT,
                   "%s: [account]: currency = %s wants %s: no rate is built in", path,
                   s->currency, rate ? "currency_date" : "currency_per_usd");
}

/* The first day of the month after `now`. */
static int64_t next_month(int64_t now_unix_s)
{
    struct date d = date_of_unix(now_unix_s);
    d.day = 1;
    return date_add_months(date_unix(d), 1);
}

enum err_code plan_config_read(struct plan_config *out, const char *path,
                               int64_t now_unix_s, struct arena *a, struct err *e)
{
    struct plan_config c = { .path = path };
    struct ini ini;
    char *bytes;
    size_t size;
    if (file_read(&bytes, &size, path, MAX_INI_BYTES, a, e)) return e->code;
    if (ini_load(&ini, path, bytes, size, a, e)) return e->code;
    if (check_sections(&ini, a, e)) return e->code;
    if (load(&c.plan, &ini, plan_section_find("plan"), "", a, e)) return e->code;
    if (load(&c.account, &ini, plan_section_find("account"), "", a, e)) return e->code;
    if (check_account(&c.account, path, e)) return e->code;
    if (load(&c.budget, &ini, plan_section_find("budget"), "", a, e)) return e->code;
    c.has_budget = c.budget.monthly_usd > 0 || c.budget.quarterly_usd > 0 ||
                   c.budget.yearly_usd > 0;
    for (size_t i = 0; i < ini.count; i++)
        if (strcmp(ini.entry[i].section, "plan") == 0 &&
            strcmp(ini.entry[i].key, "region") == 0)
            c.region_line = ini.entry[i].line;
    if (!c.plan.start_unix_s) c.plan.start_unix_s = next_month(now_unix_s);
    if (load_workloads(&c, &ini, a, e)) return e->code;
    if (load_candidates(&c, &ini, a, e)) return e->code;
    if (load_tunes(&c, &ini, a, e) ||
        load_beside(&c.line, &c.lines, "line", &c, &ini, a, e) ||
        load_beside(&c.rag, &c.rags, "rag", &c, &ini, a, e) ||
        load_beside(&c.guardrail, &c.guardrails, "guardrails", &c, &ini, a, e) ||
        load_beside(&c.evaluate, &c.evaluates, "evaluate", &c, &ini, a, e) ||
        load_beside(&c.prompts, &c.prompts_count, "prompts", &c, &ini, a, e) ||
        check_inputs(&c, e))
        return e->code;
    *out = c;
    return OK;
}

const char *plan_path_beside(const char *beside, const char *file, struct arena *a)
{
    const char *slash = strrchr(beside, '/');
    if (*file == '/' || !slash) return file;
    return arena_printf(a, "%.*s/%s", (int)(slash - beside), beside, file);
}
