#include "usage_sql.h"

#include <stdbool.h>
#include <string.h>

/* Where the engines differ. In the query, @name stands for these; # for --from. */
struct dialect {
    const char *head;
    const char *at_us, *div;
    const char *octave[2], *shift_right[3]; /* around their values */
};

static const struct dialect dialects[] = {
    [SQL_ATHENA] = {
        .head =
            "-- Once: a table over the logs. Then the query below it.\n"
            "CREATE EXTERNAL TABLE IF NOT EXISTS bedrock_logs (\n"
            "  `timestamp` string, region string, requestid string, modelid string,\n"
            "  errorcode string,\n"
            "  input struct<inputtokencount:double, cachereadinputtokencount:double,\n"
            "    cachewriteinputtokencount:double>,\n"
            "  output struct<outputtokencount:double>)\n"
            "ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe'\n"
            "WITH SERDEPROPERTIES ('ignore.malformed.json' = 'true')\n"
            "LOCATION '#/'\n"
            "TBLPROPERTIES ('has_encrypted_data' = 'false');\n\n"
            "WITH logs AS (\n"
            "  SELECT * FROM bedrock_logs\n"
            "  WHERE \"$path\" NOT LIKE '%/data/%'\n"
            "),\n",
        .at_us = "CAST(to_unixtime(from_iso8601_timestamp(\"timestamp\")) * 1e6 AS bigint)",
        .div = "/",
        .octave = { "(length(to_base(", ", 2)) - 1)" },
        .shift_right = { "bitwise_right_shift(", ", ", ")" },
    },
    [SQL_DUCKDB] = {
        .head =
            "WITH logs AS (\n"
            "  SELECT * FROM read_json('#/**/*.json*', format = 'newline_delimited',\n"
            "    ignore_errors = true, maximum_object_size = 16777216, filename = 'path',\n"
            "    columns = {timestamp: 'VARCHAR', region: 'VARCHAR', requestId: 'VARCHAR',\n"
            "      modelId: 'VARCHAR', errorCode: 'VARCHAR',\n"
            "      input: 'STRUCT(inputTokenCount DOUBLE, cacheReadInputTokenCount DOUBLE,\n"
            "        cacheWriteInputTokenCount DOUBLE)',\n"
            "      output: 'STRUCT(outputTokenCount DOUBLE)'})\n"
            "  WHERE path NOT LIKE '%/data/%'\n"
            "),\n",
        .at_us = "epoch_us(CAST(\"timestamp\" AS TIMESTAMP))",
        .div = "//",
        .octave = { "(length(bin(", ")) - 1)" },
        .shift_right = { "(", " >> ", ")" },
    },
};

/* One request each: those that failed count apart, those without counts not at all.
 * The same conditions as import_json.c has. */
static const char rows[] =
    "counted AS (\n"
    "  SELECT DISTINCT coalesce(requestId, CAST(row_number() OVER () AS varchar)) AS "
    "id,\n"
    "    @at_us AS at_us,\n"
    "    coalesce(modelId, '') AS model, coalesce(region, '') AS region,\n"
    "    coalesce(errorCode, '') AS code,\n"
    "    CAST(coalesce(input.inputTokenCount, 0)\n"
    "      + coalesce(input.cacheReadInputTokenCount, 0)\n"
    "      + coalesce(input.cacheWriteInputTokenCount, 0) AS bigint) AS input,\n"
    "    CAST(coalesce(input.cacheReadInputTokenCount, 0) AS bigint) AS cached,\n"
    "    CAST(coalesce(input.cacheWriteInputTokenCount, 0) AS bigint) AS written,\n"
    "    CAST(coalesce(output.outputTokenCount, 0) AS bigint) AS output\n"
    "  FROM logs\n"
    "  WHERE \"timestamp\" IS NOT NULL AND modelId IS NOT NULL\n"
    "    AND (errorCode IS NOT NULL OR input.inputTokenCount IS NOT NULL\n"
    "      OR output.outputTokenCount IS NOT NULL)\n"
    "    AND coalesce(input.inputTokenCount, 0) >= 0\n"
    "    AND coalesce(output.outputTokenCount, 0) BETWEEN 0 AND 1e8\n"
    "    AND coalesce(input.inputTokenCount, 0)\n"
    "      + coalesce(input.cacheReadInputTokenCount, 0)\n"
    "      + coalesce(input.cacheWriteInputTokenCount, 0) <= 1e8\n"
    "),\n"
    "named AS (\n"
    "  SELECT at_us, region, code, input, cached, written, output,\n"
    "    regexp_replace(regexp_replace(model,\n"
    "      '^arn:.*:(inference-profile|foundation-model)/', ''),\n"
    "      '^arn:.*:([a-z-]+/)', '@group') AS model,\n"
    "    code LIKE 'Throttling%' OR code LIKE 'TooManyRequests%'\n"
    "      OR code LIKE 'ServiceQuotaExceeded%' AS throttled\n"
    "  FROM counted\n"
    "),\n"
    "ran AS (SELECT * FROM named WHERE code = ''),\n"
    "span AS (SELECT min(at_us) AS first_us, max(at_us) AS last_us, count(*) AS n FROM "
    "ran),\n"
    "tiled AS (\n"
    "  SELECT s.seconds, (at_us - first_us) @div (s.seconds * 1000000) AS tile,\n"
    "    (last_us - first_us) @div (s.seconds * 1000000) AS tiles\n"
    "  FROM ran CROSS JOIN span\n"
    "  CROSS JOIN (VALUES (1), (10), (60), (300)) AS s(seconds)\n"
    "),\n"
    "windows AS (\n"
    "  SELECT seconds, tile, count(*) AS arrivals FROM tiled\n"
    "  WHERE tile < tiles GROUP BY seconds, tile\n"
    "),\n"
    "in_seconds AS (SELECT tile, count(*) AS arrivals FROM tiled WHERE seconds = 1 "
    "GROUP BY tile),\n"
    "gaps AS (\n"
    "  SELECT CAST(at_us - lag(at_us) OVER (ORDER BY at_us) AS double) AS gap FROM "
    "ran\n"
    "),\n"
    "ranked AS (\n"
    "  SELECT input, output, row_number() OVER (ORDER BY input) AS input_rank,\n"
    "    row_number() OVER (ORDER BY output) AS output_rank FROM ran\n"
    "),\n"
    "quantiles AS (SELECT * FROM (VALUES (500, 0.5e0), (900, 0.9e0), (950, 0.95e0),\n"
    "  (990, 0.99e0)) AS q(per_mille, share)),\n"
    "buckets AS (\n"
    "  SELECT @bucket(input) AS input_bucket, @bucket(output) AS output_bucket,\n"
    "    input, output FROM ran\n"
    ")\n";

