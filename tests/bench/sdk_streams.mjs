// AWS's SDK for JavaScript as a client of streams: processor time a request.
//   node sdk_streams.mjs URL REQUESTS CONCURRENCY     (AWS_SDK_NODE: folder with node_modules)
import { createRequire } from 'module';
const require = createRequire(process.env.AWS_SDK_NODE + '/node_modules/');
const { BedrockRuntimeClient, ConverseStreamCommand } = require('@aws-sdk/client-bedrock-runtime');
const { NodeHttpHandler } = require('@smithy/node-http-handler');
const [url, requests, concurrency] = [process.argv[2], +process.argv[3], +process.argv[4]];
const client = new BedrockRuntimeClient({ endpoint: url, region: 'us-east-1', maxAttempts: 1,
    credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' },
    requestHandler: new NodeHttpHandler({ httpAgent: { maxSockets: 5000, keepAlive: true } }) });
let started = 0, events = 0;
async function work() {
    while (started++ < requests) {
        const answer = await client.send(new ConverseStreamCommand({ modelId: 'm',
            messages: [{ role: 'user', content: [{ text: 'hello' }] }] }));
        for await (const event of answer.stream) events += event.contentBlockDelta ? 1 : 0;
    }
}
await client.send(new ConverseStreamCommand({ modelId: 'm', messages: [{ role: 'user', content: [{ text: 'x' }] }] }))
    .then(async (a) => { for await (const e of a.stream); }); // what is loaded once
const before = process.cpuUsage(), clock = performance.now();
await Promise.all(Array.from({ length: concurrency }, work));
const used = process.cpuUsage(before), s = (performance.now() - clock) / 1000;
const us = (used.user + used.system) / requests;
console.log(`SDK      ${requests} requests in ${s.toFixed(2)} s, ${(requests / s).toFixed(0)}/s, ${us.toFixed(1)} us of processor each, ` +
    `${(1e6 / us).toFixed(0)}/s of one core, ${(process.memoryUsage.rss() / 1048576).toFixed(0)} MB, ${events} events`);
process.exit(0);
