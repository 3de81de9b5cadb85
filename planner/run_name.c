#include "run_name.h"

#include <stdbool.h>
#include <string.h>
#include <time.h>

const char *run_name(const char *text, const char *ending, const char *otherwise,
                     int64_t unix_ms, struct arena *a)
{
    enum { LETTERS = 40 };
    char name[LETTERS + 1], stamp[32];
    const char *slash = strrchr(text, '/'), *from = slash ? slash + 1 : text;
    size_t n = 0;
    for (; *from && n < LETTERS && !(*ending && strcmp(from, ending) == 0); from++) {
        bool fits = (*from >= 'a' && *from <= 'z') || (*from >= 'A' && *from <= 'Z') ||
                    (*from >= '0' && *from <= '9') || (*from == '.' && !*ending);
        if (fits || n) name[n++] = fits ? *from : '-';
    }
    name[n] = '\0';
    time_t s = (time_t)(unix_ms / 1000);
    struct tm tm;
    gmtime_r(&s, &tm);
    strftime(stamp, sizeof stamp, "%Y%m%d-%H%M%S", &tm);
    return arena_printf(a, "%s-%s%03d", n ? name : otherwise, stamp,
                        (int)(unix_ms % 1000));
}
