/**
 * The place that the page shows, in the fragment of its address: `#/tasks?status=FAILED`. It works wherever the gateway
 * is mounted, and reaches no server.
 */
import { useCallback, useEffect, useRef } from 'preact/hooks';
import { createStore, useStore } from './store.js';

export type Route = { readonly path: readonly string[]; readonly query: URLSearchParams };

const route = createStore<Route>(routeOf(location.hash));
addEventListener('hashchange', () => route.set(routeOf(location.hash)));

export function useRoute(): Route {
  return useStore(route);
}

/** @param query members that are undefined, null or empty are left out */
export function href(path: readonly string[], query: Record<string, string | null | undefined> = {}): string {
  const given = Object.entries(query).filter((entry): entry is [string, string] => Boolean(entry[1]));
  const text = new URLSearchParams(given).toString();
  return `#/${path.map(encodeURIComponent).join('/')}${text === '' ? '' : `?${text}`}`;
}

/** @returns a callback that shows another place, unless the person has left this view in the meantime */
export function useGo(): (address: string) => void {
  const isHere = useRef(true);
  useEffect(() => () => void (isHere.current = false), []);
  return useCallback((address) => {
    if (isHere.current) location.hash = address;
  }, []);
}

/** Shows another place without an entry in the history of the browser, as for a filter that changes. */
export function replace(address: string): void {
  history.replaceState(null, '', address);
  route.set(routeOf(location.hash));
}

function routeOf(hash: string): Route {
  const [path = '', query = ''] = hash.replace(/^#?\/?/, '').split('?', 2);
  return {
    path: path === '' ? [] : path.split('/').map(decoded),
    query: new URLSearchParams(query),
  };
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    // A person may have typed a broken address.
    return part;
  }
}
