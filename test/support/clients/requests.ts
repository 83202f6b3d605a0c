/** Single requests over HTTP, and the answers to them. */
import { until } from './waiting.js';

export type Answer = {
  readonly data?: any;
  readonly errors?: { message: string; path?: unknown; extensions: Record<string, any> }[];
  readonly extensions?: any;
};

export type Params = {
  readonly query?: string;
  readonly variables?: unknown;
  readonly operationName?: unknown;
  readonly extensions?: unknown;
};

type Readiness = { readonly ready: boolean; readonly reasons: string[]; readonly version: string };

/** The answer of /health/ready once the event loop is on time. Other tests may keep the machine busy for a second. */
export async function answerOfReady(url: string): Promise<{ status: number; body: Readiness }> {
  return until(async () => {
    const response = await fetch(new URL('/health/ready', url));
    const body = (await response.json()) as Readiness;
    return body.reasons.some((reason) => reason.startsWith('overloaded')) ? null : { status: response.status, body };
  });
}

export async function readinessOf(url: string): Promise<{ status: number; ready: boolean; reasons: string[] }> {
  const { status, body } = await answerOfReady(url);
  return { status, ready: body.ready, reasons: body.reasons };
}

export async function post(url: string, params: unknown, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof params === 'string' ? params : JSON.stringify(params),
  });
}

export async function answerOf(response: Response): Promise<Answer> {
  return (await response.json()) as Answer;
}

export function queryString(params: Params): string {
  const search = new URLSearchParams();
  if (params.query !== undefined) search.set('query', params.query);
  if (typeof params.operationName === 'string') search.set('operationName', params.operationName);
  if (params.variables !== undefined) search.set('variables', JSON.stringify(params.variables));
  if (params.extensions !== undefined) search.set('extensions', JSON.stringify(params.extensions));
  return search.toString();
}
