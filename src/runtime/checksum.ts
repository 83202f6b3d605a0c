/** Recognises a cursor that was cut or mistyped. It is no protection against forgery. */
import { hash } from 'node:crypto';

export function checksumOf(text: string): string {
  return hash('sha256', text, 'base64url').slice(0, 6);
}
