#include "endpoint.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "text.h"

/* X: the service's id in AWS_ENDPOINT_URL_X and, in small letters, in `services`. */
static const struct {
    const char *host, *variable, *key, *signing_name;
    bool bedrock;      /* --endpoint-url is meant for it */
    bool plain_in_gov; /* its FIPS endpoint in GovCloud has the plain name */
} service_row[AWS_SERVICE_COUNT] = {
    [AWS_BEDROCK_RUNTIME] = { "bedrock-runtime", "AWS_ENDPOINT_URL_BEDROCK_RUNTIME",
                              "bedrock_runtime", "bedrock", true, false },
    [AWS_BEDROCK] = { "bedrock", "AWS_ENDPOINT_URL_BEDROCK", "bedrock", "bedrock", true,
                      false },
    [AWS_SERVICE_QUOTAS] = { "servicequotas", "AWS_ENDPOINT_URL_SERVICE_QUOTAS",
                             "service_quotas", "servicequotas", false, true },
    [AWS_CLOUDWATCH] = { "monitoring", "AWS_ENDPOINT_URL_CLOUDWATCH", "cloudwatch",
                         "monitoring", false, true },
    [AWS_STS] = { "sts", "AWS_ENDPOINT_URL_STS", "sts", "sts", false, true },
    [AWS_SSO] = { "portal.sso", "AWS_ENDPOINT_URL_SSO", "sso", "awsssoportal", false,
                  true },
    [AWS_SSO_OIDC] = { "oidc", "AWS_ENDPOINT_URL_SSO_OIDC", "sso_oidc", "sso-oauth",
                       false, true },
};

/* Domains by the beginning of a region's name. Source: botocore data/partitions.json.
 */
static const struct {
    const char *prefix, *domain, *dual_stack;
} partition_row[] = {
    { "cn-", "amazonaws.com.cn", "api.amazonwebservices.com.cn" },
    { "us-iso-", "c2s.ic.gov", "api.aws.ic.gov" },
    { "us-isob-", "sc2s.sgov.gov", "api.aws.scloud" },
    { "us-isof-", "csp.hci.ic.gov", "api.aws.hci.ic.gov" },
    { "eu-isoe-", "cloud.adc-e.uk", "api.cloud-aws.adc-e.uk" },
    { "eusc-", "amazonaws.eu", "api.amazonwebservices.eu" },
    { "", "amazonaws.com", "api.aws" },
};

/* "true" in a variable or the profile. */
static bool switched_on(const struct endpoint_input *in, const char *variable,
                        const char *key)
{
    const char *value = getenv(variable);
    if ((!value || !*value) && in->config)
        value = aws_profile_get(in->config, in->profile, key);
    return value && strcasecmp(value, "true") == 0;
}

static enum err_code check_region(const char *region, struct err *e)
{
    size_t n = strlen(region);
    for (const char *p = region; *p; p++) {
        if (!islower((unsigned char)*p) && !isdigit((unsigned char)*p) && *p != '-')
            return err_set(e, ERR_INPUT, "'%.60s' is not a region's name", region);
    }
    if (n == 0 || n > 32 || region[0] == '-' || region[n - 1] == '-')
        return err_set(e, ERR_INPUT, "'%.60s' is not a region's name", region);
    return OK;
}

static const char *host_url(enum aws_service service, const struct endpoint_input *in,
                            struct arena *a)
{
    bool fips = switched_on(in, "AWS_USE_FIPS_ENDPOINT", "use_fips_endpoint");
    bool dual = switched_on(in, "AWS_USE_DUALSTACK_ENDPOINT", "use_dualstack_endpoint");
    size_t p = 0;
    while (!text_starts(in->region, partition_row[p].prefix))
        p++;
    if (service_row[service].plain_in_gov && text_starts(in->region, "us-gov-"))
        fips = false;
    return arena_printf(a, "https://%s%s.%s.%s", service_row[service].host,
                        fips ? "-fips" : "", in->region,
                        dual ? partition_row[p].dual_stack : partition_row[p].domain);
}

