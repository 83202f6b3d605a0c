/**
 * The part of WebSocket that a reader needs, on a bare socket, so that thousands of readers cost less than the server
 * that they measure. Masks are zero, which the protocol allows, and leave the text unchanged.
 */
import { connect } from 'node:net';

export type Wire = {
  send(text: string): void;
  /** Cuts the connection without a close frame, as a broken cable does. */
  cut(): void;
};

const TEXT = 1;
const CLOSE = 8;
const PING = 9;
const PONG = 10;
const MASKED = 0x80;
const FINAL = 0x80;

/** Resolves once the server has accepted the upgrade. `onClose` is called when the connection ends. */
export function openWire(
  url: URL,
  protocol: string | null,
  onText: (text: Buffer) => void,
  onClose: (reason: string) => void,
): Promise<Wire> {
  return new Promise((settle, fail) => {
    const socket = connect(Number(url.port), url.hostname);
    let open = false;
    let pending: Buffer | null = null;
    const wire: Wire = {
      send: (text) => void socket.write(frameOf(TEXT, Buffer.from(text))),
      cut: () => void socket.resetAndDestroy(),
    };
    const gone = (reason: string): void => {
      if (open) onClose(reason);
      else fail(new Error(`${url.href}: ${reason}`));
    };
    socket.setNoDelay(true);
    socket.on('error', ({ message }) => gone(message)).on('close', () => gone('closed'));
    socket.on('connect', () => {
      const subprotocol = protocol === null ? '' : `sec-websocket-protocol: ${protocol}\r\n`;
      socket.write(
        `GET ${url.pathname}${url.search} HTTP/1.1\r\nhost: ${url.host}\r\nupgrade: websocket\r\nconnection: ` +
          `Upgrade\r\n` +
          `sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\nsec-websocket-version: 13\r\n${subprotocol}\r\n`,
      );
    });
    socket.on('data', (chunk: Buffer) => {
      let rest: Buffer = pending === null ? chunk : Buffer.concat([pending, chunk]);
      if (!open) {
        const end = rest.indexOf('\r\n\r\n');
        if (end < 0) {
          pending = rest;
          return;
        }
        const head = rest.toString('latin1', 0, end);
        if (!head.startsWith('HTTP/1.1 101')) return gone(`expected 101, got ${head}`);
        open = true;
        rest = rest.subarray(end + 4);
        settle(wire);
      }
      for (;;) {
        const frame = readFrame(rest);
        if (frame === null) break;
        rest = rest.subarray(frame.end);
        if (frame.opcode === TEXT) onText(frame.payload);
        else if (frame.opcode === PING) socket.write(frameOf(PONG, frame.payload));
        else if (frame.opcode === CLOSE)
          gone(`closed with ${frame.payload.readUInt16BE(0)} ${frame.payload.toString('utf8', 2)}`);
      }
      pending = rest.length === 0 ? null : rest;
    });
  });
}

/** A frame of the server, which is never masked; null until it is complete. */
function readFrame(bytes: Buffer): { opcode: number; payload: Buffer; end: number } | null {
  if (bytes.length < 2) return null;
  const short = (bytes[1] ?? 0) & 0x7f;
  const begin = short === 126 ? 4 : short === 127 ? 10 : 2;
  if (bytes.length < begin) return null;
  const length = short === 126 ? bytes.readUInt16BE(2) : short === 127 ? Number(bytes.readBigUInt64BE(2)) : short;
  const end = begin + length;
  return bytes.length < end ? null : { opcode: (bytes[0] ?? 0) & 0x0f, payload: bytes.subarray(begin, end), end };
}

function frameOf(opcode: number, payload: Buffer): Buffer {
  const long = payload.length > 125;
  const head = Buffer.alloc(long ? 8 : 6);
  head[0] = FINAL | opcode;
  head[1] = MASKED | (long ? 126 : payload.length);
  if (long) head.writeUInt16BE(payload.length, 2);
  return Buffer.concat([head, payload]);
}
