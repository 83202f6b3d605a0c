import { describe, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { SECOND } from '../../src/runtime/clock.js';
import { fromOpportunity, isSettled } from '../support/harness/task-harness.js';
import {
  EFO_LIST,
  EVERY_MEMBER,
  EVERY_MEMBER_HERE,
  listed,
  openEcho,
  openRaw,
} from '../support/aws/partner-central.js';

const LIMIT = 4 * 1024 * 1024;
const summaries = (count: number, more: object = {}) =>
  Array.from({ length: count }, () => ({ ...EVERY_MEMBER, ...more }));

async function answersTo(body: string) {
  const { partnerCentral } = await openEcho(body);
  return {
    start: await partnerCentral.startTask(fromOpportunity(), 'token'),
    list: await partnerCentral.listTasks(EFO_LIST),
  };
}

describe('the bounds of an answer', () => {
  test('a page of 1,000 tasks with every member and long messages is read completely', async () => {
    const { partnerCentral } = await openEcho(
      JSON.stringify({ TaskSummaries: summaries(1000, { Message: 'm'.repeat(3000) }) }),
    );
    const { answers } = await listed(partnerCentral, EFO_LIST);
    expect(answers).toHaveLength(1000);
    expect(answers[999]).toEqual({ ...EVERY_MEMBER_HERE, message: 'm'.repeat(3000) });
  });

  test('an answer of exactly the limit is read, and an answer of one more byte is not', async () => {
    const body = JSON.stringify({ ...EVERY_MEMBER, TaskSummaries: [] });
    const padded = (size: number) => body + ' '.repeat(size - body.length);
    expect(await answersTo(padded(LIMIT))).toMatchObject({ start: { type: 'ok' }, list: { type: 'ok' } });
    const tooLarge = {
      type: 'unknown',
      awsCode: 'UnusableAnswer',
      message: expect.stringContaining('too large (limit 4194304 bytes)'),
    };
    expect(await answersTo(padded(LIMIT + 1))).toEqual({ start: tooLarge, list: tooLarge });
  });

  test('an endless answer is read to the limit, and then its connection is closed', async () => {
    let closed: Promise<unknown> = Promise.resolve();
    const { partnerCentral } = await openRaw((_, response) => {
      closed = once(response, 'close');
      const chunk = Buffer.alloc(65_536, 0x20);
      const more = (): void => {
        while (!response.destroyed && response.write(chunk));
        response.once('drain', more);
      };
      more();
    });
    expect(await partnerCentral.listTasks(EFO_LIST)).toMatchObject({ type: 'unknown', awsCode: 'UnusableAnswer' });
    await closed;
  });

  test.each([
    ['a Start', 30, 'start'],
    ['a List', 10, 'list'],
  ] as const)('the slow answer to %s times out after %d s', async (_, seconds, which) => {
    let began = (): void => undefined;
    const beginning = new Promise<void>((resolve) => (began = resolve));
    let closed: Promise<unknown> = Promise.resolve();
    const { clock, partnerCentral } = await openRaw((_request, response) => {
      closed = once(response, 'close');
      response.writeHead(200).write('{"TaskId":', () => began());
    });
    const calling =
      which === 'start' ? partnerCentral.startTask(fromOpportunity(), 'token') : partnerCentral.listTasks(EFO_LIST);
    await beginning;
    await clock.advance(seconds * SECOND - 1);
    expect(await isSettled(calling)).toBe(false);
    await clock.advance(1);
    expect(await calling).toMatchObject({ type: 'unknown', awsCode: 'Timeout' });
    await closed;
  });

  test.each([
    [
      'an answer that is nested 20,000 levels deep',
      `{"TaskSummaries":${'['.repeat(20_000)}${']'.repeat(20_000)}}`,
      /nested too deeply \(limit 64 levels\)/,
    ],
    [
      'an answer of 100,000 tasks',
      JSON.stringify({ TaskSummaries: Array(100_000).fill({}) }),
      /too many members and elements \(limit 50000\)/,
    ],
    [
      'an answer of 100,000 members',
      JSON.stringify(Object.fromEntries(Array.from({ length: 100_000 }, (_, n) => [n, 0]))),
      /too many members and elements/,
    ],
  ])('%s is not read, and the outcome of the call is unknown', async (_, body, says) => {
    const failed = { type: 'unknown', awsCode: 'UnusableAnswer', message: expect.stringMatching(says) };
    expect(await answersTo(body)).toEqual({ start: failed, list: failed });
  });

  test('an error answer is bounded too', async () => {
    const { partnerCentral } = await openEcho(
      `{"__type":"ConflictException","Message":${'['.repeat(20_000)}${']'.repeat(20_000)}}`,
      400,
    );
    expect(await partnerCentral.startTask(fromOpportunity(), 'token')).toMatchObject({
      type: 'unknown',
      awsCode: 'UnusableAnswer',
    });
  });

  test('the texts and field errors of an error answer have a bounded length', async () => {
    const ErrorList = Array(100).fill({
      FieldName: 'f'.repeat(9000),
      Message: '\0'.repeat(2000),
      Code: 'c'.repeat(9000),
    });
    const { partnerCentral } = await openEcho(
      JSON.stringify({ __type: 'ValidationException', Message: ' '.repeat(900_000), ErrorList }),
      400,
    );
    const result = await partnerCentral.startTask(fromOpportunity(), 'token');
    if (result.type !== 'refused') throw new Error(result.type);
    expect(result.message.length).toBeLessThanOrEqual(1000);
    expect(result.fieldErrors).toHaveLength(50);
    const cut = (letter: string, length: number) => `${letter.repeat(length - 1)}…`;
    expect(result.fieldErrors[49]).toEqual({
      field: cut('f', 1000),
      code: cut('c', 100),
      message: cut('\ufffd', 1000),
    });
    const { partnerCentral: other } = await openEcho(JSON.stringify({ __type: `${'E'.repeat(9000)}` }), 500);
    expect((await other.startTask(fromOpportunity(), 'token')).type).toBe('unknown');
  });
});
