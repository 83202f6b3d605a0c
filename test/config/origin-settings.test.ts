/**
 * The origins of CORS_ORIGINS. Each origin that a browser or an app can send is accepted. Other texts are refused with
 * what would be right.
 */
import { describe, expect, test } from '@jest/globals';
import { parseConfig } from '../../src/config/config.js';

const APPS = [
  'capacitor://localhost',
  'ionic://localhost',
  'tauri://localhost',
  'http://tauri.localhost',
  'chrome-extension://abcdefghijklmnopabcdefghijklmnop',
  'moz-extension://0a1b2c3d-0000-4000-8000-000000000000',
  'app://.',
  'app://obsidian.md:1',
];

describe('CORS_ORIGINS', () => {
  test('the origins of apps and pages are accepted', () => {
    expect(parseConfig({ CORS_ORIGINS: ['https://a.example', ...APPS].join(' , ') })).toMatchObject({
      type: 'ok',
      config: { corsOrigins: ['https://a.example', ...APPS] },
    });
  });

  const PATTERN =
    ', a pattern, and origins are compared as a whole. Expected each origin by itself, such as ' +
    'https://app.example.com.';
  const NULL =
    ', and every sandboxed frame and local file has the origin "null". Expected the origin of a server or an app, ' +
    'such as http://localhost:5173.';
  const OTHER =
    '. Expected origins such as https://app.example.com or capacitor://localhost, without a path, separated by commas.';
  const near = (origin: string) => `. Expected ${origin}, without a path, capitals or the default port.`;
  test.each([
    ['https://a.example/', near('https://a.example')],
    ['https://a.example/path', near('https://a.example')],
    ['HTTPS://A.example', near('https://a.example')],
    ['https://a.example:443', near('https://a.example')],
    ['https://u:p@a.example', near('https://a.example')],
    ['https://a.example;https://b.example', OTHER],
    ['https://a.example|b.example', OTHER],
    ['*', PATTERN],
    ['https://*.example.com', PATTERN],
    ['http://localhost:*', PATTERN],
    ['null', NULL],
    ['file://', NULL],
    ['file:///home', NULL],
    ['a.example', OTHER],
    ['localhost:3000', OTHER],
    ['capacitor://localhost/', OTHER],
    ['capacitor://', OTHER],
    ['capacitor:localhost', OTHER],
    ['Capacitor://localhost', OTHER],
    ['wss://a.example', OTHER],
    ['ftp://a.example', OTHER],
    ['data://a.example', OTHER],
  ])('%s is refused, with what would be right', (origin, expected) => {
    const parsed = parseConfig({ CORS_ORIGINS: `https://right.example,${origin}` });
    expect(parsed).toMatchObject({
      type: 'invalid',
      problems: [`CORS_ORIGINS contains ${JSON.stringify(origin)}${expected}`],
    });
  });
});
