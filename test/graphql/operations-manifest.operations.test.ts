/** The documents that frontends and apps use, each complete in itself so that it can be sent, or registered, as it is. */
import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import {
  Kind,
  parse,
  print,
  validate,
  visit,
  type DocumentNode,
  type FragmentDefinitionNode,
  type OperationDefinitionNode,
} from 'graphql';
import { TASK_VIEWS } from '../../src/graphql/task/task-kinds.type.js';
import { schema } from '../support/harness/run-operation.js';

/** What each reads for itself, from AWS or from the log: a client asks for it where it shows it. */
const READ_APART = [
  'opportunity',
  'engagement',
  'engagementInvitation',
  'resourceSnapshotJob',
  'transitions',
  'retryOf',
  'retriedBy',
  'batch',
];
const folder = new URL('../../../schema/operations/', import.meta.url);
const documents = readdirSync(folder)
  .filter((file) => file.endsWith('.graphql'))
  .map((file) => ({ file, document: parse(readFileSync(new URL(file, folder), 'utf8')) }));

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

describe('schema/operations', () => {
  test('has a document for each thing that a client does', () => {
    const names = documents.flatMap(({ document }) => operationsIn(document).map((operation) => operation.name?.value));
    expect(new Set(names)).toEqual(
      new Set([
        'FollowTask',
        'InvitationInbox',
        'InvitationReadiness',
        'LeadReadiness',
        'OpportunityReadiness',
        'PartnerCentral',
        'RetryTask',
        'StartEngagementByAcceptingInvitationTask',
        'StartEngagementFromOpportunityTask',
        'StartEngagementFromOpportunityTasks',
        'StartOpportunityFromEngagementTask',
        'TaskBatch',
        'TaskBoard',
        'TaskDetail',
        'TaskFeed',
        'TaskList',
      ]),
    );
  });

  test.each(documents)('$file is valid and is named after its one operation', ({ file, document }) => {
    expect(validate(schema, document)).toEqual([]);
    const kebab = (name: string) => name.replace(/(?<=[a-z])(?=[A-Z])/g, '-').toLowerCase();
    expect(operationsIn(document).map((operation) => `${kebab(operation.name?.value ?? '')}.graphql`)).toEqual([file]);
  });

  test('asks for the same fields of a task everywhere', () => {
    const texts = new Set(documents.flatMap(({ document }) => fragmentsIn(document)).map(print));
    expect([...texts]).toHaveLength(1);
    expect([...texts][0]).toMatch(/^fragment TaskFields on Task /);
  });

  test('asks for every field of every type of task but what is read apart', () => {
    const [fragment] = documents.flatMap(({ document }) => fragmentsIn(document));
    const asked = fragment === undefined ? [] : fieldsIn(fragment);
    for (const name of TASK_VIEWS.map((view) => view.name)) {
      const type = schema.getType(name);
      const fields = type !== undefined && 'getFields' in type ? Object.keys(type.getFields()) : [];
      expect(fields.filter((field) => !asked.includes(field))).toEqual(READ_APART);
    }
  });

  test.each(
    documents.filter(({ document }) => operationsIn(document).some(({ operation }) => operation === 'subscription')),
  )('$file asks for what resuming needs', ({ document }) => {
    expect(operationsIn(document).flatMap(fieldsIn)).toEqual(
      expect.arrayContaining(['cursor', 'sequence', 'isTerminal']),
    );
  });
});
