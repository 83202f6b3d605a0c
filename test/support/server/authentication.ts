/** Options, requests and reports for a server that authenticates callers by tokens of a test issuer. */
import { expect } from '@jest/globals';
import { AUDIENCE } from '../fakes/issuer.js';
import { readinessOf } from '../clients/requests.js';
import { until } from '../clients/waiting.js';
import type { TestServer } from './server.js';

export const WHO = { query: '{ whoAmI }' };
export const FOLLOW = { query: 'subscription { follow { text } }' };
/** The level of a warning in the log. */
export const WARNING = 40;

export function jwt(issuer: string, jwksUrl?: string) {
  return {
    auth: { mode: 'jwt', issuer, audience: AUDIENCE, ...(jwksUrl === undefined ? {} : { jwksUrl }) } as const,
  };
}

export function bearer(token: string): { authorization: string } {
  return { authorization: `Bearer ${token}` };
}

export async function readiness({ url }: TestServer): Promise<{ ready: boolean; reasons: string[] }> {
  const { status, ...readiness } = await readinessOf(url);
  expect(status).toBe(200);
  return readiness;
}

/** Waits until readiness reports one error of the issuer's keys, and returns it. The server stays ready. */
export async function keyErrorOf(server: TestServer): Promise<string> {
  await until(async () => (await readiness(server)).reasons.length > 0);
  const { ready, reasons } = await readiness(server);
  expect([ready, reasons.length]).toEqual([true, 1]);
  return reasons[0] ?? '';
}

export function warningsOf({ lines }: TestServer) {
  return lines.filter(({ level }) => level === WARNING);
}

export function deepList(levels: number): string {
  return `${'['.repeat(levels)}${']'.repeat(levels)}`;
}
