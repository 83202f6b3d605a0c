/** Detects a cursor that was cut or mistyped. The checksum does not protect against forgery. */
import { hash } from 'node:crypto';

export function checksumOf(text: string): string {
  return hash('sha256', text, 'base64url').slice(0, 6);
}
