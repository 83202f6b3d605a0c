/** Rules of the pipeline as data. Every transport must give the same answer, without internals of the server in it. */
import { expect, test } from '@jest/globals';
import { ASK } from '../clients/ask.js';
import type { Answer, Params } from '../clients/requests.js';
import { SECRET } from '../server/server-schema.js';
import { startServer } from '../server/server.js';

type Rule = {
  /** The title of its tests, as a sentence that goes on with "over" a transport. */
  readonly rule: string;
  readonly params: Params;
  readonly answer: unknown;
  readonly options?: Parameters<typeof startServer>[0];
  /** Transports that cannot carry the operation. */
  readonly notBy?: readonly string[];
};

/** The answer with one error of the given code. */
export function refusedWith(code: string, more: Record<string, unknown> = {}): object {
  return { errors: [{ extensions: { code, ...more } }] };
}

/** Makes a test for each rule and each transport that can carry its operation. */
export function testRules(rules: readonly Rule[]): void {
  const cases = rules.flatMap((rule) =>
    Object.entries(ASK)
      .filter(([transport]) => rule.notBy?.includes(transport) !== true)
      .map(([transport, ask]) => ({ ...rule, transport, ask })),
  );
  test.each(cases)('$rule, over $transport', async ({ params, answer, options, ask }) => {
    const { url } = await startServer(options);
    const answered: Answer = await ask(url, params);
    expect(answered).toMatchObject(Object(answer));
    const text = JSON.stringify(answered);
    expect(text).not.toContain(SECRET);
    expect(text).not.toMatch(/Did you mean|stacktrace|node_modules|\.js:\d/);
  });
}
