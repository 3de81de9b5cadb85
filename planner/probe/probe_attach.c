/* Images and documents of a probe's prompts. */
#include "probe_prompt.h"

#include <string.h>
#include <strings.h>

#include "attach.h"
#include "file.h"

enum { IMAGE_BYTES_MAX = 3932160, DOCUMENT_BYTES_MAX = 4718592 }; /* 3.75, 4.5 MiB */
enum { IMAGES_MAX = 20, DOCUMENTS_MAX = 5 };

/* Source: Converse, ImageBlock and DocumentBlock: formats by the file's ending. */
static const struct {
    const char *ending, *format;
    enum converse_part_kind kind;
    bool text; /* a token is at least a byte of it */
} format_list[] = {
    { ".png", "png", CONVERSE_IMAGE, false },
    { ".jpg", "jpeg", CONVERSE_IMAGE, false },
    { ".jpeg", "jpeg", CONVERSE_IMAGE, false },
    { ".gif", "gif", CONVERSE_IMAGE, false },
    { ".webp", "webp", CONVERSE_IMAGE, false },
    { ".pdf", "pdf", CONVERSE_DOCUMENT, false },
    { ".csv", "csv", CONVERSE_DOCUMENT, true },
    { ".doc", "doc", CONVERSE_DOCUMENT, false },
    { ".docx", "docx", CONVERSE_DOCUMENT, false },
    { ".xls", "xls", CONVERSE_DOCUMENT, false },
    { ".xlsx", "xlsx", CONVERSE_DOCUMENT, false },
    { ".html", "html", CONVERSE_DOCUMENT, true },
    { ".txt", "txt", CONVERSE_DOCUMENT, true },
    { ".md", "md", CONVERSE_DOCUMENT, true },
};
enum { FORMATS_KNOWN = sizeof format_list / sizeof *format_list };

static size_t big_endian(const unsigned char *p, size_t n)
{
    size_t v = 0;
    for (size_t i = 0; i < n; i++)
        v = v << 8 | p[i];
    return v;
}

/* Source: RFC 2083 (IHDR is first), ITU T.81 (markers SOF0 to SOF15). */
static bool image_size(int64_t *width, int64_t *height, struct str bytes)
{
    const unsigned char *p = (const unsigned char *)bytes.p;
    if (bytes.n >= 24 && memcmp(p, "\x89PNG\r\n\x1a\n", 8) == 0) {
        *width = (int64_t)big_endian(p + 16, 4);
        *height = (int64_t)big_endian(p + 20, 4);
        return true;
    }
    if (bytes.n < 4 || p[0] != 0xff || p[1] != 0xd8) return false;
    for (size_t i = 2; i + 9 < bytes.n;) {
        if (p[i] != 0xff) return false;
        unsigned marker = p[i + 1];
        bool frame = marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 &&
                     marker != 0xc8 && marker != 0xcc;
        if (frame) {
            *height = (int64_t)big_endian(p + i + 5, 2);
            *width = (int64_t)big_endian(p + i + 7, 2);
            return true;
        }
        i += 2 + big_endian(p + i + 2, 2);
    }
    return false;
}

/* The most tokens a file can be. */
static enum err_code worst_of(int64_t *out, const struct probe_prompts *p,
                              const char *path, struct str bytes, size_t format,
                              struct err *e)
{
    struct attach_tokens t = { 0 };
    int64_t width, height;
    if (format_list[format].text) {
        *out = (int64_t)bytes.n;
        return OK;
    }
    if (format_list[format].kind == CONVERSE_IMAGE &&
        image_size(&width, &height, bytes)) {
        if (attach_image(&t, attach_family(p->set.model), width, height, e))
            return err_wrap(e, "%s: ", path);
        if (t.known) {
            *out = t.high;
            return OK;
        }
    }
    return err_set(e, ERR_USAGE,
                   "%s: how many tokens it is for this model is not known; say at "
                   "most how many with --attachment-tokens",
                   path);
}

static enum err_code add(struct probe_prompts *p, const char *path,
                         enum converse_part_kind kind, struct err *e)
{
    bool image = kind == CONVERSE_IMAGE;
    char *bytes = NULL;
    size_t size = 0, f = 0;
    const char *dot = strrchr(path, '.');
    while (f < FORMATS_KNOWN && (!dot || strcasecmp(dot, format_list[f].ending) != 0 ||
                                 format_list[f].kind != kind))
        f++;
    if (f == FORMATS_KNOWN)
        return err_set(e, ERR_INPUT, "%s: not an ending of %s that Converse takes (%s)",
                       path, image ? "images" : "documents",
                       image ? "png, jpg, gif, webp"
                             : "pdf, csv, doc, docx, xls, xlsx, html, txt, md");
    if (file_read(&bytes, &size, path, image ? IMAGE_BYTES_MAX : DOCUMENT_BYTES_MAX,
                  p->arena, e))
        return e->code;
    if (size == 0) return err_set(e, ERR_INPUT, "%s: is empty", path);
    struct str read = { bytes, size };
    int64_t worst = 0;
    if (!p->set.attachment_tokens && worst_of(&worst, p, path, read, f, e))
        return e->code;
    p->attached_worst += worst;
    p->attached[p->attached_count] = (struct converse_part){
        .kind = kind,
        .bytes = read,
        .format = format_list[f].format,
        .name = arena_printf(p->arena, "attachment %zu", p->attached_count + 1),
    };
    p->attached_count++;
    return OK;
}

enum err_code probe_attach(struct probe_prompts *p, struct err *e)
{
    const struct probe_prompt_settings *s = &p->set;
    if (s->images > IMAGES_MAX || s->documents > DOCUMENTS_MAX)
        return err_set(e, ERR_USAGE, "a message takes %d images and %d documents",
                       IMAGES_MAX, DOCUMENTS_MAX);
    p->attached =
        ARENA_NEW(p->arena, struct converse_part, s->images + s->documents + 1);
    for (size_t i = 0; i < s->images; i++)
        if (add(p, s->image[i], CONVERSE_IMAGE, e)) return e->code;
    for (size_t i = 0; i < s->documents; i++)
        if (add(p, s->document[i], CONVERSE_DOCUMENT, e)) return e->code;
    if (s->attachment_tokens) p->attached_worst = s->attachment_tokens;
    return OK;
}
