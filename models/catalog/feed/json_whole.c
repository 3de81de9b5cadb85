#include "json_whole.h"

#include <cjson/cJSON.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "feed.h"

enum { WHOLE_MAX_BYTES = 64 << 20, MILLION = 1000000 };

enum err_code json_read_whole(struct cJSON **out, struct feed_input *in,
                              struct arena *a, struct err *e)
{
    if (in->file_bytes > WHOLE_MAX_BYTES)
        return err_set(e, ERR_INPUT, "larger than %d MB", WHOLE_MAX_BYTES >> 20);
    size_t size = (size_t)in->file_bytes, got = 0;
    char *bytes = ARENA_NEW(a, char, size + 1);
    lseek(in->fd, 0, SEEK_SET);
    while (got < size) {
        ssize_t n = read(in->fd, bytes + got, size - got);
        if (n <= 0) return err_set(e, ERR_INPUT, "%s", n ? strerror(errno) : "cut off");
        got += (size_t)n;
    }
    const char *end = NULL;
    *out = cJSON_ParseWithLengthOpts(bytes, size, &end, 0);
    if (!*out)
        return err_set(e, ERR_INPUT, "no JSON at byte %td", end ? end - bytes : 0);
    end += strspn(end, " \t\r\n");
    if (end != bytes + size) {
        cJSON_Delete(*out);
        *out = NULL;
        return err_set(e, ERR_INPUT, "more behind the JSON, at byte %td", end - bytes);
    }
    return OK;
}

const char *json_get_text(const cJSON *object, const char *key)
{
    const cJSON *x = cJSON_GetObjectItemCaseSensitive(object, key);
    return cJSON_IsString(x) ? x->valuestring : "";
}

enum err_code json_usd_each(struct usd_rate *out, double usd, struct err *e)
{
    char text[32];
    struct usd_rate one = { 0 };
    snprintf(text, sizeof text, "%.15g", usd);
    if (usd_rate_parse(&one, text, 1, e)) return e->code;
    if (one.pusd > INT64_MAX / MILLION) {
        *out = one;
        return OK;
    }
    *out = (struct usd_rate){ .pusd = one.pusd * MILLION, .per = MILLION };
    return OK;
}
