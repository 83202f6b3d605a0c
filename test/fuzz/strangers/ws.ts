/** WebSockets: messages of the protocol in any order and with any content, and invalid frames. */
import { connect, type Socket } from 'node:net';
import { webSocketRequest } from '../../support/clients/websocket-request.js';
import type { Random } from '../../support/fakes/random.js';
import { campaignOf, type Attack } from './attack.js';
import { answersIn } from './http-answers.js';
import { deepJson, documentText, edited, flipped, jsonText, operationText, pieces, wideJson } from './inputs.js';
import { listen } from './listen.js';
import { shown } from './shown.js';

const IDS = ['1', '2', '', '0', '__proto__', 'constructor', 'a"b', '\u0000', '🙂', '1'.repeat(1000)];
const TYPES = [
  'connection_init',
  'connection_ack',
  'ping',
  'pong',
  'subscribe',
  'next',
  'error',
  'complete',
  'start',
  '',
  '__proto__',
  null,
  1,
];
/** The codes with which the server may close a WebSocket. 1011 and 4500 would be faults of the server. */
const CLOSE_CODES = new Set([
  1000, 1001, 1002, 1003, 1005, 1006, 1007, 1009, 1012, 1013, 4400, 4401, 4403, 4406, 4408, 4409, 4429,
]);

const TEXT = 1;
const CLOSE = 8;
const QUIET_MS = 30;
const WAIT_MS = 60;

/** A client frame, masked with zeros, or one with a changed bit. */
function frame(random: Random, opcode: number, payload: Buffer, isOdd: boolean): Buffer {
  const first = (isOdd && random.chance(0.3) ? 0 : 0x80) | (isOdd && random.chance(0.3) ? 0x40 : 0) | opcode;
  const masked = isOdd && random.chance(0.3) ? 0 : 0x80;
  const length =
    isOdd && random.chance(0.2) ? payload.length + Math.floor(random.between(-2, 100_000)) : payload.length;
  const size = Math.max(0, length);
  const head =
    size < 126
      ? [first, masked | size]
      : size < 65_536
        ? [first, masked | 126, size >> 8, size & 255]
        : [first, masked | 127, 0, 0, 0, 0, (size >>> 24) & 255, (size >> 16) & 255, (size >> 8) & 255, size & 255];
  return Buffer.concat([Buffer.from(head), masked === 0 ? Buffer.alloc(0) : Buffer.alloc(4), payload]);
}

function message(random: Random): string {
  const kind = random.next();
  if (kind < 0.45)
    return `{"id":${JSON.stringify(random.pick(IDS))},"type":"subscribe","payload":${operationText(random)}}`;
  if (kind < 0.55)
    return `{"id":${JSON.stringify(random.pick(IDS))},"type":"complete"${random.chance(0.1) ? `,"x":${jsonText(random)}` : ''}}`;
  if (kind < 0.65)
    return `{"type":"${random.pick(['ping', 'pong'])}"${random.chance(0.5) ? `,"payload":${jsonText(random)}` : ''}}`;
  if (kind < 0.7)
    return `{"type":"connection_init","payload":${random.chance(0.5) ? jsonText(random) : JSON.stringify({ headers: { Authorization: `Bearer ${random.pick(IDS)}.b.c` } })}}`;
  if (kind < 0.85)
    return `{"id":${JSON.stringify(random.pick(IDS))},"type":${JSON.stringify(random.pick(TYPES))},"payload":${jsonText(random)}}`;
  if (kind < 0.9)
    return edited(
      random,
      `{"id":"1","type":"subscribe","payload":{"query":${JSON.stringify(documentText(random))}}}`,
      random.pick(['"', '}', ',', '\u0000', '[']),
    );
  if (kind < 0.95) return jsonText(random);
  return random.chance(0.5) ? deepJson(random, Math.floor(random.between(1000, 60_000))) : wideJson(random, 20_000);
}

function inputs(random: Random): Buffer[] {
  const frames: Buffer[] = [];
  if (random.chance(0.9)) frames.push(frame(random, TEXT, Buffer.from('{"type":"connection_init"}'), false));
  for (let count = Math.floor(random.between(1, random.chance(0.1) ? 150 : 15)); count > 0; count -= 1) {
    const payload = random.chance(0.95) ? Buffer.from(message(random)) : flipped(random, Buffer.from(message(random)));
    if (random.chance(0.93)) frames.push(frame(random, TEXT, payload, false));
    else
      frames.push(
        frame(
          random,
          random.pick([0, 1, 2, 3, 8, 9, 10, 11, 15]),
          payload.subarray(0, Math.floor(random.between(0, 200))),
          random.chance(0.5),
        ),
      );
  }
  return frames;
}

