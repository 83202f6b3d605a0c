/**
 * Requests over raw connections: well formed, mutated or broken, in sequence or pipelined, whole or in pieces, read or
 * unread.
 */
import { connect } from 'node:net';
import type { Random } from '../../support/fakes/random.js';
import { campaignOf, type Attack } from './attack.js';
import { answersIn, mistakesIn } from './http-answers.js';
import { documentText, edited, flipped, jsonText, operationText, pieces } from './inputs.js';
import { listen } from './listen.js';
import { shown } from './shown.js';

const METHODS = [
  'GET',
  'POST',
  'OPTIONS',
  'PUT',
  'DELETE',
  'PATCH',
  'TRACE',
  'HEAD',
  'PROPFIND',
  'QUERY',
  'get',
  'G ET',
  'X'.repeat(300),
];
const PATHS = [
  '/graphql',
  '/graphql/',
  '/graphql?',
  '/',
  '/health/live',
  '/health/ready',
  '/metrics',
  '/hints/eventbridge',
  '//',
  '/%',
  '/%00',
  '/graphql%2f',
  '*',
  'http://foreign.example/graphql',
  '/graphql#a',
  `/${'a'.repeat(9000)}`,
  '/__proto__',
  '/graphql?query',
  '/graphql?query=%FF',
];
const TYPES = [
  'application/json',
  'application/json; charset=utf-8',
  'application/json;charset=utf-16',
  'text/plain',
  'application/graphql',
  'multipart/form-data; boundary=x',
  'application/x-www-form-urlencoded',
  '',
  '/',
  'application/json, text/plain',
  'a'.repeat(5000),
];
const ACCEPTS = [
  'application/json',
  '*/*',
  'text/html',
  'text/event-stream',
  'multipart/mixed;subscriptionSpec=1.0',
  'application/graphql-response+json',
  'text/event-stream;q=0.5, application/json;q=abc',
  ';;;',
  ',',
  'multipart/mixed;boundary="',
  `${'a/b,'.repeat(3000)}`,
  'image/png',
];
const FIELDS = [
  'Origin: https://foreign.example',
  'Origin: null',
  'Origin: ://',
  'Authorization: Bearer a.b.c',
  `Authorization: Bearer ${'a'.repeat(8000)}`,
  'Authorization: Basic YTpi',
  'Last-Event-ID: x',
  'traceparent: 00-0-0-0',
  'baggage: a=b,,=',
  'apollo-require-preflight: true',
  'x-hint-secret: a-secret-of-some-length',
  '__proto__: a',
  'constructor: b',
  'Expect: 100-continue',
  'Expect: the unexpected',
  'Connection: close',
  'Connection: keep-alive, close',
  'Content-Encoding: gzip',
  'X-Forwarded-Host: [',
  'Access-Control-Request-Method: POST',
  'Upgrade: x',
  'TE: trailers',
  'Cookie: a=b',
  `X: ${'x'.repeat(17_000)}`,
  'A : b',
  ': c',
  'no colon',
  'Transfer-Encoding: gzip, chunked',
  'Transfer-Encoding: identity',
  'Content-Length: 5',
  'Content-Length: -1',
  'Content-Length: 1e3',
  'Host: [',
  'Host:',
  'Host: a b',
];
/** The silence after which no more is expected, when enough has arrived. */
const QUIET_MS = 20;
/** The silence for a broken request, which may have no answer. */
const BROKEN_MS = 100;
/** The silence for a complete request, whose answer must still come. */
const WHOLE_MS = 5000;

/** `isWhole` is true if the request is complete, so that an answer must come and end. */
type Request = { readonly method: string; readonly bytes: Buffer; readonly isWhole: boolean };

/** @param isClean leaves the request valid, so that the server executes it */
function requestOf(random: Random, host: string, isClean: boolean): Request {
  const usual = isClean || random.chance(0.7);
  const method = usual ? random.pick(['GET', 'POST']) : random.pick(METHODS);
  const path = usual ? '/graphql' : random.pick(PATHS);
  const hasBody = method === 'POST' || random.chance(0.1);
  const body = hasBody ? bodyOf(random) : Buffer.alloc(0);
  const target = method === 'GET' && random.chance(0.6) ? `${path}?${parametersOf(random)}` : path;
  const lines = [
    `${method} ${target} ` +
      `${isClean || random.chance(0.97) ? 'HTTP/1.1' : random.pick(['HTTP/1.0', 'HTTP/0.9', 'HTTP/2.0', 'HTTP/1.1 ', ''])}`,
  ];
  if (isClean || random.chance(0.97))
    lines.push(
      `Host: ` +
        `${isClean || random.chance(0.95) ? host : random.pick(['foreign.example', '[::1', '', 'localhost:99999', '1.2.3.4.5', '127.0M0.1', '0x7f.1', '%', 'a_b.example', 'xn--', 'é'])}`,
    );
  if (hasBody) lines.push(`Content-Type: ${isClean || random.chance(0.8) ? 'application/json' : random.pick(TYPES)}`);
  if (random.chance(0.6)) lines.push(`Accept: ${random.pick(ACCEPTS)}`);
  let isWhole = usual && !lines.some((line) => /event-stream|multipart/.test(line));
  for (let count = isClean || random.chance(0.6) ? 0 : Math.floor(random.between(1, 5)); count > 0; count -= 1) {
    lines.push(random.pick(FIELDS));
    isWhole = false;
  }
  const chunked = !isClean && hasBody && random.chance(0.2);
  if (chunked) lines.push('Transfer-Encoding: chunked');
  else if (hasBody) {
    const wrongBy = isClean || random.chance(0.97) ? 0 : Math.floor(random.between(-5, 50));
    lines.push(`Content-Length: ${body.length + wrongBy}`);
    isWhole &&= wrongBy === 0;
  }
  let bytes: Buffer = Buffer.concat([
    Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'utf8'),
    chunked ? chunksOf(random, body) : body,
  ]);
  if (!isClean && random.chance(0.03)) {
    bytes = flipped(random, bytes);
    isWhole = false;
  }
  return { method, bytes, isWhole: isWhole && !chunked };
}

