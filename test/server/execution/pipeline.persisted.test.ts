/** Persisted operations behave alike on all transports, and share one cache. */
import { describe, expect, test } from '@jest/globals';
import { sha256 } from '../../../src/server/documents/persisted.js';
import { refusedWith, testRules } from '../../support/checks/pipeline-rules.js';
import { ASK } from '../../support/clients/ask.js';
import { startServer } from '../../support/server/server.js';

const registered = new Map([[sha256('{ hello }'), '{ hello }']]);
const only = { persisted: { mode: 'only', documents: registered } } as const;

describe('the pipeline', () => {
  testRules([
    {
      rule: 'a hash whose text was never sent is unknown',
      params: { extensions: { persistedQuery: { version: 1, sha256Hash: sha256('{ hello }') } } },
      answer: { errors: [{ message: 'PersistedQueryNotFound', extensions: { code: 'PERSISTED_QUERY_NOT_FOUND' } }] },
    },
    {
      rule: 'a hash that does not match the text is refused',
      params: { query: '{ hello }', extensions: { persistedQuery: { version: 1, sha256Hash: sha256('{ item }') } } },
      answer: { errors: [{ message: 'provided sha does not match query' }] },
    },
    {
      rule: 'a registered operation runs by its id',
      params: { extensions: { persistedQuery: { version: 1, sha256Hash: sha256('{ hello }') } } },
      answer: { data: { hello: 'hello world' } },
      options: only,
    },
    {
      rule: 'a registered operation runs by its text',
      params: { query: '{ hello }' },
      answer: { data: { hello: 'hello world' } },
      options: only,
    },
    {
      rule: 'a registered operation runs by its id with any text, because clients print texts in their own ways',
      params: {
        query: 'query { hello }',
        extensions: { persistedQuery: { version: 1, sha256Hash: sha256('{ hello }') } },
      },
      answer: { data: { hello: 'hello world' } },
      options: only,
    },
    {
      rule: 'an unregistered operation is refused by its text',
      params: { query: '{ hello  }' },
      answer: refusedWith('QUERY_NOT_IN_SAFELIST'),
      options: only,
    },
    {
      rule: 'an unregistered operation is refused with its hash',
      params: {
        query: '{ item { name } }',
        extensions: { persistedQuery: { version: 1, sha256Hash: sha256('{ item { name } }') } },
      },
      answer: refusedWith('QUERY_NOT_IN_SAFELIST'),
      options: only,
    },
    {
      rule: 'an unregistered id is reported with a code of its own',
      params: { extensions: { persistedQuery: { version: 1, sha256Hash: 'x' } } },
      answer: refusedWith('PERSISTED_QUERY_NOT_IN_LIST'),
      options: only,
    },
  ]);

  test.each(Object.keys(ASK))(
    'a text that comes over %s with its hash runs by its hash over any transport',
    async (transport) => {
      const { url } = await startServer();
      const query = 'query Later { hello }';
      const extensions = { persistedQuery: { version: 1, sha256Hash: sha256(query) } };
      await ASK[transport]?.(url, { query, extensions });
      for (const ask of Object.values(ASK))
        expect(await ask(url, { extensions })).toEqual({ data: { hello: 'hello world' } });
    },
  );
});
