/**
 * The origins of pages and apps that may call. A browser compares whole origins, so a malformed origin would silently
 * allow nothing.
 */
import type { Variables } from './variables.js';

const SANDBOX_ORIGIN = 'https://studio.apollographql.com';
/** Apps have pages with a scheme of their own: capacitor://localhost, tauri://localhost, chrome-extension://… */
const APP_ORIGIN = /^[a-z][a-z\d+.-]*:\/\/[\w.-]+(:\d{1,5})?$/;
/** Schemes without pages, or with pages whose origin is "null". */
const NEVER_ORIGINS = new Set(['ws:', 'wss:', 'ftp:', 'file:', 'data:', 'blob:', 'about:', 'javascript:']);

export function originsOf({ text, list, problems }: Variables, explorer: boolean): string[] {
  const origins = list('CORS_ORIGINS');
  for (const origin of origins) {
    const expected = originProblem(origin);
    if (expected !== null) problems.push(`CORS_ORIGINS contains ${JSON.stringify(origin)}${expected}`);
  }
  return text('CORS_ORIGINS') === null && explorer ? [SANDBOX_ORIGIN] : origins;
}

/** @returns the rest of a sentence that begins with the text; null for a valid origin */
function originProblem(origin: string): string | null {
  if (origin.includes('*'))
    return (
      ', a pattern, and origins are compared as a whole. Expected each origin by itself, such as ' +
      'https://app.example.com.'
    );
  if (origin === 'null' || origin.startsWith('file:')) {
    return (
      ', and every sandboxed frame and local file has the origin "null". Expected the origin of a server or an app, ' +
      'such as http://localhost:5173.'
    );
  }
  const url = URL.canParse(origin) ? new URL(origin) : null;
  const isWeb = url !== null && ['http:', 'https:'].includes(url.protocol);
  const isOrigin = isWeb
    ? url.origin === origin
    : url !== null && !NEVER_ORIGINS.has(url.protocol) && APP_ORIGIN.test(origin);
  if (isOrigin) return null;
  // A URL accepts signs such as ; in its host, which suggests a list with a wrong separator.
  const near =
    isWeb && /^[\w.:[\]-]+$/.test(url.host)
      ? `${url.origin}, without a path, capitals or the default port.`
      : 'origins such as https://app.example.com or capacitor://localhost, without a path, separated by commas.';
  return `. Expected ${near}`;
}
