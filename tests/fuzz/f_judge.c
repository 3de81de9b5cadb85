/* What a judge or an embedding model may answer, and what a user may call a metric: a
 * verdict that is taken is on the scale and one JSON object; nothing else is. */
#include <assert.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "judge_embed.h"
#include "judge_verdict.h"
#include "json_view.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(struct str text, const struct judge_metric *m, struct arena *a)
{
    struct err e = { 0 };
    struct judge_verdict v = { .score = -1 };
    if (judge_verdict_read(&v, text, m, a, &e)) {
        assert(*e.msg && v.score < 0);
        return;
    }
    bool found = false;
    for (size_t i = 0; i < m->grades; i++)
        found = found || !(v.grade < m->grade[i].value || v.grade > m->grade[i].value);
    assert(found && v.score >= 0 && v.score <= 1 && v.reason);
    const char *open = memchr(text.p, '{', text.n);
    assert(open && memmem(text.p, text.n, "score", 5));
}

/* A metric that is taken has a scale from less to more, and takes each of its grades.
 */
static void check_metric(struct str bytes, struct arena *a)
{
    struct err e = { 0 };
    struct judge_metric m = { .grades = 99 };
    const char *text = arena_text_n(a, bytes.p, bytes.n);
    if (judge_metric_parse(&m, text, a, &e)) {
        assert(*e.msg && m.grades == 99);
        return;
    }
    assert(m.custom && m.grades >= 2 && m.grades <= JUDGE_GRADES_MAX && *m.name);
    for (size_t i = 1; i < m.grades; i++)
        assert(m.grade[i].value > m.grade[i - 1].value);
    for (size_t i = 0; i < m.grades; i++) {
        struct judge_verdict v;
        char number[64];
        if (m.grade[i].label) continue;
        int n = snprintf(number, sizeof number, "{\"score\":%.17g}", m.grade[i].value);
        assert(judge_verdict_read(&v, (struct str){ number, (size_t)n }, &m, a, &e) ==
               OK);
    }
    check(bytes, &m, a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct judge_metric words = {
        .grade = { { "a", "low", 0 }, { "b", "high", 1 } }, .grades = 2
    };
    struct arena a = { 0 };
    struct err e = { 0 };
    struct embed_vector v = { .count = 0 };
    struct str text = { (const char *)data, size };
    if (size > 65536) return 0;
    if (!size) text.p = "";
    check(text, judge_metric_find("Correctness"), &a);
    check(text, judge_metric_find("Refusal"), &a);
    check(text, &words, &a);
    check_metric(text, &a);
    if (embed_read(&v, text, &a, &e))
        assert(*e.msg && v.count == 0);
    else
        assert(v.count > 0 && v.count <= EMBED_DIMENSIONS_MAX);
    arena_clear(&a);
    return 0;
}
