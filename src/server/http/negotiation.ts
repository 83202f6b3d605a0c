/**
 * Content negotiation by the Accept header (RFC 9110, section 12.5.1). A stream is chosen only if its type is named. A
 * wildcard selects JSON.
 */
import { createSizedCache } from '../../runtime/loading/cache.js';

export type Range = {
  readonly type: string;
  readonly parameters: ReadonlyMap<string, string>;
  readonly quality: number;
};

export const JSON_TYPE = 'application/json; charset=utf-8';
export const GRAPHQL_JSON_TYPE = 'application/graphql-response+json; charset=utf-8';

/**
 * Parsed headers, because a client sends the same one with each request. A parsed header takes 100 times its length in
 * memory.
 */
const known = createSizedCache<readonly Range[]>({ entries: 100, characters: 20_000 });

/** @returns the acceptable ranges, the best first; equal ranges in the order of the header */
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
  /** True if the client accepts no JSON, so that queries and errors are sent as a stream too. */
  readonly only: boolean;
};

/** @returns the streaming transport that the client prefers, or null */
export function streamingFor(ranges: readonly Range[]): Streaming | null {
  const only = jsonTypeFor(ranges) === null;
  for (const range of ranges) {
    if (range.type === 'text/event-stream') return { transport: 'sse', only };
    // Without subscriptionSpec, multipart/mixed is the format of @defer, which is not valid for a subscription.
    if (range.type === 'multipart/mixed' && range.parameters.get('subscriptionspec') === '1.0')
      return { transport: 'multipart', only };
  }
  return null;
}

/** @returns the JSON media type of the answer, or null if the client accepts none */
export function jsonTypeFor(ranges: readonly Range[]): string | null {
  if (ranges.length === 0) return JSON_TYPE;
  for (const range of ranges) {
    if (range.type === 'application/graphql-response+json') return GRAPHQL_JSON_TYPE;
    if (range.type === 'application/json' || range.type === 'application/*' || range.type === '*/*') return JSON_TYPE;
  }
  return null;
}

/** True for a request from a browser's address bar. */
export function prefersHtml(ranges: readonly Range[]): boolean {
  return ranges[0]?.type === 'text/html';
}
