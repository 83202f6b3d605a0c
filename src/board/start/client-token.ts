/**
 * Idempotency keys. The key belongs to one input of one action: a repetition after a lost answer has the same key, and
 * starts nothing twice. Another input, or another action, gets another key.
 */
import { useRef } from 'preact/hooks';

export type ClientTokens = {
  /** The key for this input. */
  of(input: object): string;
  /** The answer has come, so the next start is another action. */
  settle(input: object): void;
};

export function useClientTokens(): ClientTokens {
  const tokens = useRef(new Map<string, string>());
  return {
    of(input) {
      const key = JSON.stringify(input);
      const token = tokens.current.get(key) ?? uuid();
      tokens.current.set(key, token);
      return token;
    },
    settle: (input) => void tokens.current.delete(JSON.stringify(input)),
  };
}

/** A random UUID, also on a page without TLS, where browsers lack crypto.randomUUID. */
function uuid(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
