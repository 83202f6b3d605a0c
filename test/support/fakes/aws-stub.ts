/**
 * A service that speaks AWS's protocol and gives the answers of the test, for answers that the simulator never gives.
 * The genuine SDK calls it over HTTP. It records every request.
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Clock } from '../../../src/runtime/clock.js';
import { isRecord } from '../../../src/runtime/guards.js';
import { createPartnerCentral, type PartnerCentral } from '../../../src/partner-central/client.js';
import type { Telemetry } from '../../../src/runtime/telemetry.js';
import { closeLater, createStrictTelemetry } from '../harness/task-harness.js';
import { createManualClock } from './manual-clock.js';

export type Question = Readonly<Record<string, unknown>>;
export type StubAnswer = {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: unknown;
};
/** The answers by operation. An operation without an answer fails its call. */
export type StubAnswers = Record<string, (question: Question) => StubAnswer | Promise<StubAnswer>>;

export type AwsStub = {
  readonly partnerCentral: PartnerCentral;
  readonly asked: readonly { readonly operation: string; readonly question: Question }[];
  /** The operations that were called since the last `takeAsked`, in order. */
  takeAsked(): string[];
  /** A test may change the answers at any time. */
  readonly answers: StubAnswers;
  /** Resolves once `count` calls have arrived in total. */
  whenAsked(count: number): Promise<void>;
};

export const ok = (body: unknown): StubAnswer => ({ body });

export function refusal(name: string, more: object = {}, headers: Readonly<Record<string, string>> = {}): StubAnswer {
  return { status: 400, headers, body: { __type: `com.amazonaws.partnercentralselling#${name}`, ...more } };
}

export async function openAwsStub(
  answers: StubAnswers,
  options: { clock?: Clock; telemetry?: Telemetry } = {},
): Promise<AwsStub> {
  const { clock = createManualClock(), telemetry = createStrictTelemetry() } = options;
  const asked: { operation: string; question: Question }[] = [];
  const arrivals = new Set<() => void>();
  let taken = 0;

  async function answer(request: IncomingMessage): Promise<StubAnswer> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(Buffer.from(chunk));
    const question: unknown = JSON.parse(Buffer.concat(chunks).toString());
    if (!isRecord(question)) throw new Error('The request must be a JSON object.');
    const operation = String(request.headers['x-amz-target']).split('.')[1] ?? '';
    asked.push({ operation, question });
    for (const arrived of arrivals) arrived();
    const answerTo = answers[operation];
    return answerTo === undefined
      ? { status: 500, body: { __type: 'InternalServerException', Message: `The test has no answer to ${operation}.` } }
      : answerTo(question);
  }

  const server = createServer((request, response) => {
    void answer(request).then(({ status = 200, headers = {}, body }) => {
      response
        .writeHead(status, { 'content-type': 'application/x-amz-json-1.0', ...headers })
        .end(JSON.stringify(body));
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  const credentials = { accessKeyId: 'x', secretAccessKey: 'y' };
  const partnerCentral = createPartnerCentral({
    region: 'us-east-1',
    endpoint: `http://127.0.0.1:${port}`,
    credentials,
    clock,
    telemetry,
  });
  closeLater(() => {
    partnerCentral.close();
    server.closeAllConnections();
    server.close();
  });

  return {
    partnerCentral,
    asked,
    takeAsked() {
      const since = asked.slice(taken).map(({ operation }) => operation);
      taken = asked.length;
      return since;
    },
    answers,
    async whenAsked(count) {
      if (asked.length >= count) return;
      await new Promise<void>((resolve) => {
        const arrived = () => {
          if (asked.length < count) return;
          arrivals.delete(arrived);
          resolve();
        };
        arrivals.add(arrived);
      });
    },
  };
}
