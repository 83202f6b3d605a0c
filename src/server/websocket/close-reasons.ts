/**
 * The reasons of WebSocket close codes, each in at most 123 bytes. They tell the developer of the client what to
 * change. They replace the reasons of graphql-ws and ws, which are missing, or name internals such as the server's
 * operation ids.
 */
import { CloseCode } from 'graphql-ws';
import { WebSocket } from 'ws';
import { SECOND } from '../../runtime/clock.js';
import type { Limits } from '../security/limits.js';

export const MESSAGE_TOO_BIG = 1009;
export const NOT_UTF8 = 1007;
/** The largest part of a client's text that a reason repeats. */
const SHOWN_CHARACTERS = 30;

/** ws accepts messages of this multiple of the limit, so that only their operation is refused and the others go on. */
const LARGEST_MESSAGE = 4;

export function largestMessage({ bodyBytes }: Limits): number {
  return LARGEST_MESSAGE * bodyBytes;
}

/** @returns the reason that replaces the one of graphql-ws */
export function reasonOf(code: number, given: string, limits: Limits): string {
  switch (code) {
    case CloseCode.BadRequest:
      return (
        'Not a message of graphql-transport-ws: send JSON with a known type, and with an id and a query where ' +
        'required.'
      );
    case CloseCode.Unauthorized:
      return (
        'The connection is not initialised: send connection_init and wait for connection_ack before you ' + 'subscribe.'
      );
    case CloseCode.SubprotocolNotAcceptable:
      return 'The subprotocol is not supported: offer graphql-transport-ws.';
    case CloseCode.ConnectionInitialisationTimeout:
      return `No connection_init arrived (limit ${limits.initTimeoutMs / SECOND} s): send it as soon as the socket is open.`;
    case CloseCode.TooManyInitialisationRequests:
      return 'connection_init arrived twice: send it once for each socket.';
    default:
      return given;
  }
}

/** @param id the client's id of the operation */
export function idInUse(id: string): string {
  const shown = id.length > SHOWN_CHARACTERS ? `${id.slice(0, SHOWN_CHARACTERS)}…` : id;
  return `The id "${shown}" is in use: give each running operation its own id.`;
}

export function tooBig(limit: number): string {
  return `The message is too large (limit ${limit} bytes).`;
}

/**
 * Cuts a reason to 123 bytes. A control frame carries 125 bytes, of which the code takes two (RFC 6455, section 5.5).
 */
export function closeReason(reason: string): string {
  return Buffer.byteLength(reason) <= 123
    ? reason
    : `${Buffer.from(reason)
        .subarray(0, 120)
        .toString('latin1')
        .replace(/[^\x20-\x7e]/g, '?')}...`;
}

/** A WebSocket of ws that adds a reason when ws itself closes it for an invalid frame. */
export function createWebSocketClass(limits: Limits): typeof WebSocket {
  const reasons = new Map([
    [1002, 'The frames are not valid: follow RFC 6455.'],
    [NOT_UTF8, 'The message is not valid UTF-8.'],
    [1008, 'The message came in too many fragments: send it in fewer frames.'],
    [MESSAGE_TOO_BIG, tooBig(largestMessage(limits))],
  ]);
  return class extends WebSocket {
    override close(code?: number, reason?: string | Buffer): void {
      super.close(code, reason ?? (code === undefined ? undefined : reasons.get(code)));
    }
  };
}
