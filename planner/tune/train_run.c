#include "train_run.h"

#include <math.h>
#include <string.h>

#include "file.h"
#include "train_blocks.h"
#include "train_fix.h"
#include "train_lines.h"
#include "twins.h"

enum { TRAINING, VALIDATION };

struct run {
    const struct train_job *job;
    struct train_answer *out;
    struct train_check check;
    struct twins *twins;
    struct file_out fixed;
    bool fixing;
    int64_t bytes_before; /* of the files already read */
};

int64_t train_tokens(int64_t chars)
{
    return (chars + TRAIN_CHARS_PER_TOKEN - 1) / TRAIN_CHARS_PER_TOKEN;
}

static const char *file_word(int file)
{
    return file == TRAINING ? "line" : "validation line";
}

/* What a record repeats. Returns: whether it is an exact copy in the same file. */
static bool judge_twin(struct run *r, const struct train_record *record, int file,
                       int64_t line)
{
    struct train_log *log = &r->out->log;
    struct twin twin = twins_add(r->twins, record, file, line);
    if (twin.kind == TWIN_NONE) return false;
    const char *word = file_word(twin.file);
    long long other = (long long)twin.line;
    double percent = fmin(99, 100 * twin.alike); /* all of it would be a copy */
    bool leaks = file == VALIDATION && twin.file == TRAINING;
    if (twin.kind == TWIN_CONTRADICTS)
        train_log_add(log, RULE_CONTRADICT, line, 0,
                      "the prompt of %s %lld with another answer", word, other);
    else if (leaks && twin.kind == TWIN_SAME)
        train_log_add(log, RULE_LEAK, line, 0, "training line %lld again", other);
    else if (leaks)
        train_log_add(log, RULE_LEAK, line, 0, "about %.0f%% of training line %lld",
                      percent, other);
    else if (twin.kind == TWIN_SAME)
        train_log_add(log, RULE_SAME, line, 0, "the same as %s %lld", word, other);
    else
        train_log_add(log, RULE_NEAR, line, 0, "about %.0f%% the same as %s %lld",
                      percent, word, other);
    return twin.kind == TWIN_SAME && twin.file == file;
}

static bool is_blank(struct str s)
{
    return str_trim(s).n == 0;
}

static void count_record(struct train_file *f, const struct train_record *record,
                         int64_t line)
{
    f->records++;
    f->chars += record->chars;
    if (record->chars <= f->longest_chars) return;
    f->longest_chars = record->chars;
    f->longest_line = line;
}

/* A line as it goes into the mended file. */
static void write_fixed(struct run *r, struct str line, bool read, bool copy)
{
    if (copy) {
        r->out->dropped++;
        return;
    }
    bool changed = train_fix_write(read ? &r->check.tape : NULL, r->check.format,
                                   r->check.rules, line, r->fixed.stream);
    r->out->fixed += changed;
}

static void one_line(struct run *r, int file, int64_t number, struct str line,
                     bool too_long)
{
    struct train_log *log = &r->out->log;
    struct train_record record;
    struct str rest = number == 1 ? str_without_bom(line) : line;
    if (rest.n < line.n) {
        train_log_add(log, RULE_BOM, 1, 1, "three bytes of a byte-order mark: remove");
        line = rest;
        r->out->fixed += r->fixing && file == TRAINING;
    }
    if (too_long) {
        train_log_add(log, RULE_LINE_LONG, number, 0, "a line over %d MB",
                      TRAIN_LINE_MAX >> 20);
        return;
    }
    if (is_blank(line)) {
        train_log_add(log, RULE_BLANK, number, 0, "an empty line: remove");
        r->out->dropped += r->fixing && file == TRAINING;
        return;
    }
    bool read = train_record_check(&record, &r->check, number, line), copy = false;
    if (read) {
        count_record(&r->out->file[file], &record, number);
        if (file == TRAINING) labels_add(&r->out->labels, &record, number);
        copy = judge_twin(r, &record, file, number);
    }
    if (r->fixing && file == TRAINING) write_fixed(r, line, read, copy);
}

