#include <ctype.h>
#include <string.h>

#include "str.h"
#include "usage_canon.h"
#include "usage_class.h"

/* Services around models, by words of the usage type. The first that fits counts. */
static const struct {
    const char *words, *service;
} services[] = {
    { " guardrail ", "Guardrails" },
    { " guardrails ", "Guardrails" },
    { " flow ", "Flows" },
    { " flows ", "Flows" },
    { " knowledge base ", "Knowledge Bases" },
    { " data automation ", "Data Automation" },
    { " agent core ", "AgentCore" },
    { " custom model import ", "Custom Model Import" },
    { " model evaluation ", "Model evaluation" },
    { " rerank ", "Rerank" },
    { " prompt optimization ", "Prompt optimization" },
    { " prompt router ", "Intelligent Prompt Routing" },
};

/* What the catalog calls an item that a usage type names, and counts it in: all words
 * of it. Source: usage types of the Price List as public readers quote them, 2026-08.
 */
static const struct {
    const char *service, *words, *also, *item, *unit;
} items[] = {
    { "Guardrails", " checks content ", " ", "InvokeGuardrailChecks content",
      "text unit" },
    { "Guardrails", " checks prompt attack ", " ",
      "InvokeGuardrailChecks prompt attack", "text unit" },
    { "Guardrails", " checks sensitive information ", " ",
      "InvokeGuardrailChecks sensitive information", "text unit" },
    { "Guardrails", " content policy image ", " ", "content filter (image)", "image" },
    { "Guardrails", " content policy ", " ", "content filter (text)", "text unit" },
    { "Guardrails", " topic policy ", " ", "denied topics", "text unit" },
    { "Guardrails", " sensitive information policy ", " paid ",
      "sensitive information filter (PII)", "text unit" },
    { "Guardrails", " sensitive information policy ", " free ",
      "sensitive information filter (regex)", "text unit" },
    { "Guardrails", " word policy ", " ", "word filter", "text unit" },
    { "Guardrails", " contextual grounding policy ", " ", "contextual grounding check",
      "text unit" },
    { "Guardrails", " automated reasoning policy ", " ", "automated reasoning check",
      "text unit per policy" },
    { "Custom Model Import", " storage ", " ", "storage", "CMU-month" },
    { "Custom Model Import", " v 1 0 ", " ", "inference v1.0", "CMU-minute" },
    { "Custom Model Import", " v 2 0 ", " ", "inference v2.0", "CMU-minute" },
    { "Custom Model Import", " ", " ", NULL, "CMU-minute" },
};

/* "1K units" holds a thousand of whatever it is. */
static int32_t thousands_of(const char *published)
{
    if (published[0] != '1' || isdigit((unsigned char)published[1])) return 1;
    char x = (char)toupper((unsigned char)published[1]);
    if (isalpha((unsigned char)published[2])) return 1;
    return x == 'K' ? 1000 : x == 'M' ? 1000000 : 1;
}

bool usage_classify_service(struct usage_class *out, const struct usage_words *w,
                            const struct usage_canon *c)
{
    const char *service = NULL;
    if (strcmp(w->code, "AmazonBedrockAgentCore") == 0) service = "AgentCore";
    for (size_t i = 0; i < sizeof services / sizeof *services; i++) {
        if (!canon_has(c, services[i].words)) continue;
        service = services[i].service;
        break;
    }
    if (!service) return false;
    out->family = USAGE_OTHER;
    out->service = service;
    out->per = 1; /* of the unit as published, whatever it is */
    for (size_t i = 0; i < sizeof items / sizeof *items; i++) {
        if (strcmp(items[i].service, service) != 0) continue;
        if (!canon_has(c, items[i].words) || !canon_has(c, items[i].also)) continue;
        out->item = items[i].item;
        out->unit = items[i].unit;
        out->per = thousands_of(w->unit);
        break;
    }
    return true;
}
