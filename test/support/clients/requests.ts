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

/** The answer of /health/ready once the event loop is on time. Other tests may keep the machine busy for a second. */
export async function readinessOf(url: string): Promise<{ status: number; ready: boolean; reasons: string[] }> {
  return until(async () => {
    const response = await fetch(new URL('/health/ready', url));
    const { ready, reasons } = (await response.json()) as { ready: boolean; reasons: string[] };
    return reasons.some((reason) => reason.startsWith('overloaded'))
      ? null
      : { status: response.status, ready, reasons };
  });
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
