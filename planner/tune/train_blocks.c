#include "train_blocks.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

/* Source: Nova user guide, fine-tune-prepare-data-understanding. */
struct medium {
    const char *name, *formats;
};
static const struct medium image = { "image", " png jpeg gif webp " };
static const struct medium video = { "video", " mov mkv mp4 webm " };

/* 3 to 63 of small letters, digits, points and hyphens. Source: S3 user guide, bucket
 * naming rules. */
static bool good_bucket(struct str s)
{
    if (s.n < 3 || s.n > 63) return false;
    for (size_t i = 0; i < s.n; i++)
        if (!islower((unsigned char)s.p[i]) && !isdigit((unsigned char)s.p[i]) &&
            s.p[i] != '.' && s.p[i] != '-')
            return false;
    return true;
}

bool blocks_bucket(char out[64], const char *uri)
{
    struct str key = { 0 }, bucket = { 0 };
    if (text_starts(uri, "s3://")) bucket = str_cut(str_of(uri + 5), '/', &key);
    if (!good_bucket(bucket)) return false;
    snprintf(out, 64, "%.*s", STR_ARG(bucket));
    return true;
}

static bool good_name(struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (!isalnum((unsigned char)s.p[i]) && !strchr("_-/.", s.p[i])) return false;
    return true;
}

void blocks_address(struct train_walk *w, uint32_t node)
{
    struct str raw = tape_raw(w->t, node), key = { 0 };
    int shown = raw.n > 80 ? 80 : (int)raw.n;
    bool s3 = raw.n > 5 && memcmp(raw.p, "s3://", 5) == 0;
    struct str bucket = { 0 };
    /* one text about two images is no copy: the image is part of the prompt */
    w->record->prompt_hash = text_hash(w->record->prompt_hash, raw);
    if (s3) bucket = str_cut((struct str){ raw.p + 5, raw.n - 5 }, '/', &key);
    if (!s3 || !good_bucket(bucket) || key.n == 0) {
        walk_fault(w, RULE_S3_URI, node, "'%.*s' is not of the form s3://bucket/key",
                   shown, raw.p);
        return;
    }
    const struct train_rules *r = w->c->rules;
    if (r && r->nova && !good_name(key))
        walk_fault(w, RULE_S3_NAME, node,
                   "'%.*s': a name has letters, digits and _ - / . only", shown, raw.p);
    if (!w->c->bucket[0])
        snprintf(w->c->bucket, sizeof w->c->bucket, "%.*s", STR_ARG(bucket));
    else if (r && r->nova && !str_eq(bucket, w->c->bucket))
        walk_fault(
            w, RULE_S3_BUCKET, node,
            w->c->bucket_stated
                ? "bucket '%.*s': the training file is in '%s', media must be too"
                : "bucket '%.*s' after '%s': media and this file are in one "
                  "bucket",
            STR_ARG(bucket), w->c->bucket);
}

static void check_source(struct train_walk *w, uint32_t source)
{
    static const struct walk_key keys[] = { { "s3Location", TAPE_OBJECT, true } };
    static const struct walk_key place[] = { { "uri", TAPE_TEXT, true },
                                             { "bucketOwner", TAPE_TEXT, false } };
    uint32_t location, value[2];
    walk_object(w, source, keys, 1, &location);
    if (!location) return;
    walk_object(w, location, place, 2, value);
    if (value[0]) blocks_address(w, value[0]);
}

static void check_medium(struct train_walk *w, uint32_t block, enum text_kind kind,
                         const struct medium *m)
{
    static const struct walk_key keys[] = { { "format", TAPE_TEXT, true },
                                            { "source", TAPE_OBJECT, true } };
    const struct train_rules *r = w->c->rules;
    uint32_t value[2];
    bool is_image = m == &image;
    if (r && (is_image ? r->images : r->videos) == 0)
        walk_fault(w, RULE_MEDIA_MODEL, block, "this model does not train on %ss",
                   m->name);
    if (kind != TEXT_PROMPT)
        walk_fault(w, RULE_MEDIA_ROLE, block,
                   "%s in %s: only a user's message has media", m->name,
                   kind == TEXT_ANSWER ? "an answer" : "system");
    *(is_image ? &w->record->images : &w->record->videos) += 1;
    walk_object(w, block, keys, 2, value);
    if (value[0]) {
        char word[16];
        struct str format = tape_raw(w->t, value[0]);
        snprintf(word, sizeof word, " %.*s ", format.n > 12 ? 12 : (int)format.n,
                 format.p);
        if (!strstr(m->formats, word))
            walk_fault(w, RULE_MEDIA_FORMAT, value[0], "format '%.*s': write one of%s",
                       format.n > 20 ? 20 : (int)format.n, format.p, m->formats);
    }
    if (value[1]) check_source(w, value[1]);
}

static void check_block(struct train_walk *w, uint32_t block, enum text_kind kind)
{
    const struct json_tape *t = w->t;
    if (t->node[block].type != TAPE_OBJECT || t->node[block].end == block + 1) {
        walk_fault(w, RULE_BLOCK, block, "a block is %s: write {\"text\": …}",
                   t->node[block].type == TAPE_OBJECT
                       ? "empty"
                       : tape_type_text(t->node[block].type));
        return;
    }
    uint32_t key = block + 1, value = block + 2;
    struct str name = tape_raw(t, key);
    bool text = str_eq(name, "text"), is_image = str_eq(name, "image");
    if (t->node[block].end != t->node[value].end) {
        walk_fault(w, RULE_BLOCK, t->node[value].end, "a block has one key");
    } else if (text && t->node[value].type == TAPE_TEXT) {
        walk_text(w, value, kind);
    } else if (text) {
        walk_fault(w, RULE_KEY_TYPE, value, "'text' is %s, not a text",
                   tape_type_text(t->node[value].type));
    } else if ((is_image || str_eq(name, "video")) &&
               t->node[value].type == TAPE_OBJECT) {
        check_medium(w, value, kind, is_image ? &image : &video);
    } else {
        walk_fault(w, RULE_BLOCK, key, "block '%.*s' is not text, image or video",
                   name.n > 40 ? 40 : (int)name.n, name.p);
    }
}

void blocks_check(struct train_walk *w, uint32_t content, enum text_kind kind)
{
    const struct json_tape *t = w->t;
    if (t->node[content].end == content + 1)
        walk_fault(w, RULE_CONTENT, content, "%s without content: write a text block",
                   kind == TEXT_SYSTEM ? "system" : "a message");
    for (uint32_t b = content + 1; b < t->node[content].end; b = t->node[b].end)
        check_block(w, b, kind);
}
