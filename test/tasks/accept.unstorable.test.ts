/** A text that no database can store matches nothing, on both databases, and fails no other request. */
import { describe, expect, test } from '@jest/globals';
import type { Database } from '../../src/db/database.js';
import type { TaskFilter } from '../../src/tasks/store/filter.js';
import { onBothDatabases } from '../support/database/both-databases.js';
import { EVERYBODY, accepted, fromEngagement, openTaskHarness } from '../support/harness/task-harness.js';
import { pageOf } from '../support/harness/tasks.js';

const PAGE = { first: 10, after: null };
/** PostgreSQL and SQLite store it instead of a lone surrogate, and store it itself. */
const REPLACEMENT = '\ufffd';
const show = (text: string) => [JSON.stringify(text), text] as const;

function onDatabase(name: string, open: () => Promise<Database>): void {
  describe(`Texts that ${name} cannot store`, () => {
    async function withOne() {
      const { tasks } = await openTaskHarness({ db: await open(), startWaitMs: 0 });
      const task = await accepted(tasks, fromEngagement({ identifier: `arn:${REPLACEMENT}` }));
      return { tasks, task };
    }

    test.each(['\0', 'a\0b', '\ud800', '\udc00\ud800', 'arn:\ud800'].map(show))(
      'the text %s matches no task, batch or filter',
      async (_shown, text) => {
        const { tasks } = await withOne();
        const filters: TaskFilter[] = [{ identifiers: [text] }, { startedBy: text }, { batchIds: [text] }];
        for (const filter of filters) {
          expect(pageOf(await tasks.list(EVERYBODY, filter, PAGE)).items).toEqual([]);
          expect(await tasks.count(EVERYBODY, filter)).toBe(0);
        }
        expect(await tasks.batch(EVERYBODY, text)).toBeNull();
        expect(await tasks.find(EVERYBODY, text)).toBeNull();
        expect(await tasks.retry(EVERYBODY, text, false)).toMatchObject({ type: 'refused', code: 'NOT_FOUND' });
        expect(await tasks.follow(EVERYBODY, text, { type: 'current' })).toEqual({ type: 'not-found' });
        expect(await tasks.follow(EVERYBODY, text, { type: 'beginning' })).toEqual({ type: 'not-found' });
      },
    );

    test('a text that cannot be stored does not hide the matches of the other values of a filter', async () => {
      const { tasks, task } = await withOne();
      const filter = { identifiers: ['\0', task.input.identifier, '\ud800'] };
      expect(pageOf(await tasks.list(EVERYBODY, filter, PAGE)).items.map(({ item }) => item.id)).toEqual([task.id]);
      expect(await tasks.count(EVERYBODY, filter)).toBe(1);
    });
  });
}

onBothDatabases(onDatabase);
