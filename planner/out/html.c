#include "html.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "table.h"

/* One place for colours: variables, changed at night and on paper. Charts are drawn on
 * white; at night they are inverted and turned back to their hues. */
static const char style[] =
    ":root{--ink:#202124;--soft:#5f6368;--page:#ffffff;--line:#dadce0;--row:#f6f8fa;"
    "color-scheme:light dark}\n"
    "@media (prefers-color-scheme:dark){:root{--ink:#e8eaed;--soft:#9aa0a6;"
    "--page:#171717;--line:#3c4043;--row:#1f2226}"
    ".chart svg{filter:invert(.91) hue-rotate(180deg)}}\n"
    "*{box-sizing:border-box}\n"
    "body{margin:0;background:var(--page);color:var(--ink);"
    "font:16px/1.5 system-ui,-apple-system,'Segoe UI',Roboto,sans-serif}\n"
    "main,footer{max-width:72rem;margin:0 auto;padding:0 1.25rem}\n"
    "h1{font-size:1.75rem;line-height:1.2;margin:2rem 0 .25rem}\n"
    "h2{font-size:1.25rem;margin:2.5rem 0 .75rem;padding-top:.75rem;"
    "border-top:1px solid var(--line)}\n"
    ".subtitle,figcaption,.notes,footer{color:var(--soft);font-size:.9rem}\n"
    ".subtitle{margin:0 0 1.5rem}\n"
    "figure{margin:1.25rem 0}\n"
    ".chart svg{display:block;width:100%;max-width:900px;height:auto;"
    "border-radius:4px}\n"
    ".scroll{overflow-x:auto}\n"
    "table{border-collapse:collapse;font-size:.85rem;"
    "font-variant-numeric:tabular-nums}\n"
    "caption{text-align:left;font-weight:600;padding:.25rem 0 .5rem;"
    "white-space:nowrap}\n"
    "th,td{padding:.35rem .75rem;text-align:left;white-space:nowrap;"
    "border-bottom:1px solid var(--line)}\n"
    "th{font-weight:600;border-bottom:2px solid var(--line)}\n"
    "th:first-child,td:first-child{padding-left:.25rem}\n"
    "tbody tr:hover{background:var(--row)}\n"
    ".n{text-align:right}\n"
    ".wide{white-space:normal;min-width:16rem}\n"
    ".dim td{color:var(--soft)}\n"
    ".notes{margin:.5rem 0 1.5rem;padding-left:1.1rem}\n"
    "footer{margin-top:3rem;padding-top:1rem;padding-bottom:2rem;"
    "border-top:1px solid var(--line);overflow-wrap:anywhere}\n"
    "@media print{:root{--ink:#000;--soft:#444;--page:#fff;--line:#bbb;--row:#fff}"
    "body{font-size:10pt}main,footer{max-width:none;padding:0}"
    ".chart svg{filter:none}"
    "figure,tr{break-inside:avoid}h2{break-after:avoid}.scroll{overflow:visible}"
    "th,td,caption{white-space:normal}}\n";

void html_escape(FILE *f, const char *text)
{
    for (const char *p = text; *p; p++) {
        switch (*p) {
        case '&':
            fputs("&amp;", f);
            break;
        case '<':
            fputs("&lt;", f);
            break;
        case '>':
            fputs("&gt;", f);
            break;
        case '"':
            fputs("&quot;", f);
            break;
        case '\'':
            fputs("&#39;", f);
            break;
        default: /* HTML has no form of a control character */
            fputc((unsigned char)*p < ' ' && *p != '\n' ? ' ' : *p, f);
        }
    }
}

static void element(FILE *f, const char *open, const char *text, const char *close)
{
    fputs(open, f);
    html_escape(f, text);
    fputs(close, f);
}

void html_begin(FILE *f, const char *title, const char *subtitle)
{
    fputs("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
          "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
          /* a promise that the browser keeps: nothing is fetched, nothing runs */
          "<meta http-equiv=\"Content-Security-Policy\" "
          "content=\"default-src 'none'; style-src 'unsafe-inline'\">\n",
          f);
    element(f, "<title>", title, "</title>\n");
    fprintf(f, "<style>\n%s</style>\n</head>\n<body>\n<main>\n", style);
    element(f, "<h1>", title, "</h1>\n");
    if (subtitle) element(f, "<p class=\"subtitle\">", subtitle, "</p>\n");
}

void html_heading(FILE *f, const char *text)
{
    element(f, "<h2>", text, "</h2>\n");
}

void html_paragraph(FILE *f, const char *fmt, ...)
{
    char *text = NULL;
    va_list ap;
    va_start(ap, fmt);
    int n = vasprintf(&text, fmt, ap);
    va_end(ap);
    if (n < 0) return;
    element(f, "<p>", text, "</p>\n");
    free(text);
}

void html_svg(FILE *f, const char *svg, const char *caption)
{
    element(f, "<figure>\n<div class=\"chart\" role=\"img\" aria-label=\"",
            caption ? caption : "", "\">\n");
    fputs(svg, f);
    fputs("</div>\n", f);
    if (caption) element(f, "<figcaption>", caption, "</figcaption>\n");
    fputs("</figure>\n", f);
}

/* Long words of explanation wrap; names and numbers do not. */
static const char *class_of(const struct table_column *c, const char *cell)
{
    if (c->align == RIGHT) return " class=\"n\"";
    return cell && strlen(cell) > 48 ? " class=\"wide\"" : "";
}

void html_table(FILE *f, const struct table *t)
{
    fputs("<div class=\"scroll\">\n<table>\n", f);
    if (t->title) element(f, "<caption>", t->title, "</caption>\n");
    fputs("<thead><tr>", f);
    for (size_t c = 0; c < t->columns; c++) {
        fprintf(f, "<th scope=\"col\"%s>", class_of(&t->column[c], NULL));
        element(f, "", t->column[c].heading, "</th>");
    }
    fputs("</tr></thead>\n<tbody>\n", f);
    for (size_t i = 0; i < t->rows; i++) {
        fputs(t->dim[i] ? "<tr class=\"dim\">" : "<tr>", f);
        for (size_t c = 0; c < t->columns; c++) {
            const char *cell = t->row[i][c];
            fprintf(f, "<td%s>", class_of(&t->column[c], cell));
            element(f, "", cell ? cell : "–", "</td>");
        }
        fputs("</tr>\n", f);
    }
    fputs("</tbody>\n</table>\n</div>\n", f);
    if (t->notes == 0) return;
    fputs("<ul class=\"notes\">\n", f);
    for (size_t i = 0; i < t->notes; i++)
        element(f, "<li>", t->note[i], "</li>\n");
    fputs("</ul>\n", f);
}

void html_end(FILE *f, const char *footer)
{
    fputs("</main>\n", f);
    if (footer) element(f, "<footer>", footer, "</footer>\n");
    fputs("</body>\n</html>\n", f);
}
