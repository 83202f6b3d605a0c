/**
 * The words that a WebSocket is closed with. They say what the developer of the client is to change, in at most 123 bytes. The libraries' own words
 * name what is wrong in their terms, if they say anything, and one of them an id that only the server knows.
 */
import { CloseCode } from 'graphql-ws';
import { WebSocket } from 'ws';
import { SECOND } from '../../runtime/clock.js';
import type { Limits } from '../security/limits.js';

export const MESSAGE_TOO_BIG = 1009;
export const NOT_UTF8 = 1007;
/** Shown of a text that the client chose. */
const SHOWN_CHARACTERS = 30;

/** A message may be this many times larger than the limit: it is refused by itself then, and the other operations of its socket go on. */
const LARGEST_MESSAGE = 4;

export function largestMessage({ bodyBytes }: Limits): number {
  return LARGEST_MESSAGE * bodyBytes;
}

/** @returns what to say instead of what graphql-ws says */
export function reasonOf(code: number, given: string, limits: Limits): string {
  switch (code) {
    case CloseCode.BadRequest:
      return 'This is not a message of graphql-transport-ws: send JSON with a known type, and an id and a query where they belong.';
    case CloseCode.Unauthorized:
      return 'The connection is not initialised: send connection_init and wait for connection_ack before you subscribe.';
    case CloseCode.SubprotocolNotAcceptable:
      return 'The subprotocol is not spoken here: offer graphql-transport-ws.';
    case CloseCode.ConnectionInitialisationTimeout:
      return `No connection_init arrived (limit ${limits.initTimeoutMs / SECOND} s): send it as soon as the socket is open.`;
    case CloseCode.TooManyInitialisationRequests:
      return 'connection_init arrived twice: send it once for each socket.';
    default:
      return given;
  }
}

/** @param id the client's */
export function idInUse(id: string): string {
  const shown = id.length > SHOWN_CHARACTERS ? `${id.slice(0, SHOWN_CHARACTERS)}…` : id;
  return `An operation with the id "${shown}" runs: give each operation an id of its own.`;
}

export function tooBig(limit: number): string {
  return `The message is too large (limit ${limit} bytes).`;
}

/** RFC 6455, section 5.5: a control frame carries at most 125 bytes, two of them the code. */
export function closeReason(reason: string): string {
  return Buffer.byteLength(reason) <= 123
    ? reason
    : `${Buffer.from(reason)
        .subarray(0, 120)
        .toString('latin1')
        .replace(/[^\x20-\x7e]/g, '?')}...`;
}

/** ws closes a socket whose frames it cannot take, and says nothing but the code. */
export function createWebSocketClass(limits: Limits): typeof WebSocket {
  const reasons = new Map([
    [1002, 'The frames are not valid: follow RFC 6455.'],
    [NOT_UTF8, 'The message is not valid UTF-8.'],
    [1008, 'The message came in too many pieces: send it in fewer frames.'],
    [MESSAGE_TOO_BIG, tooBig(largestMessage(limits))],
  ]);
  return class extends WebSocket {
    override close(code?: number, reason?: string | Buffer): void {
      super.close(code, reason ?? (code === undefined ? undefined : reasons.get(code)));
    }
  };
}
