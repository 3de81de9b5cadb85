/* AWS's answers: what is read of JSON agrees with cJSON, and no body can do harm. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "client_private.h"
#include "converse.h"
#include "failure.h"
#include "json_view.h"
#include "markup.h"
#include "utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A valid text is one to cJSON too, with the same first member of a name. cJSON stops
 * texts at NUL and refuses half surrogates, so escapes of code points are left out. */
static void compare(struct str text)
{
    static const char *const names[] = { "a", "usage", "text", "delta", "message" };
    cJSON *json = cJSON_ParseWithLength(text.p, text.n);
    assert(json);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct str value = view_member(text, names[i]);
        const cJSON *m = cJSON_IsObject(json)
                             ? cJSON_GetObjectItemCaseSensitive(json, names[i])
                             : NULL;
        if (value.n) assert(m && view_valid(value));
        if (view_is_text(value)) {
            struct buf words = { .max = 1 << 20 };
            view_text(&words, value);
            assert(cJSON_IsString(m));
            assert(strcmp(words.p ? words.p : "", m->valuestring) == 0);
            buf_clear(&words);
        }
        int64_t count = -1;
        if (view_count(&count, value)) assert((double)count == m->valuedouble);
    }
    cJSON_Delete(json);
}

static void check_failure(const struct aws_failure *f)
{
    size_t n = strlen(f->message);
    assert(f->class_ > FAILURE_NONE && f->class_ < FAILURE_CLASSES);
    assert(n > 0 && n < sizeof f->message && utf8_valid(f->message, n, NULL));
    for (size_t i = 0; i < n; i++)
        assert((unsigned char)f->message[i] >= ' ');
    struct err e = { 0 };
    assert(failure_err(&e, f) != OK && *e.msg);
}

static void read_as_failure(struct str text)
{
    static const int status[] = { 400, 403, 404, 408, 424, 429, 500, 503, 302 };
    int pick = status[text.n ? (unsigned char)text.p[0] % 9 : 0];
    struct aws_failure f = { .http_status = 0 };
    failure_of_answer(&f, pick, "", "Sun, 22 Nov 2026 19:27:06 GMT", text, 1795000000);
    check_failure(&f);
    failure_of_event(&f, text, text);
    check_failure(&f);
}

static void nothing(void *context, const struct aws_event *event)
{
    (void)context;
    assert(event->text.n == 0 || event->text.p);
}

static void read_as_event(struct str text)
{
    struct call call = { .handler = { .on_event = nothing },
                         .text = { .max = 1 << 20 } };
    static const char *const types[] = { "contentBlockDelta", "messageStop",
                                         "metadata" };
    for (size_t i = 0; i < 3; i++) {
        struct eventstream_message m = { .message_type = STR("event"),
                                         .event_type = str_of(types[i]),
                                         .payload = text };
        bool good = answer_take_event(&call, &m, 1);
        assert(good == view_valid(text));
        call.answer.failure = (struct aws_failure){ .class_ = FAILURE_NONE };
    }
    assert(call.answer.tokens.input >= 0 && call.answer.tokens.output >= 0);
    buf_clear(&call.text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena a = { 0 };
    struct err e = { 0 };
    const char *words = NULL;
    char *copy = malloc(size + 1); /* of its exact size: reads behind it are found */
    assert(copy);
    memcpy(copy, data, size);
    copy[size] = '\0';
    struct str text = { copy, size };
    if (view_valid(text) && !memmem(copy, size, "\\u", 2)) compare(text);
    read_as_failure(text);
    read_as_event(text);
    xml_between(text, "Code");
    if (converse_text(&words, text, &a, &e) == OK) assert(words);
    arena_clear(&a);
    free(copy);
    return 0;
}
