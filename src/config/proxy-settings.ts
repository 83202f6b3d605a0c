/** The variables that lead other programs through a proxy. Neither Node's fetch nor the SDK of AWS obeys them. */
import type { Auth } from './auth-settings.js';
import type { Upstream } from './upstream-settings.js';
import type { Env } from './variables.js';

const VARIABLES = ['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy', 'ALL_PROXY', 'all_proxy'];

/** @returns a sentence for each such variable, if the gateway makes calls to the outside */
export function ignoredIn(
  env: Env,
  { upstream, auth }: { readonly upstream: Upstream; readonly auth: Auth },
): string[] {
  const called = [
    ...(upstream.type === 'simulator' ? [] : ['Partner Central']),
    ...(auth.mode === 'jwt' ? ['the issuer of tokens'] : []),
  ];
  if (called.length === 0) return [];
  const found = VARIABLES.filter((name) => (env[name] ?? '').trim() !== '');
  return found.map(
    (name) =>
      `${name} has no effect: the gateway calls ${called.join(' and ')} directly. src/worker/README.md, ` +
      `Outgoing proxies, says what to do.`,
  );
}
