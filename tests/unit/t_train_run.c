#include "check.h"

#include <stdlib.h>
#include <unistd.h>

#include "splitmix.h"
#include "str.h"
#include "train_corpus.h"
#include "train_run.h"

struct scratch {
    char path[64];
    struct arena a;
    struct err e;
    struct train_answer out;
};

static FILE *scratch_open(struct scratch *s)
{
    memset(s, 0, sizeof *s);
    snprintf(s->path, sizeof s->path, "/tmp/t_train_run_XXXXXX");
    int fd = mkstemp(s->path);
    assert_true(fd >= 0);
    return fdopen(fd, "w");
}

static void scratch_run(struct scratch *s, FILE *f, const char *model,
                        enum train_method method)
{
    fclose(f);
    const struct train_job job = {
        .path = s->path, .model = model, .method = method, .issues_max = 20
    };
    assert_ok(train_run(&s->out, &job, &s->a, &s->e), s->e);
    unlink(s->path);
}

static void scratch_done(struct scratch *s)
{
    arena_clear(&s->a);
}

static bool proved[RULE_COUNT]; /* a file of its own showed it, and nothing else */

static void only(const struct scratch *s, enum train_rule rule, int64_t times)
{
    if (rule != RULE_COUNT && times == 1) proved[rule] = true;
    for (int r = 0; r < RULE_COUNT; r++) {
        int64_t want = r == (int)rule ? times : 0;
        if (s->out.log.seen[r] == want) continue;
        print_error("%s: %lld times %s\n", train_rule_name(rule),
                    (long long)s->out.log.seen[r], train_rule_name((enum train_rule)r));
        for (size_t i = 0; i < s->out.log.count; i++)
            print_error("  line %lld: %s\n", (long long)s->out.log.issue[i].line,
                        s->out.log.issue[i].what);
        fail();
    }
}

enum { GOOD = 120 };

static void each_defect_is_found_and_nothing_else(void **state)
{
    (void)state;
    for (size_t d = 0; d < COUNT(defects); d++) {
        const struct defect *x = &defects[d];
        struct scratch s;
        char long_caption[1100];
        FILE *f = scratch_open(&s);
        for (int i = 1; i <= GOOD / 2; i++)
            good_record(f, x->format, i);
        if (x->rule == RULE_PROMPT_CHARS) { /* 1 025 characters; 1 024 are taken */
            memset(long_caption, 'x', 1025);
            long_caption[1025] = '\0';
            fprintf(f, "{\"image-ref\":\"s3://bucket-a/z.png\",\"caption\":\"%s\"}\n",
                    long_caption);
        } else {
            fprintf(f, "%s\n", x->line);
        }
        if (x->second) fprintf(f, "%s\n", x->second);
        for (int i = GOOD / 2; i <= GOOD; i++)
            good_record(f, x->format, i + 1);
        scratch_run(&s, f, x->model, x->method);
        only(&s, x->rule, 1);
        assert_int_equal(s.out.log.issue[0].line, GOOD / 2 + 1 + (x->second != NULL));
        scratch_done(&s);
    }
}

/* A format's good file is good, for every format. */
static void good_files_have_no_issue(void **state)
{
    (void)state;
    static const struct {
        const char *model;
        enum train_method method;
        enum train_format format;
    } files[] = {
        { NOVA, METHOD_FINE_TUNING, TRAIN_CONVERSE },
        { HAIKU, METHOD_FINE_TUNING, TRAIN_CLAUDE },
        { TITAN, METHOD_FINE_TUNING, TRAIN_PAIRS },
        { TITAN, METHOD_PRETRAINING, TRAIN_TEXT },
        { CANVAS, METHOD_FINE_TUNING, TRAIN_CAPTION },
        { "amazon.nova-2-lite-v1:0", METHOD_REINFORCEMENT, TRAIN_REWARD },
        { NULL, METHOD_FINE_TUNING, TRAIN_CLAUDE },
    };
    for (size_t i = 0; i < COUNT(files); i++) {
        struct scratch s;
        FILE *f = scratch_open(&s);
        for (int k = 1; k <= GOOD; k++)
            good_record(f, files[i].format, k);
        scratch_run(&s, f, files[i].model, files[i].method);
        only(&s, RULE_COUNT, 0);
        assert_int_equal(s.out.file[0].records, GOOD);
        assert_int_equal(s.out.format, files[i].format);
        scratch_done(&s);
    }
}

