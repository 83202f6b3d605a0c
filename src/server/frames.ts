/**
 * Text messages as frames on the connection of a WebSocket, beside its own sender: that one writes the head of a frame apart from its text,
 * and each message at once. Here a frame is one piece, and what one step of the work has for a connection is written together: the call of
 * the system is most of what a small message costs.
 */
import type { Duplex } from 'node:stream';

const FINAL_TEXT = 0x81;
/** RFC 6455, section 5.2: a length that needs two or eight bytes of its own says so with one of these. */
const LONG = 126;
const VERY_LONG = 127;

/** An event for ten thousand readers is one step: the first need not wait until the last has been thought of. */
const HELD_AT_MOST = 64;

export type Frames = {
  /** @param written called when the connection has taken the message, or never will. */
  send(connection: Duplex, text: string, written: () => void): void;
};

export function createFrames(): Frames {
  let held: Duplex[] = [];

  function release(): void {
    const connections = held;
    held = [];
    for (const connection of connections) connection.uncork();
  }

  return {
    send(connection, text, written) {
      if (connection.writableCorked === 0) {
        connection.cork();
        held.push(connection);
        // Not at the end of the turn: an embedded database may go through many transactions before it, and the message would wait for all of them.
        if (held.length === 1) queueMicrotask(release);
      }
      connection.write(frameOf(text), written);
      if (held.length >= HELD_AT_MOST) release();
    },
  };
}

/** As servers send it: whole, and not masked. */
export function frameOf(text: string): Buffer {
  const length = Buffer.byteLength(text);
  const begin = length < LONG ? 2 : length < 2 ** 16 ? 4 : 10;
  const frame = Buffer.allocUnsafe(begin + length);
  frame[0] = FINAL_TEXT;
  if (begin === 2) frame[1] = length;
  else if (begin === 4) {
    frame[1] = LONG;
    frame.writeUInt16BE(length, 2);
  } else {
    frame[1] = VERY_LONG;
    frame.writeBigUInt64BE(BigInt(length), 2);
  }
  frame.write(text, begin);
  return frame;
}
