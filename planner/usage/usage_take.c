#include "usage_take.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "file.h"

/* Bedrock was announced on 2023-04-13: a log of an earlier time has a wrong clock. */
static const int64_t EARLIEST_US = INT64_C(1681344000) * 1000000;
static const int64_t DAY_US = INT64_C(86400) * 1000000;

struct taking {
    const struct take_request *want;
    struct take_result *out;
    struct arena *arena;
    struct usage_store *store;
    struct usage_entry entry; /* id 0: the name is new */
    struct usage_models models;
    struct import import;
    struct import_file *file; /* of the name, and new ones */
    size_t files, capacity, old_files;
    struct import_file *damaged;
    size_t damaged_count, damaged_capacity;
};

static enum err_code find_entry(struct taking *t, struct err *e)
{
    struct usage_entry *entry = NULL;
    size_t count = 0;
    t->entry = (struct usage_entry){ .name = t->want->name };
    if (usage_store_list(&entry, &count, t->store, t->arena, e)) return e->code;
    for (size_t i = 0; i < count; i++)
        if (strcmp(entry[i].name, t->want->name) == 0) t->entry = entry[i];
    if (!t->entry.id) return OK;
    if (usage_store_models(&t->models, t->store, t->entry.id, e)) return e->code;
    if (usage_store_files(&t->file, &t->files, t->store, t->entry.id, t->arena, e))
        return e->code;
    t->capacity = t->old_files = t->files;
    return OK;
}

static bool is_known(const struct taking *t, const char *sha256, int64_t bytes)
{
    for (size_t i = 0; i < t->files; i++)
        if (t->file[i].bytes == bytes && strcmp(t->file[i].sha256, sha256) == 0)
            return true;
    return false;
}

/* Only a file of the size of a known one is hashed before it is read. */
static enum err_code was_imported(bool *out, const struct taking *t, const char *path,
                                  struct err *e)
{
    struct stat st;
    bool same_size = false;
    *out = false;
    if (strcmp(path, "-") == 0 || stat(path, &st)) return OK;
    for (size_t i = 0; i < t->files; i++)
        same_size = same_size || t->file[i].bytes == (int64_t)st.st_size;
    if (!same_size || !S_ISREG(st.st_mode)) return OK;
    struct line_input *in = NULL;
    char sha256[SHA_TEXT];
    if (line_input_open(&in, path, e)) return e->code;
    int64_t bytes = line_input_bytes(in, sha256);
    *out = is_known(t, sha256, bytes);
    line_input_close(in);
    return OK;
}

static void remember(struct taking *t, const struct import_file *f)
{
    t->file =
        arena_grow(t->arena, t->file, &t->capacity, t->files + 1, sizeof *t->file);
    t->file[t->files++] = *f;
    t->out->files++;
    if (!f->damage) return;
    t->damaged = arena_grow(t->arena, t->damaged, &t->damaged_capacity,
                            t->damaged_count + 1, sizeof *t->damaged);
    t->damaged[t->damaged_count++] = *f;
}

static enum err_code read_files(struct taking *t, struct err *e)
{
    struct import_paths paths = { 0 };
    struct import *im = &t->import;
    if (import_walk(&paths, im, t->want->paths, t->want->path_count, e)) return e->code;
    for (size_t i = 0; i < paths.count; i++) {
        struct import_file f;
        bool known = false;
        if (was_imported(&known, t, paths.path[i], e)) return e->code;
        if (known) {
            im->path = paths.path[i];
            im->line = 0;
            import_skip(im, SKIP_FILE_KNOWN, (struct str){ 0 });
            continue;
        }
        if (import_file(&f, im, paths.path[i], paths.named[i], e)) return e->code;
        if (is_known(t, f.sha256, f.bytes))
            return err_set(e, ERR_INPUT, "%s: was imported before", paths.path[i]);
        if (f.records > 0 || f.damage) remember(t, &f);
    }
    return OK;
}

static enum err_code check(struct taking *t, struct err *e)
{
    const struct import *im = &t->import;
    bool dated = im->dated;
    if (t->damaged_count > 0 && !t->want->keep_going)
        return err_set(e, ERR_INPUT,
                       "%s: %s; nothing was imported, --keep-going takes what was "
                       "readable",
                       t->damaged[0].path, t->damaged[0].damage);
    if (im->dated && im->undated)
        return err_set(e, ERR_INPUT,
                       "some files have dates, others only seconds; "
                       "import them under two names");
    bool requests = usage_stage_count(im->stage) > 0, periods = im->periods.count > 0;
    if (requests + periods + (im->counts != NULL) > 1)
        return err_set(e, ERR_INPUT,
                       "some files hold requests, others sums over "
                       "periods; import them under two names");
    if (import_records(im) == 0 || !t->entry.id) return OK;
    if (t->entry.kind != USAGE_REQUESTS || !requests)
        return err_set(
            e, ERR_INPUT,
            "usage %s is there, and sums over periods cannot be added to it; "
            "drop it and import everything at once",
            t->entry.name);
    if (t->entry.dated != dated)
        return err_set(e, ERR_INPUT, "usage %s has %s, these files have %s",
                       t->entry.name, t->entry.dated ? "dates" : "only seconds",
                       dated ? "dates" : "only seconds");
    if (!t->entry.requests_path)
        return err_set(e, ERR_INPUT,
                       "usage %s was imported without its requests, so nothing can be "
                       "added; drop it and import everything at once",
                       t->entry.name);
    return OK;
}

/* Old records and new ones by time, each request once. */
struct merge {
    struct record_reader *old; /* NULL none */
    struct usage_stage *fresh;
    struct usage_record from[2], last;
    bool has[2], any;
};

