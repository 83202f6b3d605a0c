import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { startGateway } from '../support/gateway.js';

const readme = readFileSync('README.md', 'utf8');
/** The bodies of the curl commands, and the first block of output after each. */
const commands = [...readme.matchAll(/curl [^`]*?-d '([^']*)'\n```\n[^]*?```(?:json)?\n([^]*?)```/g)].map(([, body = '', output = '']) => ({ body, output }));

test("the README's mutation and subscription work as they are written, and answer as it shows", async () => {
  const gateway = await startGateway();
  const post = (body: string, accept: string) =>
    fetch(gateway.url, { method: 'POST', headers: { 'content-type': 'application/json', accept }, body }).then((response) => response.text());
  const [mutation, subscription] = commands;
  if (mutation === undefined || subscription === undefined) throw new Error('The README has lost its examples.');

  const started = await post(mutation.body, 'application/json');
  expect(shapeOf(started)).toBe(shapeOf(mutation.output));
  const shownId = JSON.parse(mutation.output).data.startEngagementFromOpportunityTask.task.id;
  const { id } = JSON.parse(started).data.startEngagementFromOpportunityTask.task;
  expect(subscription.body).toContain(shownId);
  const events = await post(subscription.body.replace(shownId, id), 'text/event-stream');
  expect(shapeOf(events)).toBe(shapeOf(subscription.output));
});

test("the README's GraphQL example starts a task that completes", async () => {
  const gateway = await startGateway({}, { speed: 20 });
  const [, document = ''] = /```graphql\n([^]*?)```/.exec(readme) ?? [];
  const result = await gateway.query(document);
  const { task, userErrors } = result.data.startOpportunityFromEngagementTask;
  expect(userErrors).toEqual([]);
  const events = await gateway.collect(`subscription { taskTransitions(id: "${task.id}") { status } }`, {});
  expect(events.at(-1)?.data.taskTransitions.status).toBe('COMPLETE');
});

/** The text without what differs from run to run: ids, tokens, cursors, and the heartbeats of a stream. */
function shapeOf(text: string): string {
  return text
    .replace(/"(id|taskId|clientToken|engagementId)":"[^"]*"/g, '"$1":"…"')
    .replace(/^id: .*$/gm, 'id: …')
    .replace(/^:.*\n/gm, '')
    .replace(/[ \t]+$/gm, '')
    .trim();
}
