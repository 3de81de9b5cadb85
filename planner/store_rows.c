#include "store_rows_private.h"

#include <stdint.h>
#include <string.h>

const char *rows_names(const struct column *c, size_t count, struct arena *a)
{
    const char *sql = "";
    for (size_t i = 0; i < count; i++)
        sql = arena_printf(a, "%s%s%s", sql, i ? ", " : "", c[i].name);
    return sql;
}

const char *rows_insert_sql(const char *table, const char *first,
                            const struct column *c, size_t count, struct arena *a)
{
    const char *names = first, *marks = "?";
    for (const char *p = first; *p; p++)
        if (*p == ',') marks = arena_printf(a, "%s,?", marks);
    for (size_t i = 0; i < count; i++) {
        names = arena_printf(a, "%s, %s", names, c[i].name);
        marks = arena_printf(a, "%s,?", marks);
    }
    return arena_printf(a, "INSERT INTO %s (%s) VALUES (%s)", table, names, marks);
}

void rows_bind(sqlite3_stmt *st, int from, const struct column *c, size_t count,
               const void *row)
{
    for (size_t i = 0; i < count; i++) {
        const char *field = (const char *)row + c[i].offset;
        int at = from + (int)i;
        const char *text;
        switch (c[i].type) {
        case COLUMN_TEXT:
            memcpy(&text, field, sizeof text);
            sqlite3_bind_text(st, at, text ? text : "", -1, SQLITE_STATIC);
            break;
        case COLUMN_INT:
            sqlite3_bind_int64(st, at, *(const int64_t *)(const void *)field);
            break;
        case COLUMN_BOOL:
            sqlite3_bind_int(st, at, *(const bool *)field);
            break;
        case COLUMN_REAL:
            sqlite3_bind_double(st, at, *(const double *)(const void *)field);
            break;
        case COLUMN_ENUM:
            sqlite3_bind_int(st, at, *(const int *)(const void *)field);
            break;
        }
    }
}

void rows_take(void *row, sqlite3_stmt *st, int from, const struct column *c,
               size_t count, struct arena *a)
{
    for (size_t i = 0; i < count; i++) {
        char *field = (char *)row + c[i].offset;
        int at = from + (int)i;
        const char *text;
        switch (c[i].type) {
        case COLUMN_TEXT:
            text = (const char *)sqlite3_column_text(st, at);
            text = text && *text ? arena_text(a, text) : "";
            memcpy(field, &text, sizeof text);
            break;
        case COLUMN_INT:
            *(int64_t *)(void *)field = sqlite3_column_int64(st, at);
            break;
        case COLUMN_BOOL:
            *(bool *)field = sqlite3_column_int(st, at) != 0;
            break;
        case COLUMN_REAL:
            *(double *)(void *)field = sqlite3_column_double(st, at);
            break;
        case COLUMN_ENUM:
            *(int *)(void *)field = sqlite3_column_int(st, at);
            break;
        }
    }
}
