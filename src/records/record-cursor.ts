/**
 * A place in one of AWS's lists, as an opaque text for clients. It holds AWS's token of a page, and the number of items
 * before the place. It names its list and carries a checksum. A cursor that was cut, mistyped or made by another list
 * is therefore never read as another place.
 */
import { hash } from 'node:crypto';
import { checksumOf } from '../runtime/checksum.js';

export type Place = { readonly token: string | null; readonly offset: number };

/**
 * Identifies a list, for cursors and for the cache: name, catalog and filter. The order of the filter's members does
 * not matter.
 */
export function fingerprintOf(name: string, catalog: string, filter: object): string {
  const members = Object.entries(filter).flatMap(([member, value]) =>
    value === undefined
      ? []
      : `${member} ${JSON.stringify(Array.isArray(value) ? value.map(String).toSorted(byText) : value)}`,
  );
  return hash('sha256', [name, catalog, ...members.toSorted(byText)].join('\n'), 'base64url');
}

export function encodeCursor(fingerprint: string, { token, offset }: Place): string {
  // A token is never empty. It comes last, because it may contain any character.
  const body = `${fingerprint.slice(0, 8)}.${offset}.${token ?? ''}`;
  return Buffer.from(`${checksumOf(body)}.${body}`).toString('base64url');
}

/** Decodes a cursor, or says what is wrong with it and how to continue. */
export function decodeCursor(
  fingerprint: string,
  cursor: string,
): Place | { readonly type: 'bad-cursor'; readonly message: string } {
  const parts = /^([^.]*)\.(([^.]*)\.([0-9]{1,3})\.([^]*))$/.exec(Buffer.from(cursor, 'base64url').toString());
  const [, sum, body = '', list, offset, token = ''] = parts ?? [];
  if (parts === null || sum !== checksumOf(body)) {
    return {
      type: 'bad-cursor',
      message:
        'The cursor is damaged. Pass it exactly as it was received, or leave it out to begin with the first page.',
    };
  }
  if (list !== fingerprint.slice(0, 8)) {
    return {
      type: 'bad-cursor',
      message:
        'The cursor comes from another list. Pass one that was received with the same catalog and filter, or leave ' +
        'it out to begin with the first page.',
    };
  }
  return { token: token === '' ? null : token, offset: Number(offset) };
}

function byText(a: string, b: string): number {
  return a < b ? -1 : 1;
}