/* Every row of the answer: kind, name, region, k1, k2, n, x, y, z. */
static const char *const answers[][9] = {
    { "'span'", "''", "''", "first_us", "last_us", "n", "0", "0", "0 FROM span" },
    { "'side'", "'input'", "''", "min(input)", "max(input)", "sum(input)",
      "stddev_pop(input) / avg(input)", "0", "0 FROM ran" },
    { "'side'", "'output'", "''", "min(output)", "max(output)", "sum(output)",
      "stddev_pop(output) / avg(output)", "0", "0 FROM ran" },
    { "'sum'", "'cached'", "''", "0", "0", "sum(cached)", "0", "0", "0 FROM ran" },
    { "'sum'", "'written'", "''", "0", "0", "sum(written)", "0", "0", "0 FROM ran" },
    { "'quantile'", "'input'", "''", "per_mille", "0", "max(input)", "0", "0",
      "0 FROM quantiles CROSS JOIN span JOIN ranked\n"
      "  ON input_rank = CAST(ceil(share * n) AS bigint) GROUP BY per_mille" },
    { "'quantile'", "'output'", "''", "per_mille", "0", "max(output)", "0", "0",
      "0 FROM quantiles CROSS JOIN span JOIN ranked\n"
      "  ON output_rank = CAST(ceil(share * n) AS bigint) GROUP BY per_mille" },
    { "'number'", "'interarrival_cv'", "''", "0", "0", "0",
      "CASE WHEN count(gap) > 1 AND avg(gap) > 0 THEN stddev_pop(gap) / avg(gap) END",
      "0", "0 FROM gaps" },
    { "'number'", "'length_correlation'", "''", "0", "0", "0",
      "CASE WHEN stddev_pop(input) > 0 AND stddev_pop(output) > 0\n"
      "  THEN corr(CAST(input AS double), CAST(output AS double)) END",
      "0", "0 FROM ran" },
    { "'number'", "'log_length_correlation'", "''", "0", "0", "0",
      "CASE WHEN stddev_pop(input) > 0 AND stddev_pop(output) > 0\n"
      "  THEN corr(ln(CAST(greatest(input, 1) AS double)),\n"
      "    ln(CAST(greatest(output, 1) AS double))) END",
      "0", "0 FROM ran" },
    { "'window'", "''", "''", "seconds", "arrivals", "count(*)", "0", "0",
      "0 FROM windows GROUP BY seconds, arrivals" },
    { "'second'", "''", "''", "arrivals", "0", "count(*)", "0", "0",
      "0 FROM in_seconds GROUP BY arrivals" },
    { "'minute'", "''", "''", "(at_us - first_us) @div 60000000", "0", "count(*)", "0",
      "0", "0 FROM ran CROSS JOIN span\n  GROUP BY (at_us - first_us) @div 60000000" },
    { "'hour'", "''", "''", "at_us @div 3600000000 * 3600", "0",
      "sum(CASE WHEN code = '' THEN 1 ELSE 0 END)",
      "sum(CASE WHEN throttled THEN 1 ELSE 0 END)",
      "sum(CASE WHEN code = '' THEN input ELSE 0 END)",
      "sum(CASE WHEN code = '' THEN output ELSE 0 END)\n"
      "  FROM named GROUP BY at_us @div 3600000000 * 3600" },
    { "'cell'", "''", "''", "input_bucket", "output_bucket", "count(*)", "sum(input)",
      "sum(output)", "0 FROM buckets GROUP BY input_bucket, output_bucket" },
    { "'model'", "model", "region", "sum(CASE WHEN code <> '' THEN 1 ELSE 0 END)",
      "sum(CASE WHEN throttled THEN 1 ELSE 0 END)",
      "sum(CASE WHEN code = '' THEN 1 ELSE 0 END)",
      "sum(CASE WHEN code = '' THEN input ELSE 0 END)",
      "sum(CASE WHEN code = '' THEN output ELSE 0 END)",
      "sum(CASE WHEN code = '' THEN cached ELSE 0 END)\n"
      "  FROM named GROUP BY model, region" },
    { "'error'", "code", "''", "0", "0", "count(*)", "0", "0",
      "0 FROM named WHERE code <> '' GROUP BY code" },
};
static const char *const column[9] = { "kind", "name", "region", "k1", "k2",
                                       "n",    "x",    "y",      "z" };

