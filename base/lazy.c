#include "lazy.h"

#include <dlfcn.h>
#include <string.h>

enum err_code lazy_load(void **handle, void *table, const char *soname,
                        const char *package, const struct lazy_symbol *symbol,
                        size_t count, struct err *e)
{
    /* never unloaded: OpenSSL leaves handlers for the end of the process */
    void *library = dlopen(soname, RTLD_LAZY | RTLD_LOCAL | RTLD_NODELETE);
    if (!library) {
        return err_set(e, ERR_IO, "%s cannot be loaded: %s; install the package %s",
                       soname, dlerror(), package);
    }
    for (size_t i = 0; i < count; i++) {
        void *at = dlsym(library, symbol[i].name);
        if (!at) {
            dlclose(library);
            return err_set(e, ERR_IO, "%s has no '%s'; update the package %s", soname,
                           symbol[i].name, package);
        }
        /* ISO C has no conversion from an object's pointer to a function's */
        memcpy((char *)table + symbol[i].offset, &at, sizeof at);
    }
    *handle = library;
    return OK;
}

void lazy_close(void *handle)
{
    if (handle) dlclose(handle);
}
