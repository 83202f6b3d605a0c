/** The documents that clients use: one operation or one fragment in each file, as the tools for manifests want it. */
import { describe, expect, test } from '@jest/globals';
import {
  Kind,
  parse,
  validate,
  visit,
  type DocumentNode,
  type FragmentDefinitionNode,
  type OperationDefinitionNode,
} from 'graphql';
import { TASK_VIEWS } from '../../src/graphql/task/task-kinds.type.js';
import { publishedNames, publishedOperation } from '../support/fixtures/published/published-operations.js';
import { schema } from '../support/server/run-operation.js';

/** The fields that need a call to AWS or a further read of the log. A client selects them only if it shows them. */
const READ_SEPARATELY = [
  'opportunity',
  'engagement',
  'engagementInvitation',
  'resourceSnapshotJob',
  'transitions',
  'retryOf',
  'retriedBy',
  'batch',
];
const documents = publishedNames().map((name) => ({ name, document: parse(publishedOperation(name)) }));

function operationsIn(document: DocumentNode): OperationDefinitionNode[] {
  return document.definitions.filter((definition) => definition.kind === Kind.OPERATION_DEFINITION);
}

function fragmentsIn(document: DocumentNode): FragmentDefinitionNode[] {
  return document.definitions.filter((definition) => definition.kind === Kind.FRAGMENT_DEFINITION);
}

function fieldsIn(node: FragmentDefinitionNode | OperationDefinitionNode): string[] {
  const names: string[] = [];
  visit(node, { Field: ({ name }) => void names.push(name.value) });
  return names;
}

function rootFieldsOf({ selectionSet }: OperationDefinitionNode): string[] {
  return selectionSet.selections.flatMap((selection) => (selection.kind === Kind.FIELD ? [selection.name.value] : []));
}

describe('schema/operations', () => {
  test('every mutation, every subscription and every query for a task has a document', () => {
    const used = documents.flatMap(({ document }) => operationsIn(document)).flatMap(rootFieldsOf);
    const offered = [schema.getMutationType(), schema.getSubscriptionType(), schema.getQueryType()].flatMap((type) =>
      Object.values(type?.getFields() ?? {}),
    );
    const unused = offered
      .filter(({ name }) => !used.includes(name))
      .map(({ name, type }) => `${name}: ${type.toString()}`);
    // Records that clients reach from a task or from a list, and look-ups for the libraries of clients.
    expect(unused).toEqual(
      unused.filter((field) => /: \[?(?:Opportunity|Engagement|ResourceSnapshotJob|Node)/.test(field)),
    );
  });

  test.each(documents)('$name is valid and has the name of its only operation', ({ name: file, document }) => {
    expect(validate(schema, document)).toEqual([]);
    const kebab = (name: string) => name.replace(/(?<=[a-z])(?=[A-Z])/g, '-').toLowerCase();
    expect(operationsIn(document).map((operation) => kebab(operation.name?.value ?? ''))).toEqual([file]);
  });

  test('TaskFields selects every field of every type of task except those that need a further read', () => {
    const fragment = documents
      .flatMap(({ document }) => fragmentsIn(document))
      .find(({ name }) => name.value === 'TaskFields');
    const asked = fragment === undefined ? [] : fieldsIn(fragment);
    for (const name of TASK_VIEWS.map((view) => view.name)) {
      const type = schema.getType(name);
      const fields = type !== undefined && 'getFields' in type ? Object.keys(type.getFields()) : [];
      expect(new Set(fields.filter((field) => !asked.includes(field)))).toEqual(new Set(READ_SEPARATELY));
    }
  });

  test.each(
    documents.filter(({ document }) => operationsIn(document).some(({ operation }) => operation === 'subscription')),
  )('$name selects the fields that a client needs to resume', ({ document }) => {
    const definitions = [...operationsIn(document), ...fragmentsIn(document)];
    expect(definitions.flatMap(fieldsIn)).toEqual(expect.arrayContaining(['cursor', 'sequence', 'isTerminal']));
  });
});