/* sim/summary.h: exact below 16, then eight buckets an octave. */
static void put_bucket(FILE *f, const struct dialect *d, const char *value)
{
    char octave[64];
    snprintf(octave, sizeof octave, "%s%s%s", d->octave[0], value, d->octave[1]);
    fprintf(f, "CASE WHEN %s < 16 THEN %s ELSE 16 + (%s - 4) * 8\n    + ", value, value,
            octave);
    fprintf(f, "%s%s%s(%s - 3)%s - 8 END", d->shift_right[0], value, d->shift_right[1],
            octave, d->shift_right[2]);
}

/* `text` with its @words and # replaced. */
static void put(FILE *f, const struct dialect *d, const char *from, const char *text)
{
    const struct {
        const char *word, *by;
    } words[] = {
        { "@at_us", d->at_us },
        { "@div", d->div },
        { "@group", d == &dialects[SQL_DUCKDB] ? "\\1" : "$1" },
    };
    static const char bucket[] = "@bucket(";
    while (*text) {
        size_t plain = strcspn(text, "@#");
        fwrite(text, 1, plain, f);
        text += plain;
        if (*text == '#') {
            fputs(from, f);
            text++;
        }
        if (*text != '@') continue;
        if (strncmp(text, bucket, sizeof bucket - 1) == 0) {
            text += sizeof bucket - 1;
            char value[16];
            size_t n = strcspn(text, ")");
            snprintf(value, sizeof value, "%.*s", (int)n, text);
            put_bucket(f, d, value);
            text += n + 1;
            continue;
        }
        for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
            size_t n = strlen(words[i].word);
            if (strncmp(text, words[i].word, n) != 0) continue;
            fputs(words[i].by, f);
            text += n;
            break;
        }
    }
}

/* x, y and z are text: whole numbers and fractions in one column. The last value of a
 * row ends with its FROM. */
static void put_value(FILE *f, const struct dialect *d, const char *from,
                      const char *value, size_t c, bool named)
{
    size_t n = strlen(value);
    const char *tail = value + n;
    if (c == 8) {
        tail = strstr(value, "FROM");
        n = (size_t)(tail - value);
        while (n > 0 && strchr(" \n", value[n - 1]))
            n--;
    }
    char own[256];
    snprintf(own, sizeof own, "%.*s", (int)n, value);
    fputs(c >= 3 ? "CAST(" : "", f);
    put(f, d, from, own);
    fputs(c >= 6 ? " AS varchar)" : c >= 3 ? " AS bigint)" : "", f);
    if (named) fprintf(f, " AS %s", column[c]);
    if (c < 8) {
        fputs(", ", f);
        return;
    }
    fputc(' ', f);
    put(f, d, from, tail);
    fputc('\n', f);
}

void usage_sql(FILE *f, enum sql_engine engine, const char *from)
{
    const struct dialect *d = &dialects[engine];
    put(f, d, from, d->head);
    put(f, d, from, rows);
    for (size_t i = 0; i < sizeof answers / sizeof *answers; i++) {
        fputs(i ? "UNION ALL SELECT " : "SELECT ", f);
        for (size_t c = 0; c < 9; c++)
            put_value(f, d, from, answers[i][c], c, i == 0);
    }
    fputs(";\n", f);
}
