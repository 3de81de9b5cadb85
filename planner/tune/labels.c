#include "labels.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void labels_add(struct labels *l, const struct train_record *r, int64_t line)
{
    if (!r->answer.p) return;
    l->records++;
    if (l->many) return;
    uint64_t hash = text_hash(0, r->answer);
    size_t i = 0;
    while (i < l->count && l->label[i].hash != hash)
        i++;
    if (i == LABELS_MAX || r->answer.n > LABEL_BYTES * 4) {
        l->many = true;
        return;
    }
    struct label *label = &l->label[i];
    if (i == l->count) {
        l->count++;
        *label = (struct label){ .hash = hash, .line = line };
        int shown = r->answer.n > LABEL_BYTES ? LABEL_BYTES : (int)r->answer.n;
        while (shown > 0 && shown < (int)r->answer.n &&
               (r->answer.p[shown] & 0xc0) == 0x80)
            shown--;
        snprintf(label->text, sizeof label->text, "%.*s", shown, r->answer.p);
    }
    label->records++;
}

bool labels_classify(const struct labels *l)
{
    return !l->many && l->records >= 20 && l->records >= 5 * (int64_t)l->count;
}

static int more_first(const void *a, const void *b)
{
    const struct label *x = a, *y = b;
    if (x->records != y->records) return x->records < y->records ? 1 : -1;
    return x->line < y->line ? -1 : x->line > y->line;
}

/* Small letters, without blanks and points at the ends. */
static void bare(char *out, const char *text)
{
    size_t n = strlen(text);
    while (n > 0 && (isspace((unsigned char)text[n - 1]) || text[n - 1] == '.'))
        n--;
    while (n > 0 && isspace((unsigned char)*text))
        text++, n--;
    for (size_t i = 0; i < n; i++)
        *out++ = (char)tolower((unsigned char)text[i]);
    *out = '\0';
}

static void judge_spelling(const struct labels *l, struct train_log *log)
{
    char one[LABEL_BYTES + 4], two[LABEL_BYTES + 4];
    for (size_t i = 0; i < l->count; i++)
        for (size_t k = 0; k < i; k++) {
            bare(one, l->label[i].text);
            bare(two, l->label[k].text);
            if (strcmp(one, two) != 0) continue;
            train_log_add(log, RULE_LABEL_SPELL, l->label[i].line, 0,
                          "label '%s' (%lld records) and '%s' (%lld) are one label",
                          l->label[i].text, (long long)l->label[i].records,
                          l->label[k].text, (long long)l->label[k].records);
        }
}

void labels_judge(struct labels *l, struct train_log *log)
{
    if (!labels_classify(l)) return;
    qsort(l->label, l->count, sizeof *l->label, more_first);
    double all = (double)l->records, even = all / (double)l->count;
    const struct label *most = &l->label[0], *least = &l->label[l->count - 1];
    if (l->count == 1)
        train_log_add(log, RULE_LABEL_SHARE, 0, 0,
                      "every answer is '%s': there is nothing to learn", most->text);
    else if ((double)most->records > 0.8 * all)
        train_log_add(log, RULE_LABEL_SHARE, 0, 0,
                      "label '%s' is %.0f%% of the records", most->text,
                      100 * (double)most->records / all);
    else if ((double)least->records < even / 20)
        train_log_add(log, RULE_LABEL_SHARE, 0, 0,
                      "label '%s' has %lld of %lld records", least->text,
                      (long long)least->records, (long long)l->records);
    judge_spelling(l, log);
}
