/**
 * What a client will read, from its Accept header (RFC 9110, section 12.5.1). A stream is chosen only if it is named: a wildcard means
 * that anything will do, and then JSON does.
 */
import { createSizedCache } from '../../runtime/cache.js';

export type Range = {
  readonly type: string;
  readonly parameters: ReadonlyMap<string, string>;
  readonly quality: number;
};

export const JSON_TYPE = 'application/json; charset=utf-8';
export const GRAPHQL_JSON_TYPE = 'application/graphql-response+json; charset=utf-8';

/** A client sends the same header with each request, and there are few clients. A header takes a hundred times its length in memory. */
const known = createSizedCache<readonly Range[]>({ entries: 100, characters: 20_000 });

/** @returns the acceptable ranges, best first; of equals, the one named first. */
export function parseAccept(header: string | undefined): readonly Range[] {
  if (header === undefined || header.trim() === '') return [];
  let ranges = known.get(header);
  if (ranges === undefined) known.set(header, (ranges = rangesIn(header)), { size: header.length });
  return ranges;
}

function rangesIn(header: string): readonly Range[] {
  return header
    .split(',')
    .map(parseRange)
    .filter((range) => range.type !== '' && range.quality > 0)
    .sort((a, b) => b.quality - a.quality);
}

function parseRange(text: string): Range {
  const [type = '', ...rest] = text.split(';').map((part) => part.trim());
  const parameters = new Map<string, string>();
  for (const parameter of rest) {
    const [name = '', value = ''] = parameter.split('=').map((part) => part.trim());
    parameters.set(name.toLowerCase(), value.replace(/^"(.*)"$/, '$1'));
  }
  const quality = Number(parameters.get('q') ?? 1);
  return { type: type.toLowerCase(), parameters, quality: Number.isNaN(quality) ? 1 : quality };
}

export type Streaming = {
  readonly transport: 'sse' | 'multipart';
  /** Nothing but the stream is acceptable, so that queries and errors go into it too. */
  readonly only: boolean;
};

/** @returns the streaming transport that the client names first, or null. */
export function streamingFor(ranges: readonly Range[]): Streaming | null {
  const only = jsonTypeFor(ranges) === null;
  for (const range of ranges) {
    if (range.type === 'text/event-stream') return { transport: 'sse', only };
    // Without subscriptionSpec, multipart/mixed is @defer's format, which no client of ours may be given for a subscription.
    if (range.type === 'multipart/mixed' && range.parameters.get('subscriptionspec') === '1.0')
      return { transport: 'multipart', only };
  }
  return null;
}

/** @returns the JSON media type to answer with, or null if the client reads none. */
export function jsonTypeFor(ranges: readonly Range[]): string | null {
  if (ranges.length === 0) return JSON_TYPE;
  for (const range of ranges) {
    if (range.type === 'application/graphql-response+json') return GRAPHQL_JSON_TYPE;
    if (range.type === 'application/json' || range.type === 'application/*' || range.type === '*/*') return JSON_TYPE;
  }
  return null;
}

/** Whether it is a browser's address bar that asks. */
export function prefersHtml(ranges: readonly Range[]): boolean {
  return ranges[0]?.type === 'text/html';
}