const attack: Attack = async (target, random) => {
  const { hostname, port, host, pathname } = new URL(target.url);
  const socket: Socket = connect({ port: Number(port), host: hostname, allowHalfOpen: random.chance(0.3) });
  socket.on('error', () => {});
  const conversation = listen(socket);
  const fields = random.chance(0.9)
    ? []
    : [
        random.pick([
          'Sec-WebSocket-Extensions: permessage-deflate',
          'Sec-WebSocket-Extensions: ;',
          'Authorization: Bearer a.b.c',
          'Origin: null',
          'Sec-WebSocket-Protocol: other',
          'baggage: ,',
        ]),
      ];
  socket.write(webSocketRequest(pathname, host, fields));
  const frames = inputs(random);
  const together = random.chance(0.3);
  if (!together)
    await conversation.quiet({
      isEnough: () => conversation.text().includes('\r\n\r\n'),
      quietMs: 0,
      patienceMs: 5000,
    });
  for (const piece of pieces(random, Buffer.concat(frames))) {
    socket.write(piece);
    if (random.chance(0.3)) await new Promise((resolve) => setImmediate(resolve));
  }
  const ending = random.pick(['wait', 'wait', 'end', 'reset', 'leave', 'close'] as const);
  if (ending === 'end') socket.end();
  if (ending === 'reset') socket.resetAndDestroy();
  if (ending === 'leave') socket.pause();
  if (ending === 'close') socket.write(frame(random, CLOSE, Buffer.from([3, 232]), false));
  await conversation.quiet({ isEnough: () => false, quietMs: QUIET_MS, patienceMs: WAIT_MS });
  socket.destroy();
  const mistakes = mistakesIn(conversation.text());
  const sent = shown(Buffer.concat(frames).toString('latin1'), 1500);
  return { inputs: frames.length, failures: mistakes.map((mistake) => `${mistake}; sent was ${sent}`) };
};

function mistakesIn(text: string): string[] {
  const { answers } = answersIn(text);
  const [first] = answers;
  if (first === undefined || first.status !== 101)
    return first !== undefined && first.status >= 500 ? [`the upgrade was answered ${first.status}`] : [];
  const mistakes: string[] = [];
  for (const { opcode, payload } of framesIn(Buffer.from(text.slice(text.indexOf('\r\n\r\n') + 4), 'latin1'))) {
    if (opcode === CLOSE && payload.length >= 2 && !CLOSE_CODES.has(payload.readUInt16BE(0)))
      mistakes.push(`the socket was closed with ${payload.readUInt16BE(0)} ${shown(payload.subarray(2).toString())}`);
    if (opcode === TEXT && !isOfTheProtocol(payload.toString()))
      mistakes.push(`this is no message of the protocol: ${shown(payload.toString())}`);
    if (opcode === TEXT && payload.includes('INTERNAL_SERVER_ERROR'))
      mistakes.push(`an operation met an internal error: ${shown(payload.toString())}`);
  }
  return mistakes;
}

/** Complete frames, as a server sends them. */
function* framesIn(bytes: Buffer): Generator<{ readonly opcode: number; readonly payload: Buffer }> {
  for (let at = 0; at + 2 <= bytes.length;) {
    const short = (bytes[at + 1] ?? 0) & 127;
    const head = short === 126 ? 4 : short === 127 ? 10 : 2;
    if (at + head > bytes.length) return;
    const length =
      short === 126 ? bytes.readUInt16BE(at + 2) : short === 127 ? Number(bytes.readBigUInt64BE(at + 2)) : short;
    if (at + head + length > bytes.length) return;
    yield { opcode: (bytes[at] ?? 0) & 15, payload: bytes.subarray(at + head, at + head + length) };
    at += head + length;
  }
}

function isOfTheProtocol(text: string): boolean {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return false;
  }
  if (typeof value !== 'object' || value === null || !('type' in value)) return false;
  const payload = 'payload' in value ? value.payload : undefined;
  if (value.type === 'next')
    return typeof payload === 'object' && payload !== null && ('data' in payload || 'errors' in payload);
  if (value.type === 'error')
    return (
      Array.isArray(payload) &&
      payload.every((error) => typeof error.message === 'string' && typeof error.extensions?.code === 'string')
    );
  return ['connection_ack', 'ping', 'pong', 'complete'].includes(String(value.type));
}

export default campaignOf('ws', attack);
