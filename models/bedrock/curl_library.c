#include "curl_private.h"

#include "lazy.h"

enum err_code curl_library_open(struct curl_library *out, struct err *e)
{
#define AT(f) offsetof(struct curl_library, f)
    static const struct lazy_symbol symbol[] = {
        { "curl_global_init", AT(global_init) },
        { "curl_global_cleanup", AT(global_cleanup) },
        { "curl_easy_init", AT(easy_init) },
        { "curl_easy_cleanup", AT(easy_cleanup) },
        { "curl_easy_setopt", AT(set) },
        { "curl_easy_getinfo", AT(info) },
        { "curl_easy_strerror", AT(words) },
        { "curl_multi_init", AT(multi_init) },
        { "curl_multi_cleanup", AT(multi_cleanup) },
        { "curl_multi_add_handle", AT(multi_add) },
        { "curl_multi_remove_handle", AT(multi_remove) },
        { "curl_multi_setopt", AT(multi_set) },
        { "curl_multi_assign", AT(multi_assign) },
        { "curl_multi_socket_action", AT(multi_act) },
        { "curl_multi_info_read", AT(multi_message) },
        { "curl_multi_strerror", AT(multi_words) },
        { "curl_slist_append", AT(list_add) },
        { "curl_slist_free_all", AT(list_free) },
    };
#undef AT
    struct curl_library l = { 0 };
    if (lazy_load(&l.handle, &l, "libcurl.so.4", "libcurl4", symbol,
                  sizeof symbol / sizeof *symbol, e)) {
        return e->code;
    }
    CURLcode code = l.global_init(CURL_GLOBAL_DEFAULT);
    if (code != CURLE_OK) {
        err_set(e, ERR_IO, "libcurl does not start: %s", l.words(code));
        lazy_close(l.handle);
        return e->code;
    }
    *out = l;
    return OK;
}

void curl_library_close(struct curl_library *l)
{
    if (!l->handle) return;
    l->global_cleanup();
    lazy_close(l->handle);
    *l = (struct curl_library){ 0 };
}
