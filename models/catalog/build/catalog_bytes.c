/* The built catalog as read-only data of the program. */

#include "catalog_bytes.h"

__asm__(".section .rodata\n"
        ".balign 16\n"
        ".globl embedded_catalog_bytes\n"
        ".type embedded_catalog_bytes, @object\n"
        "embedded_catalog_bytes:\n"
        ".incbin \"" CATALOG_FILE "\"\n"
        ".globl embedded_catalog_end\n"
        "embedded_catalog_end:\n"
        ".size embedded_catalog_bytes, . - embedded_catalog_bytes\n"
        ".previous\n");

extern const unsigned char embedded_catalog_bytes[], embedded_catalog_end[];

struct embedded_catalog embedded_catalog(void)
{
    return (struct embedded_catalog){
        .bytes = embedded_catalog_bytes,
        .size = (size_t)(embedded_catalog_end - embedded_catalog_bytes),
    };
}