static enum err_code advance(struct merge *m, int side, struct err *e)
{
    m->has[side] = false;
    if (side == 1) return usage_stage_next(m->fresh, &m->from[1], &m->has[1], e);
    if (!m->old) return OK;
    return record_reader_next(m->old, &m->from[0], &m->has[0], e);
}

static enum err_code next_merged(struct merge *m, struct usage_record *out, bool *more,
                                 bool *twice, struct err *e)
{
    *more = m->has[0] || m->has[1];
    if (!*more) return OK;
    int side =
        !m->has[0] || (m->has[1] && usage_record_order(&m->from[1], &m->from[0]) < 0);
    *out = m->from[side];
    *twice = m->any && usage_record_same(&m->last, out);
    m->last = *out;
    m->any = true;
    return advance(m, side, e);
}

static enum err_code run_merge(struct taking *t, struct merge *m, struct stats_run *run,
                               struct record_writer *w, struct err *e)
{
    struct usage_record r;
    bool more = true, twice = false;
    if (advance(m, 0, e) || advance(m, 1, e)) return e->code;
    while (!next_merged(m, &r, &more, &twice, e) && more) {
        if (twice) {
            t->import.skipped[SKIP_DUPLICATE]++;
            continue;
        }
        if (stats_run_add(run, &r, e) || (w && record_writer_add(w, &r, e)))
            return e->code;
    }
    return e->code;
}

static enum err_code merge_into(struct taking *t, struct stats_run *run,
                                struct record_writer *w, struct err *e)
{
    struct merge m = { .fresh = t->import.stage };
    if (t->entry.requests_path && record_reader_open(&m.old, t->entry.requests_path, e))
        return e->code;
    enum err_code code = usage_stage_sort(m.fresh, e);
    if (!code) code = run_merge(t, &m, run, w, e);
    record_reader_close(m.old);
    return code;
}

/* The new file of requests beside the old one; `*path` NULL when they are not kept. */
static enum err_code write_requests(const char **path, struct usage_stats *stats,
                                    struct taking *t, struct err *e)
{
    struct file_out f = { 0 };
    struct record_writer *w = NULL;
    struct stats_run *run = stats_run_open(t->import.dated, &t->models, t->arena);
    *path = NULL;
    if (!t->want->keep_requests)
        return merge_into(t, run, NULL, e) ? e->code : stats_run_finish(stats, run, e);
    *path =
        usage_store_next_path(t->store, t->entry.name, t->entry.generation, t->arena);
    if (file_out_open(&f, *path, e)) return e->code;
    if (!record_writer_open(&w, f.stream, e) && !merge_into(t, run, w, e) &&
        !stats_run_finish(stats, run, e) && !record_writer_finish(w, e)) {
        record_writer_close(w);
        return file_out_commit(&f, e);
    }
    record_writer_close(w);
    file_out_abandon(&f);
    return e->code;
}

static enum err_code count(const char **requests_path, struct usage_stats *stats,
                           struct taking *t, struct err *e)
{
    struct import *im = &t->import;
    if (im->periods.count > 0)
        return usage_stats_of_periods(stats, &im->periods, im->dated, &t->models,
                                      t->arena, e);
    if (!im->counts) return write_requests(requests_path, stats, t, e);
    *stats = *im->counts;
    return OK;
}

static enum err_code save(struct taking *t, struct err *e)
{
    struct usage_stats stats;
    struct usage_entry next = t->entry;
    if (count(&next.requests_path, &stats, t, e)) return e->code;
    t->out->added = import_records(&t->import) - t->import.skipped[SKIP_DUPLICATE];
    next.kind = stats.kind;
    next.dated = stats.dated;
    next.generation++;
    next.imported_unix_s = t->want->now_unix_s;
    next.requests = stats.requests;
    next.errors = usage_errors(&stats);
    next.first_us = stats.first_us;
    next.last_us = stats.last_us;
    if (usage_store_save(t->store, &next, &stats, &t->models, t->file, t->files, e))
        return e->code;
    t->out->changed = true;
    t->out->requests = stats.requests;
    return OK;
}

static enum err_code take(struct taking *t, struct err *e)
{
    struct import *im = &t->import;
    if (find_entry(t, e) ||
        usage_stage_open(&im->stage, usage_store_folder(t->store), 0, e)) {
        return e->code;
    }
    t->out->requests = t->entry.requests;
    enum err_code code = read_files(t, e);
    t->out->read = im->read;
    t->out->damaged = t->damaged;
    t->out->damage_count = t->damaged_count;
    if (code || check(t, e)) return e->code;
    if (import_records(im) > 0) return save(t, e);
    if (im->skipped[SKIP_FILE_KNOWN] > 0) return OK;
    return err_set(e, ERR_INPUT, "nothing to import: %s",
                   im->read > 0 ? "no record could be used" : "no records were found");
}

enum err_code usage_take(struct take_result *out, const struct take_request *want,
                         struct arena *a, struct err *e)
{
    struct taking *t = ARENA_NEW(a, struct taking, 1);
    *t = (struct taking){ .want = want, .out = out, .arena = a };
    t->models.arena = a;
    t->import = (struct import){
        .arena = a,
        .models = &t->models,
        .alias = want->alias,
        .aliases = want->aliases,
        .earliest_us = EARLIEST_US,
        .latest_us = want->now_unix_s * 1000000 + DAY_US,
    };
    *out = (struct take_result){ .import = &t->import };
    if (usage_check_name(want->name, e)) return e->code;
    enum err_code code = usage_store_open(&t->store, want->data, true, a, e);
    if (!code) code = take(t, e);
    usage_stage_close(t->import.stage);
    usage_store_close(t->store);
    free(t->import.scratch);
    return code;
}