/* What no single line shows: each file with one defect of its own. */
static void files_as_a_whole_are_judged(void **state)
{
    (void)state;
    struct scratch s;
    FILE *f = scratch_open(&s); /* 7 of at least 8 */
    for (int i = 1; i <= 7; i++)
        good_record(f, TRAIN_CONVERSE, i);
    scratch_run(&s, f, NOVA, METHOD_FINE_TUNING);
    only(&s, RULE_FEW, 1);
    scratch_done(&s);

    f = scratch_open(&s); /* 10 001 of at most 10 000 */
    for (int i = 1; i <= 10001; i++)
        good_record(f, TRAIN_PAIRS, i);
    scratch_run(&s, f, TITAN, METHOD_FINE_TUNING);
    only(&s, RULE_MANY, 1);
    scratch_done(&s);

    f = scratch_open(&s);
    fputs("\xef\xbb\xbf", f);
    for (int i = 1; i <= GOOD; i++)
        good_record(f, TRAIN_CONVERSE, i);
    scratch_run(&s, f, NOVA, METHOD_FINE_TUNING);
    only(&s, RULE_BOM, 1);
    scratch_done(&s);

    f = scratch_open(&s); /* Titan Lite has no rules of distillation */
    for (int i = 1; i <= GOOD; i++)
        good_record(f, TRAIN_CONVERSE, i);
    scratch_run(&s, f, "amazon.titan-text-lite-v1", METHOD_DISTILLATION);
    only(&s, RULE_METHOD_MODEL, 1);
    scratch_done(&s);
}

static void lengths_are_judged_in_characters(void **state)
{
    (void)state;
    /* 4 096 tokens of six characters are 24 576; "é" is one, "\n" is one */
    for (int more = 0; more < 2; more++) {
        struct scratch s;
        FILE *f = scratch_open(&s);
        for (int i = 1; i <= GOOD; i++)
            good_record(f, TRAIN_PAIRS, i);
        fputs("{\"prompt\":\"", f);
        for (int i = 0; i < 12000; i++)
            fputs("\xc3\xa9\\n", f);
        fputs("\",\"completion\":\"", f);
        for (int i = 0; i < 576 + more; i++)
            fputc('a' + i % 26, f);
        fputs("\"}\n", f);
        scratch_run(&s, f, TITAN, METHOD_FINE_TUNING);
        only(&s, more ? RULE_TOKENS : RULE_COUNT, more);
        assert_int_equal(s.out.file[0].longest_chars, 24576 + more);
        assert_int_equal(s.out.file[0].longest_line, GOOD + 1);
        scratch_done(&s);
    }
}

static void media_are_counted_in_each_record(void **state)
{
    (void)state;
    for (int images = 10; images <= 11; images++) {
        struct scratch s;
        FILE *f = scratch_open(&s);
        for (int i = 1; i <= GOOD; i++)
            good_record(f, TRAIN_CONVERSE, i);
        fputs(TALK "{\"role\":\"user\",\"content\":[{\"text\":\"Which?\"}", f);
        for (int i = 0; i < images; i++)
            fprintf(f,
                    ",{\"image\":{\"format\":\"webp\",\"source\":{\"s3Location\":{"
                    "\"uri\":\"s3://bucket-a/%d.webp\",\"bucketOwner\":\"111122223333\""
                    "}}}}",
                    i);
        fputs("]}," BOT "]}\n", f);
        scratch_run(&s, f, NOVA, METHOD_FINE_TUNING);
        only(&s, images > 10 ? RULE_MEDIA_COUNT : RULE_COUNT, images > 10);
        scratch_done(&s);
    }
}

static const char *const words[] = {
    "parcel", "depot",  "courier", "invoice", "refund", "label",   "carton", "customs",
    "window", "signed", "waited",  "called",  "opened", "weighed", "sealed"
};

static void long_text(FILE *f, uint64_t seed, int changed)
{
    for (int i = 0; i < 150; i++) {
        size_t w = (size_t)next_below(&seed, COUNT(words));
        fprintf(f, "%s%s", i ? " " : "", i == changed ? "zebra" : words[w]);
    }
}

static void near_copies_are_found_and_others_left(void **state)
{
    (void)state;
    struct scratch s;
    FILE *f = scratch_open(&s);
    for (int i = 0; i < 130; i++) {
        fputs("{\"prompt\":\"", f);
        long_text(f, i == 120 ? 55 : (uint64_t)i, i == 120 ? 75 : -1);
        fprintf(f, "\",\"completion\":\"%d\"}\n", i * 7919);
    }
    scratch_run(&s, f, TITAN, METHOD_FINE_TUNING);
    only(&s, RULE_NEAR, 1);
    assert_int_equal(s.out.log.issue[0].line, 121);
    assert_non_null(strstr(s.out.log.issue[0].what, "line 56"));
    scratch_done(&s);
}

