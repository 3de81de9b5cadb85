#include "data_folder.h"

#include <stdlib.h>

const char *data_folder(const char *data, const char *name, struct arena *a)
{
    const char *xdg = getenv("XDG_DATA_HOME"), *home = getenv("HOME");
    if (!data || !*data) data = getenv("BEDPLAN_DATA");
    if (data && *data) return arena_printf(a, "%s/%s", data, name);
    if (xdg && *xdg == '/') return arena_printf(a, "%s/bedplan/%s", xdg, name);
    return arena_printf(a, "%s/.local/share/bedplan/%s", home ? home : "", name);
}
