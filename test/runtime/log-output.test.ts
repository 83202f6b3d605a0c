import { Writable } from 'node:stream';
import { expect, test } from '@jest/globals';
import { MAX_WAITING_BYTES, createLogOutput } from '../../src/runtime/log-output.js';

/** A stream whose writes succeed or fail when the test says so. */
function open() {
  const pending: ((error?: Error) => void)[] = [];
  const lines: string[] = [];
  const stream = new Writable({
    autoDestroy: false,
    emitClose: false,
    write(chunk, _encoding, done) {
      lines.push(String(chunk));
      pending.push(done);
    },
  });
  const reports: [number, string][] = [];
  let lost = 0;
  const output = createLogOutput(
    { lost: () => (lost += 1), over: (count, cause) => reports.push([count, cause]) },
    stream,
  );
  const settle = async (error?: Error) => {
    pending.shift()?.(error);
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { output, lines, reports, settle, lost: () => lost };
}

test('lines beyond the limit are lost and counted, and reported once the reader has taken half of the waiting bytes', async () => {
  const { output, lines, reports, settle, lost } = open();
  const half = 'x'.repeat(MAX_WAITING_BYTES / 2);
  output.write(half);
  output.write(`${half}y`);
  output.write('lost');
  output.write('lost');
  expect([lost(), output.lastError()]).toEqual([2, 'its reader does not read']);
  await settle();
  expect(reports).toEqual([]);
  await settle();
  expect(reports).toEqual([[2, 'its reader does not read']]);
  expect([output.lastError(), lines.length]).toEqual([null, 2]);
});
