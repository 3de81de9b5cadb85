#include "probe_saved.h"

enum err_code probe_saved_read(struct probe_saved *out, const char *name,
                               const char *data, struct arena *a, struct err *e)
{
    struct probe_store *store = NULL;
    if (probe_store_open(&store, data, false, a, e)) return e->code;
    enum err_code code = probe_store_find(&out->meta, store, name, a, e);
    if (!code)
        code =
            probe_store_records(&out->record, &out->count, store, out->meta.id, a, e);
    probe_store_close(store);
    if (code) return code;
    return probe_result_of(&out->result, &out->meta, out->record, out->count, a, e);
}