static void labels_are_weighed(void **state)
{
    (void)state;
    static const struct {
        int bad_of_200;
        const char *spelling;
        enum train_rule rule;
    } files[] = { { 90, "bad", RULE_COUNT },
                  { 35, "bad", RULE_LABEL_SHARE },
                  { 90, "Good.", RULE_LABEL_SPELL } };
    for (size_t i = 0; i < COUNT(files); i++) {
        struct scratch s;
        FILE *f = scratch_open(&s);
        for (int k = 0; k < 200; k++)
            fprintf(f, "{\"prompt\":\"Review %d\",\"completion\":\"%s\"}\n", k * 7919,
                    k < files[i].bad_of_200 ? files[i].spelling : "good");
        scratch_run(&s, f, TITAN, METHOD_FINE_TUNING);
        only(&s, files[i].rule, files[i].rule != RULE_COUNT);
        assert_true(labels_classify(&s.out.labels));
        assert_int_equal(s.out.labels.label[0].records, 200 - files[i].bad_of_200);
        scratch_done(&s);
    }
}

static void validation_that_is_trained_on_is_named(void **state)
{
    (void)state;
    struct scratch train, val;
    FILE *f = scratch_open(&train), *g = scratch_open(&val);
    for (int i = 1; i <= GOOD; i++)
        good_record(f, TRAIN_CONVERSE, i);
    for (int i = 1; i <= 40; i++)
        good_record(g, TRAIN_CONVERSE, i == 9 ? 33 : i + 1000);
    fclose(f);
    fclose(g);
    const struct train_job job = {
        .path = train.path, .validation = val.path, .model = NOVA, .issues_max = 5
    };
    assert_ok(train_run(&train.out, &job, &train.a, &train.e), train.e);
    only(&train, RULE_LEAK, 1);
    assert_int_equal(train.out.log.issue[0].file, 1);
    assert_int_equal(train.out.log.issue[0].line, 9);
    assert_string_equal(train.out.log.issue[0].what, "training line 33 again");
    unlink(train.path);
    unlink(val.path);
    scratch_done(&train);
}

static void mended_files_have_nothing_left_to_mend(void **state)
{
    (void)state;
    struct scratch s;
    FILE *f = scratch_open(&s);
    char fixed[80];
    fputs("\xef\xbb\xbf", f);
    for (int i = 1; i <= GOOD; i++)
        good_record(f, TRAIN_CONVERSE, i);
    good_record(f, TRAIN_CONVERSE, 5);
    fputs("\n{\"messages\":[{\"role\":\"User\",\"content\":[{\"text\":\"Why?\"}]}," BOT
          "]} \r\n",
          f);
    fclose(f);
    snprintf(fixed, sizeof fixed, "%s.fixed", s.path);
    struct train_job job = { .path = s.path,
                             .fix = fixed,
                             .model = "meta.llama3-3-70b-instruct-v1:0",
                             .issues_max = 9 };
    assert_ok(train_run(&s.out, &job, &s.a, &s.e), s.e);
    assert_int_equal(s.out.log.seen[RULE_BOM], 1);
    assert_int_equal(s.out.log.seen[RULE_BLANK], 1);
    assert_int_equal(s.out.log.seen[RULE_SAME], 1);
    assert_int_equal(s.out.log.seen[RULE_ROLE], 1);
    assert_int_equal(s.out.log.seen[RULE_KEY_MISSING], 1);
    assert_int_equal(s.out.dropped, 2);
    assert_int_equal(s.out.fixed, 2);
    job.path = fixed;
    job.fix = NULL;
    assert_ok(train_run(&s.out, &job, &s.a, &s.e), s.e);
    only(&s, RULE_COUNT, 0);
    assert_int_equal(s.out.file[0].records, GOOD + 1);
    unlink(s.path);
    unlink(fixed);
    scratch_done(&s);
}

/* Blanks between a record's parts: a large file that is quickly read. */
static void large_record(FILE *f, int i, size_t blanks)
{
    fprintf(f, "{\"prompt\":\"Where is %d?\",", i * 7919);
    for (size_t n = 0; n < blanks; n += 1000)
        fprintf(f, "%*s", (int)(blanks - n < 1000 ? blanks - n : 1000), "");
    fprintf(f, "\"completion\":\"In %d.\"}\n", i);
}

