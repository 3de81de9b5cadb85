#ifndef TESTS_BENCH_WORLD_H
#define TESTS_BENCH_WORLD_H

/* A price list of the whole world as AWS's bulk file has it, made up: real models'
 * names and usage types, every price a number of the row. For benchmarks and tests. */

#include <stdio.h>

/* About 1 300 bytes a SKU. `models` are display names; SKUs are spread over 34 regions.
 * The same arguments give the same bytes. */
static inline void world_write(FILE *f, const char *const *models, int model_count,
                               long skus, const char *published)
{
    static const char *const regions[][2] = {
        { "USE1", "us-east-1" },      { "USE2", "us-east-2" },
        { "USW1", "us-west-1" },      { "USW2", "us-west-2" },
        { "CAN1", "ca-central-1" },   { "CAN2", "ca-west-1" },
        { "SAE1", "sa-east-1" },      { "MXC1", "mx-central-1" },
        { "EUW1", "eu-west-1" },      { "EUW2", "eu-west-2" },
        { "EUW3", "eu-west-3" },      { "EUC1", "eu-central-1" },
        { "EUC2", "eu-central-2" },   { "EUN1", "eu-north-1" },
        { "EUS1", "eu-south-1" },     { "EUS2", "eu-south-2" },
        { "APN1", "ap-northeast-1" }, { "APN2", "ap-northeast-2" },
        { "APN3", "ap-northeast-3" }, { "APS1", "ap-southeast-1" },
        { "APS2", "ap-southeast-2" }, { "APS3", "ap-south-1" },
        { "APS4", "ap-southeast-3" }, { "APS5", "ap-south-2" },
        { "APS6", "ap-southeast-4" }, { "APS7", "ap-southeast-5" },
        { "APE1", "ap-east-1" },      { "AFS1", "af-south-1" },
        { "MEC1", "me-central-1" },   { "MES1", "me-south-1" },
        { "ILC1", "il-central-1" },   { "UGW1", "us-gov-west-1" },
        { "UGE1", "us-gov-east-1" },  { "APS8", "ap-southeast-7" },
    };
    static const char *const usages[][3] = {
        { "input-tokens", "On-demand Inference", "Input tokens" },
        { "output-tokens", "On-demand Inference", "Output tokens" },
        { "input-tokens-batch", "Batch Inference", "Input tokens" },
        { "output-tokens-batch", "Batch Inference", "Output tokens" },
        { "cache-read-input-token-count", "On-demand Inference",
          "Prompt cache read input tokens" },
        { "cache-write-input-token-count", "On-demand Inference",
          "Prompt cache write input tokens" },
        { "input-tokens-flex", "On-demand Inference", "Input tokens" },
        { "output-tokens-flex", "On-demand Inference", "Output tokens" },
        { "input-tokens-priority", "On-demand Inference", "Input tokens" },
        { "output-tokens-priority", "On-demand Inference", "Output tokens" },
        { "input-tokens-cross-region-global", "On-demand Inference", "Input tokens" },
        { "output-tokens-cross-region-global", "On-demand Inference", "Output tokens" },
        { "ProvisionedThroughput-NoCommit-ModelUnits",
          "Provisioned Throughput Inference - no commit", "" },
        { "Something-New", "On-demand Inference", "" },
    };
    enum {
        REGIONS = sizeof regions / sizeof *regions,
        USAGES = sizeof usages / sizeof *usages
    };
    fprintf(f,
            "{\n  \"formatVersion\" : \"v1.0\",\n  \"disclaimer\" : \"made up for "
            "tests\",\n  \"offerCode\" : \"AmazonBedrock\",\n  \"version\" : "
            "\"20260901205051\",\n  \"publicationDate\" : \"%sT20:50:51Z\",\n  "
            "\"products\" : {",
            published);
    for (long i = 0; i < skus; i++) {
        long u = i % USAGES, r = i / USAGES % REGIONS;
        const char *model = models[i / (USAGES * REGIONS) % model_count];
        fprintf(f,
                "%s\n    \"SKU%013ld\" : {\n      \"sku\" : \"SKU%013ld\",\n      "
                "\"productFamily\" : \"Amazon Bedrock\",\n      \"attributes\" : {\n"
                "        \"servicecode\" : \"AmazonBedrock\",\n        \"location\" : "
                "\"a place (%s)\",\n        \"locationType\" : \"AWS Region\",\n"
                "        \"usagetype\" : \"%s-Model%ld-%s\",\n        \"operation\" : "
                "\"\",\n        \"feature\" : \"%s\",\n        \"inferenceType\" : "
                "\"%s\",\n        \"model\" : \"%s\",\n        \"regionCode\" : \"%s\","
                "\n        \"servicename\" : \"Amazon Bedrock\"\n      }\n    }",
                i ? "," : "", i, i, regions[r][1], regions[r][0],
                i / (USAGES * REGIONS), usages[u][0], usages[u][1], usages[u][2], model,
                regions[r][1]);
    }
    fprintf(f, "\n  },\n  \"terms\" : {\n    \"OnDemand\" : {");
    for (long i = 0; i < skus; i++) {
        long u = i % USAGES;
        fprintf(
            f,
            "%s\n      \"SKU%013ld\" : {\n        \"SKU%013ld.JRTCKXETXF\" : {\n"
            "          \"offerTermCode\" : \"JRTCKXETXF\",\n          \"sku\" : "
            "\"SKU%013ld\",\n          \"effectiveDate\" : \"%sT00:00:00Z\",\n"
            "          \"priceDimensions\" : {\n            "
            "\"SKU%013ld.JRTCKXETXF.6YS6EN2CT7\" : {\n              \"rateCode\" : "
            "\"SKU%013ld.JRTCKXETXF.6YS6EN2CT7\",\n              \"description\" : "
            "\"a price per unit of model %ld\",\n              \"beginRange\" : "
            "\"0\",\n              \"endRange\" : \"Inf\",\n              \"unit\" :"
            " \"%s\",\n              \"pricePerUnit\" : {\n                \"USD\" :"
            " \"0.00%05ld0000\"\n              },\n              \"appliesTo\" : [ "
            "]\n            }\n          },\n          \"termAttributes\" : { }\n"
            "        }\n      }",
            i ? "," : "", i, i, i, published, i, i, i / (USAGES * REGIONS),
            u == 12 ? "hour" : "1K tokens", i % 99991);
    }
    fprintf(f, "\n    }\n  }\n}\n");
}

#endif
