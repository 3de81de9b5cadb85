// A server that believes only what AWS's own signer would have sent, and answers in frames
// of AWS's own codec. Prints its port.
import { createRequire } from 'module';
import { createServer } from 'http';
const require = createRequire(process.env.AWS_SDK_NODE + '/node_modules/');
const { SignatureV4 } = require('@smithy/signature-v4');
const { EventStreamCodec } = require('@smithy/eventstream-codec');
const { Sha256 } = require('@aws-crypto/sha256-js');

const utf8 = { to: (b) => new TextDecoder().decode(b), from: (s) => new TextEncoder().encode(s) };
const codec = new EventStreamCodec(utf8.to, utf8.from);

function frame(type, body) {
    const text = (value) => ({ type: 'string', value });
    return Buffer.from(codec.encode({
        headers: { ':event-type': text(type), ':content-type': text('application/json'),
            ':message-type': text('event') },
        body: utf8.from(JSON.stringify(body)),
    }));
}

// null, or what is wrong with the signature
async function complaint(request, body) {
    const given = request.headers.authorization ?? '';
    const m = /^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/(\d{8})\/([^/]+)\/([^/]+)\/aws4_request, SignedHeaders=([^,]+), Signature=([0-9a-f]{64})$/.exec(given);
    if (!m) return `not an Authorization header: ${given}`;
    const [, , region, service, names, signature] = m;
    if (service !== 'bedrock') return `signed for ${service}`;
    for (const must of ['host', 'x-amz-date', 'x-amz-security-token'])
        if (!names.split(';').includes(must)) return `${must} is not signed`;
    const headers = {};
    for (const name of names.split(';')) headers[name] = request.headers[name];
    const stamp = headers['x-amz-date'];
    const date = new Date(stamp.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));
    if (Math.abs(date - Date.now()) > 300000) return `the clock is off: ${stamp}`;
    const signer = new SignatureV4({ service, region, sha256: Sha256, applyChecksum: false, uriEscapePath: true,
        credentials: { accessKeyId: 'AKIDEXAMPLE', sessionToken: process.env.AWS_SESSION_TOKEN,
            secretAccessKey: process.env.AWS_SECRET_ACCESS_KEY } });
    const [path] = request.url.split('?');
    const ours = await signer.sign({ method: request.method, protocol: 'http:', hostname: '127.0.0.1', path,
        query: {}, headers, body }, { signingDate: date, signableHeaders: new Set(names.split(';')) });
    const theirs = /Signature=([0-9a-f]+)/.exec(ours.headers.authorization)[1];
    return theirs === signature ? null : `${request.url}: ${signature}, AWS's signer has ${theirs}`;
}

const usage = { inputTokens: 11, outputTokens: 5, totalTokens: 16 };
const server = createServer((request, response) => {
    const parts = [];
    request.on('data', (part) => parts.push(part));
    request.on('end', async () => {
        const body = Buffer.concat(parts);
        const wrong = await complaint(request, body);
        if (wrong) {
            console.error(`verify_server: ${wrong}`);
            response.writeHead(403, { 'x-amzn-ErrorType': 'InvalidSignatureException' });
            response.end(JSON.stringify({ message: 'The request signature we calculated does not match' }));
            return;
        }
        JSON.parse(body.toString()); // throws when it is none
        if (request.url.endsWith('/converse')) {
            response.writeHead(200, { 'Content-Type': 'application/json' });
            response.end(JSON.stringify({ output: { message: { role: 'assistant', content: [{ text: 'hi' }] } },
                stopReason: 'end_turn', usage, metrics: { latencyMs: 3 } }));
            return;
        }
        response.writeHead(200, { 'Content-Type': 'application/vnd.amazon.eventstream' });
        response.write(frame('messageStart', { role: 'assistant' }));
        for (let i = 0; i < 5; i++)
            response.write(frame('contentBlockDelta', { contentBlockIndex: 0, delta: { text: ' wörd' } }));
        response.write(frame('contentBlockStop', { contentBlockIndex: 0 }));
        response.write(frame('messageStop', { stopReason: 'end_turn' }));
        response.end(frame('metadata', { usage, metrics: { latencyMs: 3 } }));
    });
});
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
