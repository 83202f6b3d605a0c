/** The limits of an operation hold alike on all transports. */
import { describe } from '@jest/globals';
import { refusedWith, testRules } from '../../support/checks/pipeline-rules.js';

const deep = (depth: number) => `{ ${'item { '.repeat(depth - 1)} name ${'} '.repeat(depth - 1)} }`;

describe('the pipeline', () => {
  testRules([
    {
      rule: 'a document with too many tokens is refused',
      params: { query: `{ ${'hello '.repeat(1000)} }` },
      answer: refusedWith('LIMIT_EXCEEDED', { limit: 'tokens', maximum: 1000 }),
    },
    {
      rule: 'an operation that is too deep is refused',
      params: { query: deep(13) },
      answer: refusedWith('LIMIT_EXCEEDED', { limit: 'depth', maximum: 12, actual: 13 }),
    },
    { rule: 'an operation as deep as the limit is answered', params: { query: deep(12) }, answer: { data: {} } },
    {
      rule: 'a document with too many aliases is refused',
      params: { query: `{ item { ${Array.from({ length: 16 }, (_, n) => `a${n}: name`).join(' ')} } }` },
      answer: refusedWith('LIMIT_EXCEEDED', { limit: 'aliases', maximum: 15, actual: 16 }),
    },
    {
      rule: 'an operation with too many fields at the root is refused',
      params: { query: `{ ${'hello '.repeat(11)} }` },
      answer: refusedWith('LIMIT_EXCEEDED', { limit: 'rootFields', maximum: 10, actual: 11 }),
    },
    {
      rule: 'a document with too many directives is refused',
      params: { query: `{ item { ${'... @include(if: true) { name } '.repeat(51)} } }` },
      answer: refusedWith('LIMIT_EXCEEDED', { limit: 'directives', maximum: 50, actual: 51 }),
    },
    {
      rule: 'an operation that costs too much by `first` is refused',
      params: { query: '{ list(first: 100) { list(first: 100) { name } } }' },
      answer: refusedWith('LIMIT_EXCEEDED', { limit: 'cost', maximum: 5000 }),
    },
    {
      rule: 'an operation that costs too much by its variables is refused',
      params: { query: 'query($n: Int) { list(first: $n) { name } }', variables: { n: 1_000_000 } },
      answer: refusedWith('LIMIT_EXCEEDED', { limit: 'cost' }),
    },
  ]);
});
