#ifndef PLANNER_OUT_HTML_H
#define PLANNER_OUT_HTML_H

/* One self-contained page: no network, no script; light and dark by CSS; a table under
 * every chart. */

#include <stdio.h>

#include "table.h"

void html_begin(FILE *f, const char *title, const char *subtitle);
void html_heading(FILE *f, const char *text);
void html_paragraph(FILE *f, const char *fmt, ...) PRINTF(2, 3); /* escaped */
void html_svg(FILE *f, const char *svg, const char *caption);
void html_table(FILE *f, const struct table *t);
void html_end(FILE *f, const char *footer);
void html_escape(FILE *f, const char *text);

#endif