function bodyOf(random: Random): Buffer {
  const kind = random.next();
  if (kind < 0.7) return Buffer.from(operationText(random));
  if (kind < 0.8) return Buffer.from(jsonText(random));
  if (kind < 0.88) return flipped(random, Buffer.from(operationText(random)));
  if (kind < 0.96)
    return Buffer.from(edited(random, operationText(random), random.pick(['"', '}', '\u0000', '\ud800', ',', 'null'])));
  if (kind < 0.98) return Buffer.alloc(Math.floor(random.between(0, 300_000)), 'x');
  return Buffer.from(`[${operationText(random)},${operationText(random)}]`);
}

function parametersOf(random: Random): string {
  const parameters = [`query=${encoded(documentText(random))}`];
  if (random.chance(0.3)) parameters.push(`variables=${encoded(jsonText(random).slice(0, 5000))}`);
  if (random.chance(0.2)) parameters.push(`extensions=${encoded(jsonText(random).slice(0, 5000))}`);
  if (random.chance(0.1))
    parameters.push(
      random.pick(['query=a', 'operationName=__proto__', '%', '__proto__=1', '=', '&&&', 'variables=%7B']),
    );
  return parameters.join('&').slice(0, 14_000);
}

/** A lone surrogate has no encoding in UTF-8. */
function encoded(text: string): string {
  return encodeURIComponent(text.replace(/\p{Surrogate}/gu, '\ufffd'));
}

function chunksOf(random: Random, body: Buffer): Buffer {
  const chunks = pieces(random, body).flatMap((piece) => [
    Buffer.from(`${piece.length.toString(16)}\r\n`),
    piece,
    Buffer.from('\r\n'),
  ]);
  const end = random.chance(0.95)
    ? '0\r\n\r\n'
    : random.pick(['0\r\nTrailer: a\r\n\r\n', 'zz\r\n', 'ffffffffffffffff\r\n', '']);
  return Buffer.concat([...chunks, Buffer.from(end)]);
}

/** The behaviour of the peer after it has sent everything. */
const ENDINGS = ['wait', 'wait', 'wait', 'end', 'reset', 'leave'] as const;

const attack: Attack = async (target, random) => {
  const { hostname, port, host } = new URL(target.url);
  const count = random.chance(0.5) ? 1 : Math.floor(random.between(2, random.chance(0.1) ? 60 : 8));
  const isClean = random.chance(0.5);
  const requests = Array.from({ length: count }, () => requestOf(random, host, isClean));
  const socket = connect({ port: Number(port), host: hostname, allowHalfOpen: random.chance(0.3) });
  socket.on('error', () => {});
  const conversation = listen(socket);
  const bytes = Buffer.concat(requests.map((request) => request.bytes));
  for (const piece of pieces(random, bytes)) {
    socket.write(piece);
    if (random.chance(0.2)) await new Promise((resolve) => setImmediate(resolve));
  }
  const ending = random.pick(ENDINGS);
  if (ending === 'end') socket.end();
  if (ending === 'reset') socket.resetAndDestroy();
  if (ending === 'leave') socket.pause();
  const isEnough = () => ending !== 'wait' || answersIn(conversation.text()).answers.length >= count;
  const patienceMs = requests.every(({ isWhole }) => isWhole) ? WHOLE_MS : BROKEN_MS;
  await conversation.quiet({ isEnough, quietMs: QUIET_MS, patienceMs });
  socket.destroy();
  const { answers } = answersIn(conversation.text(), (index) => requests[index]?.method === 'HEAD');
  const wrong = answers.flatMap((answer) =>
    mistakesIn(answer).map((mistake) => `${mistake}; the requests were ${shown(bytes.toString('latin1'), 1500)}`),
  );
  return {
    inputs: count,
    failures: wrong,
    figures: { answers: answers.length, refused: answers.filter(({ status }) => status >= 400).length },
  };
};

export default campaignOf('http', attack);
