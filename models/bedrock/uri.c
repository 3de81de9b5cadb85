#include "uri.h"

#include <ctype.h>
#include <string.h>

#include "text.h"

static bool unreserved(unsigned char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
           c == '-' || c == '.' || c == '_' || c == '~';
}

void uri_encode(struct buf *out, struct str s, const char *also_kept)
{
    static const char hex[] = "0123456789ABCDEF";
    size_t plain = 0; /* start of a run that needs no encoding */
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        if (unreserved(c) || (c && strchr(also_kept, c))) continue;
        char code[3] = { '%', hex[c >> 4], hex[c & 15] };
        buf_add(out, s.p + plain, i - plain);
        buf_add(out, code, sizeof code);
        plain = i + 1;
    }
    buf_add(out, s.p + plain, s.n - plain);
}

/* Drops the last segment of what was written since `start`. */
static void drop_segment(struct buf *out, size_t start)
{
    while (out->n > start && out->p[out->n - 1] != '/')
        out->n--;
    if (out->n > start) out->n--;
    if (out->p) out->p[out->n] = '\0';
}

void uri_normal_path(struct buf *out, struct str path)
{
    size_t start = out->n;
    bool slash_at_end = path.n == 0 || path.p[path.n - 1] == '/';
    struct str rest = path;
    while (rest.n) {
        struct str segment = str_cut(rest, '/', &rest);
        if (segment.n == 0 || str_eq(segment, ".")) continue;
        if (str_eq(segment, "..")) {
            drop_segment(out, start);
            continue;
        }
        buf_add(out, "/", 1);
        buf_add(out, segment.p, segment.n);
    }
    if (slash_at_end || out->n == start) buf_add(out, "/", 1);
}

/* The host and port behind "://": "[::1]:80", "host:8443", "host". */
static enum err_code take_authority(struct uri *u, struct str authority,
                                    const char *text, struct err *e)
{
    struct str host = authority, port = { 0 };
    if (host.n && host.p[0] == '[') {
        host = str_cut((struct str){ host.p + 1, host.n - 1 }, ']', &port);
        if (port.n && port.p[0] != ':')
            return err_set(e, ERR_INPUT, "'%s' is not a URL: bad port", text);
        if (port.n) port = (struct str){ port.p + 1, port.n - 1 };
    } else {
        host = str_cut(authority, ':', &port);
    }
    if (host.n == 0 || host.n >= sizeof u->host)
        return err_set(e, ERR_INPUT, "'%s' is not a URL: no host", text);
    for (size_t i = 0; i < host.n; i++)
        u->host[i] = (char)tolower((unsigned char)host.p[i]);
    u->host[host.n] = '\0';
    if (port.n) {
        char digits[8] = "";
        int64_t number = 0;
        struct err bad = { 0 };
        if (port.n < sizeof digits) memcpy(digits, port.p, port.n);
        if (!isdigit((unsigned char)digits[0]) ||
            text_int(&number, digits, 1, 65535, &bad)) {
            return err_set(e, ERR_INPUT, "'%s' is not a URL: bad port", text);
        }
        u->port = (int)number;
    }
    return OK;
}

enum err_code uri_parse(struct uri *out, const char *text, struct err *e)
{
    struct uri u = { 0 };
    for (const char *p = text; *p; p++) {
        if ((unsigned char)*p <= ' ' || *p == 0x7f)
            return err_set(e, ERR_INPUT, "a URL has no blanks or control characters");
    }
    const char *colon = strstr(text, "://");
    size_t scheme = colon ? (size_t)(colon - text) : 0;
    if (scheme == 0 || scheme >= sizeof u.scheme)
        return err_set(e, ERR_INPUT, "'%s' is not a URL; write https://HOST", text);
    for (size_t i = 0; i < scheme; i++)
        u.scheme[i] = (char)tolower((unsigned char)text[i]);
    if (strcmp(u.scheme, "http") != 0 && strcmp(u.scheme, "https") != 0)
        return err_set(e, ERR_INPUT, "'%s': only http and https are spoken", text);
    const char *authority = colon + 3;
    size_t length = strcspn(authority, "/?#");
    const char *path = authority + length;
    size_t path_length = strcspn(path, "?#");
    u.has_query = path[path_length] != '\0';
    u.has_user = memchr(authority, '@', length) != NULL;
    if (u.has_user) /* not shown: it may hold a password */
        return err_set(e, ERR_INPUT, "a URL with a user name is not accepted");
    if (take_authority(&u, (struct str){ authority, length }, text, e)) return e->code;
    while (path_length && path[path_length - 1] == '/')
        path_length--;
    if (path_length >= sizeof u.path)
        return err_set(e, ERR_INPUT, "the path of a URL is too long");
    memcpy(u.path, path, path_length);
    *out = u;
    return OK;
}

bool uri_host_is_loopback(const char *host)
{
    if (strcmp(host, "localhost") == 0 || strcmp(host, "::1") == 0) return true;
    /* 127.0.0.0/8, and nothing that only begins like it: "127.evil.example" */
    int dots = 0;
    for (const char *p = host; *p; p++) {
        if (*p == '.')
            dots++;
        else if (!isdigit((unsigned char)*p))
            return false;
    }
    return dots == 3 && text_starts(host, "127.");
}