/* What the profile says: its `services` section stands above its endpoint_url. */
static const char *profile_url(enum aws_service service,
                               const struct endpoint_input *in)
{
    if (!in->config) return NULL;
    const char *services = aws_profile_get(in->config, in->profile, "services");
    const char *url = NULL;
    if (services) {
        url = aws_section_get(aws_config_section(in->config, AWS_SERVICES, services),
                              service_row[service].key, "endpoint_url");
    }
    return url ? url : aws_profile_get(in->config, in->profile, "endpoint_url");
}

static const char *named_url(const char **origin, enum aws_service service,
                             const struct endpoint_input *in, struct arena *a)
{
    const char *variables[] = { service_row[service].variable, "AWS_ENDPOINT_URL" };
    if (in->endpoint_url && service_row[service].bedrock) {
        *origin = "--endpoint-url";
        return in->endpoint_url;
    }
    if (switched_on(in, "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
                    "ignore_configured_endpoint_urls")) {
        return NULL;
    }
    for (size_t i = 0; i < sizeof variables / sizeof *variables; i++) {
        const char *url = getenv(variables[i]);
        if (!url || !*url) continue;
        *origin = variables[i];
        return url;
    }
    const char *url = profile_url(service, in);
    if (url) *origin = arena_printf(a, "profile %s", in->profile);
    return url;
}

enum err_code endpoint_find(struct endpoint *out, enum aws_service service,
                            const struct endpoint_input *in, struct arena *a,
                            struct err *e)
{
    struct endpoint p = { .signing_name = service_row[service].signing_name,
                          .origin = "the region" };
    if (check_region(in->region, e)) return e->code;
    const char *url = named_url(&p.origin, service, in, a);
    if (!url) url = host_url(service, in, a);
    if (uri_parse(&p.uri, url, e)) return err_wrap(e, "endpoint of %s: ", p.origin);
    if (p.uri.has_query)
        return err_set(e, ERR_INPUT, "endpoint of %s: '%s' has a query", p.origin, url);
    if (strcmp(p.uri.scheme, "http") == 0 && !uri_host_is_loopback(p.uri.host)) {
        return err_set(e, ERR_INPUT,
                       "endpoint of %s: plain http is only spoken to this machine; "
                       "write https://%s",
                       p.origin, p.uri.host);
    }
    p.url = arena_text(a, url);
    p.signing_region = arena_text(a, in->region);
    *out = p;
    return OK;
}

/* "arn:aws:bedrock:us-east-1:…" -> "us-east-1"; NULL where there is none */
static const char *arn_region(const char *arn, struct arena *a)
{
    struct str rest = str_of(arn), part = { 0 };
    if (!text_starts(arn, "arn:")) return NULL;
    for (int i = 0; i < 4; i++)
        part = str_cut(rest, ':', &rest);
    return part.n ? arena_text_n(a, part.p, part.n) : NULL;
}

enum err_code region_find(const char **out, const char *asked,
                          const struct aws_config *config, const char *profile,
                          const char *arn, struct arena *a, struct err *e)
{
    const char *variables[] = { "AWS_REGION", "AWS_DEFAULT_REGION" };
    const char *region = asked && *asked ? asked : NULL;
    /* the capacity behind an ARN is in its region, whatever the settings say */
    if (!region && arn) region = arn_region(arn, a);
    for (size_t i = 0; !region && i < sizeof variables / sizeof *variables; i++) {
        region = getenv(variables[i]);
        if (region && !*region) region = NULL;
    }
    if (!region && config) region = aws_profile_get(config, profile, "region");
    if (!region) {
        return err_set(
            e, ERR_USAGE,
            "no region; give --region, AWS_REGION, or 'region' in profile %s", profile);
    }
    if (check_region(region, e)) return e->code;
    *out = arena_text(a, region);
    return OK;
}

const char *profile_find(const char *asked, bool *was_asked)
{
    const char *variables[] = { "AWS_PROFILE", "AWS_DEFAULT_PROFILE" };
    *was_asked = asked && *asked;
    if (*was_asked) return asked;
    for (size_t i = 0; i < sizeof variables / sizeof *variables; i++) {
        const char *name = getenv(variables[i]);
        if (name && *name) return name;
    }
    return "default";
}
