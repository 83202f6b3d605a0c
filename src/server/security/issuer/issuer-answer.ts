/**
 * Reads a JSON object from the token issuer, with bounds on its size, its depth and the time until its last byte. The
 * gateway holds the whole answer in memory, and a wrong address may answer with anything.
 */
import { readBytes } from '../../../runtime/json/bounded-bytes.js';
import { parseBoundedJson } from '../../../runtime/json/bounded-json.js';
import { SECOND, type Clock } from '../../../runtime/clock.js';
import { isJsonObject, isRecord } from '../../../runtime/guards.js';

/** An answer of the issuer that cannot be used. The message follows the address in a sentence. */
export class UnusableAnswer extends Error {
  override readonly name = 'UnusableAnswer';
}

/** The key sets and discovery documents of large providers have less than 100 KB. */
const MAX_ANSWER_BYTES = 1024 * 1024;
const ISSUER_TIMEOUT_MS = 5 * SECOND;

const tooLarge = () => new UnusableAnswer(`it is too large (limit ${MAX_ANSWER_BYTES} bytes)`);

const HEADERS = { accept: 'application/json, application/jwk-set+json' };

/** @throws UnusableAnswer, or what fetch and JSON.parse throw: see causeIn */
export async function readAnswer(
  address: string,
  deps: { readonly clock: Clock; readonly closed: AbortSignal },
): Promise<Readonly<Record<string, unknown>>> {
  const { clock, closed } = deps;
  const late = new AbortController();
  const over = new AbortController();
  const signal = AbortSignal.any([late.signal, closed]);
  void clock.sleep(ISSUER_TIMEOUT_MS, over.signal).then(() => {
    if (!over.signal.aborted)
      late.abort(new UnusableAnswer(`it did not answer within ${ISSUER_TIMEOUT_MS / SECOND} s`));
  });
  try {
    const response = await fetch(address, { redirect: 'manual', signal, headers: HEADERS });
    if (!response.ok) {
      await response.body?.cancel();
      throw new UnusableAnswer(`it answered ${response.status}`);
    }
    // The limit counts decompressed bytes, so that a small answer cannot unpack to a large one.
    const bytes =
      response.body === null ? new Uint8Array() : await readBytes(response.body, MAX_ANSWER_BYTES, tooLarge);
    const found = parseBoundedJson(new TextDecoder().decode(bytes));
    if (!isJsonObject(found)) throw new UnusableAnswer('it is not a JSON object');
    return found;
  } finally {
    over.abort();
  }
}

/** @returns the cause of a failure of readAnswer, as the end of a sentence that begins with the address */
export function causeIn(error: unknown): string {
  if (error instanceof UnusableAnswer) return error.message;
  // Errors are recognized by name, because errors of fetch may belong to classes of another realm.
  const { name, cause, message } = isRecord(error) ? error : {};
  if (name === 'SyntaxError') return 'it is not JSON';
  if (name === 'JsonTooDeepError') return `it cannot be used: ${String(message)}`.replace(/\.$/, '');
  // The message of fetch's own error is always "fetch failed".
  const { code, message: detail } = isRecord(cause) ? cause : {};
  const shown = typeof code === 'string' ? code : detail;
  return typeof shown === 'string' ? `it cannot be reached (${shown})` : 'it cannot be reached';
}
