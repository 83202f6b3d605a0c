/**
 * Documents whose variables, aliases, fragments and operation have the names of inherited members are treated like any
 * other document.
 */
import { parse, validate } from 'graphql';
import { createSchema } from '../../../src/graphql/schema.js';
import { aTask, contextWith, fakeTasks } from '../../support/fakes/fake-tasks.js';
import { INHERITED_NAMES, inheritedNaming, randomDocument } from '../../support/fixtures/random-document.js';
import { createRandom } from '../../support/fakes/random.js';
import { renamed, documentTreatmentOf } from '../../support/checks/document-treatment.js';
import { createTroublesomeSchema } from '../../support/fixtures/troublesome-schema.js';
import type { Campaign } from '../campaign.js';

const TAPE_BYTES = 300;

export const names: Campaign = async (options) => {
  const { inputs, seed } = options;
  const random = createRandom(seed, 'names');
  const items = [{ cursor: 'cursor', item: aTask() }];
  const answers = { find: aTask(), list: { items, hasNextPage: false, hasPreviousPage: false }, count: 1 };
  const worlds = [
    { schema: createTroublesomeSchema(), contextOf: () => ({}) },
    { schema: createSchema(), contextOf: () => contextWith(fakeTasks(answers)) },
  ];
  const failures: string[] = [];
  let invalid = 0;
  for (let input = 1; input <= inputs; input += 1) {
    const { schema, contextOf } = random.pick(worlds);
    const tape = Uint8Array.from({ length: TAPE_BYTES }, () => random.next() * 256);
    const naming = inheritedNaming(Math.floor(random.between(0, INHERITED_NAMES.length)));
    const plain = randomDocument(schema, tape);
    if (validate(schema, parse(plain.text)).length > 0) invalid += 1;
    const expected = renamed(await documentTreatmentOf(schema, contextOf(), plain), naming);
    const strange = randomDocument(schema, tape, 'query', naming);
    const actual = await documentTreatmentOf(schema, contextOf(), strange);
    if (actual !== expected) failures.push(`input ${input} is treated unlike its plain twin: ${strange.text}`);
    if (input % 10_000 === 0) options.say(`${input} documents`);
  }
  return { inputs, failures, figures: { 'invalid documents': invalid } };
};
