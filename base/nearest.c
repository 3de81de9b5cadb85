/* "did you mean": text_nearest() and what is said with it. */
#include <string.h>

#include "text.h"

/* Longer words are not compared: nobody mistypes them, they are pasted. */
enum { MAX_LETTERS = 120 };

static int folded(char c)
{
    return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c;
}

static int least(int a, int b)
{
    return a < b ? a : b;
}

/* Optimal string alignment: insert, delete, replace, swap neighbours once.
 * Source: recurrence of L. Boytsov, "Indexing methods for approximate dictionary
 * searching", ACM JEA 16 (2011), section 2.2. */
static int distance(const char *a, int n, const char *b, int m)
{
    int rows[3][MAX_LETTERS + 1];
    int *before = rows[0], *above = rows[1], *row = rows[2];
    for (int j = 0; j <= m; j++)
        above[j] = j;
    for (int i = 1; i <= n; i++) {
        row[0] = i;
        for (int j = 1; j <= m; j++) {
            int same = folded(a[i - 1]) == folded(b[j - 1]);
            int best = least(above[j], row[j - 1]) + 1;
            best = least(best, above[j - 1] + !same);
            if (i > 1 && j > 1 && folded(a[i - 1]) == folded(b[j - 2]) &&
                folded(a[i - 2]) == folded(b[j - 1]))
                best = least(best, before[j - 2] + 1);
            row[j] = best;
        }
        int *oldest = before;
        before = above;
        above = row;
        row = oldest;
    }
    return above[m];
}

const char *text_nearest(const char *typed, const char *const *names, size_t count)
{
    const char *nearest = NULL;
    int best = MAX_LETTERS;
    size_t n = strlen(typed);
    if (n == 0 || n > MAX_LETTERS) return NULL;
    for (size_t i = 0; i < count; i++) {
        size_t m = strlen(names[i]);
        if (m == 0 || m > MAX_LETTERS) continue;
        int wrong = distance(typed, (int)n, names[i], (int)m);
        int longer = (int)(n > m ? n : m);
        if (wrong * 3 > longer || wrong >= best) continue;
        best = wrong;
        nearest = names[i];
    }
    return nearest;
}

const char *text_did_you_mean(struct arena *a, const char *typed,
                              const char *const *names, size_t count)
{
    const char *nearest = text_nearest(typed, names, count);
    return nearest ? arena_printf(a, ", did you mean '%s'?", nearest) : "";
}