static enum err_code one_file(struct run *r, int file, const char *path, struct err *e)
{
    enum { PROGRESS_BYTES = 32 << 20 };
    struct train_lines lines;
    struct str line;
    bool too_long;
    int64_t told = 0;
    r->out->log.file = file;
    if (train_lines_open(&lines, path, e)) return e->code;
    while (train_lines_next(&lines, &line, &too_long)) {
        one_line(r, file, lines.number, line, too_long);
        if (!r->job->progress || lines.bytes - told < PROGRESS_BYTES) continue;
        told = lines.bytes;
        r->job->progress(r->job->context, r->bytes_before + told);
    }
    r->out->file[file].lines = lines.number;
    r->out->file[file].bytes = lines.bytes;
    r->bytes_before += lines.bytes;
    return train_lines_close(&lines, e);
}

static void judge_count(struct train_log *log, const char *what, int64_t n, int64_t min,
                        int64_t max)
{
    if (min && n < min)
        train_log_add(log, RULE_FEW, 0, 0, "%lld %s: at least %lld are needed",
                      (long long)n, what, (long long)min);
    if (max && n > max)
        train_log_add(log, RULE_MANY, 0, 0, "%lld %s: at most %lld are taken",
                      (long long)n, what, (long long)max);
}

static void judge_bytes(struct train_log *log, int64_t bytes, int64_t max)
{
    if (max && bytes > max)
        train_log_add(log, RULE_FILE_BYTES, 0, 0,
                      "%lld bytes: at most %lld are taken (counted as 10^9 a GB)",
                      (long long)bytes, (long long)max);
}

/* What only the files as a whole can break. */
static void judge_files(struct run *r)
{
    struct train_answer *out = r->out;
    const struct train_rules *rules = out->rules;
    int64_t records = out->file[TRAINING].records,
            beside = out->file[VALIDATION].records;
    out->log.file = TRAINING;
    labels_judge(&out->labels, &out->log);
    if (!rules) {
        judge_count(&out->log, "records", records, 1, 0);
        return;
    }
    int64_t least = rules->records_min > 1 ? rules->records_min : 1;
    judge_count(&out->log, "records", records, least, rules->records_max);
    judge_bytes(&out->log, out->file[TRAINING].bytes, rules->file_bytes);
    if (!r->job->validation) return;
    if (rules->together_max)
        judge_count(&out->log, "training and validation records", records + beside, 0,
                    rules->together_max);
    out->log.file = VALIDATION;
    judge_count(&out->log, "validation records", beside, 1, rules->validation_max);
    judge_bytes(&out->log, out->file[VALIDATION].bytes, rules->validation_bytes);
}

static void start(struct run *r, struct arena *a)
{
    const struct train_job *job = r->job;
    struct train_answer *out = r->out;
    out->log = (struct train_log){ .limit = job->issues_max, .arena = a };
    if (job->model) out->rules = train_rules_of(job->model, job->method);
    if (job->model && !out->rules)
        train_log_add(&out->log, RULE_METHOD_MODEL, 0, 0,
                      "no rules of %s for %s are known: AWS lists none",
                      train_method_name(job->method), job->model);
    r->check = (struct train_check){ .rules = out->rules,
                                     .format = job->format,
                                     .log = &out->log,
                                     .tape = { .arena = a } };
    if (r->check.format == TRAIN_UNKNOWN && out->rules)
        r->check.format = out->rules->format;
    if (job->s3_uri)
        r->check.bucket_stated = blocks_bucket(r->check.bucket, job->s3_uri);
    r->twins = twins_new(a);
}

enum err_code train_run(struct train_answer *out, const struct train_job *job,
                        struct arena *a, struct err *e)
{
    struct run run = { .job = job, .out = out }, *r = &run;
    memset(out, 0, sizeof *out);
    start(r, a);
    if (job->fix) {
        if (file_out_open(&r->fixed, job->fix, e)) return e->code;
        r->fixing = true;
    }
    enum err_code code = one_file(r, TRAINING, job->path, e);
    if (!code && job->validation) code = one_file(r, VALIDATION, job->validation, e);
    if (r->fixing && code)
        file_out_abandon(&r->fixed);
    else if (r->fixing)
        code = file_out_commit(&r->fixed, e);
    if (code) return code;
    judge_files(r);
    out->format = r->check.format;
    out->near_full = twins_near_full(r->twins);
    return OK;
}
