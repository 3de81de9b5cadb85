#include "explain_private.h"

/* data/explain/ as read-only data of the program. */

__asm__(".section .rodata\n"
        ".globl explain_topics_csv\n"
        "explain_topics_csv:\n"
        ".incbin \"" EXPLAIN_FOLDER "/topics.csv\"\n"
        ".globl explain_topics_end\n"
        "explain_topics_end:\n"
        ".globl explain_statements_csv\n"
        "explain_statements_csv:\n"
        ".incbin \"" EXPLAIN_FOLDER "/statements.csv\"\n"
        ".globl explain_statements_end\n"
        "explain_statements_end:\n"
        ".previous\n");

extern const char explain_topics_csv[], explain_topics_end[], explain_statements_csv[],
    explain_statements_end[];

struct str explain_topics_bytes(void)
{
    return (struct str){ explain_topics_csv,
                         (size_t)(explain_topics_end - explain_topics_csv) };
}

struct str explain_statements_bytes(void)
{
    return (struct str){ explain_statements_csv,
                         (size_t)(explain_statements_end - explain_statements_csv) };
}