static void sizes_of_lines_and_files_are_bounded(void **state)
{
    (void)state;
    struct scratch s, val;
    FILE *f = scratch_open(&s); /* a line of 64 MiB and a few */
    for (int i = 1; i <= GOOD; i++)
        good_record(f, TRAIN_PAIRS, i);
    large_record(f, 5001, (size_t)64 << 20);
    scratch_run(&s, f, TITAN, METHOD_FINE_TUNING);
    only(&s, RULE_LINE_LONG, 1);
    assert_int_equal(s.out.log.issue[0].line, GOOD + 1);
    scratch_done(&s);

    f = scratch_open(&s); /* validation of 102 MB where 100 are taken */
    FILE *g = scratch_open(&val);
    for (int i = 1; i <= GOOD; i++)
        good_record(f, TRAIN_PAIRS, i);
    for (int i = 1; i <= 2; i++)
        large_record(g, 5000 + i, 51000000);
    fclose(f);
    fclose(g);
    const struct train_job job = {
        .path = s.path, .validation = val.path, .model = TITAN, .issues_max = 5
    };
    assert_ok(train_run(&s.out, &job, &s.a, &s.e), s.e);
    only(&s, RULE_FILE_BYTES, 1);
    assert_int_equal(s.out.log.issue[0].file, 1);
    unlink(s.path);
    unlink(val.path);
    scratch_done(&s);
}

static void media_belong_into_the_bucket_of_the_file(void **state)
{
    (void)state;
    static const struct {
        const char *uri;
        int64_t faults;
    } files[] = { { "s3://bucket-a/sets/train.jsonl", 0 }, { "s3://bucket-b/t", 1 } };
    for (size_t i = 0; i < COUNT(files); i++) {
        struct scratch s;
        FILE *f = scratch_open(&s);
        for (int k = 1; k <= GOOD; k++)
            good_record(f, TRAIN_CONVERSE, k);
        fputs(MEDIA("image", "png", "s3://bucket-a/a.png") "\n", f);
        fclose(f);
        const struct train_job job = {
            .path = s.path, .s3_uri = files[i].uri, .model = NOVA, .issues_max = 5
        };
        assert_ok(train_run(&s.out, &job, &s.a, &s.e), s.e);
        only(&s, files[i].faults ? RULE_S3_BUCKET : RULE_COUNT, files[i].faults);
        unlink(s.path);
        scratch_done(&s);
    }
}

/* Runs last: a rule that no file above breaks alone has no test. */
static void every_rule_has_a_file_that_breaks_it_alone(void **state)
{
    (void)state;
    int missing = 0;
    for (int r = 0; r < RULE_COUNT; r++) {
        if (proved[r]) continue;
        print_error("no file for %s\n", train_rule_name((enum train_rule)r));
        missing++;
    }
    assert_int_equal(missing, 0);
}

static void files_that_cannot_be_read_are_errors(void **state)
{
    (void)state;
    static const struct {
        const char *path, *says;
    } files[] = { { "no/such.jsonl", "no/such.jsonl: No such file or directory" },
                  { "/tmp", "/tmp: Is a directory" } };
    for (size_t i = 0; i < COUNT(files); i++) {
        struct arena a = { 0 };
        struct err e = { 0 };
        struct train_answer out;
        const struct train_job job = { .path = files[i].path };
        assert_int_equal(train_run(&out, &job, &a, &e), ERR_INPUT);
        assert_string_equal(e.msg, files[i].says);
        arena_clear(&a);
    }
    struct scratch s; /* an empty one can be read: it has too few records */
    FILE *f = scratch_open(&s);
    scratch_run(&s, f, NULL, METHOD_FINE_TUNING);
    only(&s, RULE_FEW, 1);
    scratch_done(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_defect_is_found_and_nothing_else),
        cmocka_unit_test(good_files_have_no_issue),
        cmocka_unit_test(files_as_a_whole_are_judged),
        cmocka_unit_test(lengths_are_judged_in_characters),
        cmocka_unit_test(media_are_counted_in_each_record),
        cmocka_unit_test(near_copies_are_found_and_others_left),
        cmocka_unit_test(labels_are_weighed),
        cmocka_unit_test(validation_that_is_trained_on_is_named),
        cmocka_unit_test(mended_files_have_nothing_left_to_mend),
        cmocka_unit_test(files_that_cannot_be_read_are_errors),
        cmocka_unit_test(sizes_of_lines_and_files_are_bounded),
        cmocka_unit_test(media_belong_into_the_bucket_of_the_file),
        cmocka_unit_test(every_rule_has_a_file_that_breaks_it_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
