/** Messages of clients that send only the hash of their operation: they leave `query` out, which graphql-ws takes for a broken message. */
import { isRecord } from '../is-record.js';

/** @returns the message as graphql-ws reads it. */
export function withQuery(text: string): string {
  // In most there is nothing to mend, which shows without reading them. A name may be written with escapes.
  if (!text.includes('persistedQuery') && !text.includes('\\')) return text;
  const message = jsonOf(text);
  if (!isRecord(message) || !isHashOnly(message['payload'])) return text;
  return JSON.stringify({ ...message, payload: { ...message['payload'], query: '' } });
}

/** Undefined for what is no JSON, which graphql-ws will find as well. */
function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isHashOnly(payload: unknown): payload is Record<string, unknown> {
  if (!isRecord(payload) || (payload['query'] !== undefined && payload['query'] !== null)) return false;
  return isRecord(payload['extensions']) && 'persistedQuery' in payload['extensions'];
}
