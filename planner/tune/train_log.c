#include "train_log.h"

#include <stdarg.h>
#include <stdio.h>

static const struct {
    const char *name, *text;
    bool refused;
} rules[] = {
#define X(rule, name, refused, text) { name, text, refused },
    TRAIN_RULE_LIST(X)
#undef X
};

const char *train_rule_name(enum train_rule r)
{
    return rules[r].name;
}

const char *train_rule_text(enum train_rule r)
{
    return rules[r].text;
}

bool train_rule_refused(enum train_rule r)
{
    return rules[r].refused;
}

void train_log_add(struct train_log *log, enum train_rule rule, int64_t line,
                   size_t column, const char *fmt, ...)
{
    char what[400];
    va_list ap;
    size_t *kept = &log->kept[rules[rule].refused];
    log->seen[rule]++;
    if (*kept >= log->limit) return;
    ++*kept;
    log->issue = arena_grow(log->arena, log->issue, &log->capacity, log->count + 1,
                            sizeof *log->issue);
    va_start(ap, fmt);
    vsnprintf(what, sizeof what, fmt, ap);
    va_end(ap);
    log->issue[log->count++] =
        (struct train_issue){ .rule = rule,
                              .file = log->file,
                              .line = line,
                              .column = column,
                              .what = arena_text(log->arena, what) };
}

int64_t train_log_total(const struct train_log *log, bool refused)
{
    int64_t sum = 0;
    for (int r = 0; r < RULE_COUNT; r++)
        if (rules[r].refused == refused) sum += log->seen[r];
    return sum;
}
