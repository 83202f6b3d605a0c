/** The forms of what every request can carry: a client token, tags, and the catalog in an ARN. Pure. */
import { patternError, truncateForMessage, type TextRule } from '../identifiers.js';
import { CATALOG } from './enum-mapping.js';
import type { Catalog, Tag } from './task-kind.js';

/**
 * Stricter than the model, which excludes line breaks only. PostgreSQL cannot store U+0000, and a token needs no
 * control character. A lone surrogate is stored as U+FFFD, so that the token would not be found again.
 */
export const CLIENT_TOKEN: TextRule = {
  noun: 'a client token',
  pattern: /^(?!external:)[^\p{Cc}\p{Cs}\p{Zl}\p{Zp}]{1,255}$/u,
  expected:
    '1 to 255 characters without line breaks, control characters or lone surrogates, and not beginning with ' +
    '"external:", for example a UUID',
};

const TAG_ALPHABET = 'letters, digits, spaces and _ . : / = + - @';
const TAG_KEY: TextRule = {
  noun: 'a tag key',
  pattern: /^(?=.{1,128}$)[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u,
  expected: `1 to 128 ${TAG_ALPHABET}`,
};
const TAG_VALUE: TextRule = {
  noun: 'a tag value',
  pattern: /^(?=.{0,256}$)[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u,
  expected: `at most 256 ${TAG_ALPHABET}`,
};
const MAX_TAGS = 200;

/** The mistakes with their paths within the tags, e.g. `['0', 'key']`. */
export function tagMistakes(tags: readonly Tag[]): { readonly path: readonly string[]; readonly message: string }[] {
  const mistakes: { path: readonly string[]; message: string }[] = [];
  const check = (path: readonly string[], rule: TextRule, value: string) => {
    const message = patternError(rule, value);
    if (message !== null) mistakes.push({ path, message });
  };

  if (tags.length > MAX_TAGS)
    mistakes.push({ path: [], message: `Too many tags (limit ${MAX_TAGS}, got ${tags.length}).` });
  const keys = new Set<string>();
  for (const [index, tag] of tags.slice(0, MAX_TAGS).entries()) {
    check([String(index), 'key'], TAG_KEY, tag.key);
    check([String(index), 'value'], TAG_VALUE, tag.value);
    if (keys.has(tag.key))
      mistakes.push({
        path: [String(index), 'key'],
        message: `The tag key ${JSON.stringify(truncateForMessage(tag.key))} occurs twice. Expected each key once.`,
      });
    keys.add(tag.key);
  }
  return mistakes;
}

/** The mistake of an ARN that names another catalog than the request; null if there is none. */
export function catalogMistake(identifier: string, catalog: Catalog): string | null {
  const named = /^arn:.*:catalog\/([^/]+)\//.exec(identifier)?.[1];
  if (named === undefined || named.toLowerCase() === CATALOG[catalog].toLowerCase()) return null;
  return (
    `The ARN names the catalog ${named}, but the input names the catalog ${CATALOG[catalog]}. Expected the same ` +
    `catalog in both.`
  );
}
