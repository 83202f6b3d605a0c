/** The forms of an opportunity and of a lead cover the patches of the schema, in the words of AWS's model. */
import { readFileSync } from 'node:fs';
import * as aws from '@aws-sdk/client-partnercentral-selling';
import { expect, test } from '@jest/globals';
import { buildSchema, getNullableType, isInputObjectType, isListType, type GraphQLInputType } from 'graphql';
import * as choices from '../../src/board/edit/choices.js';
import { awsNameOf, FIELDS, type EditField } from '../../src/board/edit/fields.js';
import { LEAD_FIELDS } from '../../src/board/edit/lead-fields.js';
import { editabilityOf } from '../../src/records/editability.js';

const schema = buildSchema(readFileSync('schema/schema.graphql', 'utf8'));

/** The paths of the members that hold a value, also those of the members of a list. */
function leavesOf(type: GraphQLInputType, path: readonly string[]): string[] {
  const named = getNullableType(type);
  if (isListType(named)) return leavesOf(named.ofType, path);
  if (!isInputObjectType(named)) return [path.join('.')];
  return Object.values(named.getFields()).flatMap((field) => leavesOf(field.type, [...path, field.name]));
}

test.each<[string, readonly EditField[]]>([
  ['OpportunityPatch', FIELDS],
  ['LeadPatch', LEAD_FIELDS],
])('each member of %s has a control, and each control a member', (name, fields) => {
  const patch = schema.getType(name);
  if (!isInputObjectType(patch)) throw new Error(`The schema has no ${name}.`);
  const controls = fields.flatMap((field) =>
    'columns' in field ? field.columns.map((column) => `${field.path}.${column.name}`) : [field.path],
  );
  expect(controls.toSorted()).toEqual(leavesOf(patch, []).toSorted());
});

test('the editability of an opportunity names each field of the form', () => {
  const known = editabilityOf({ lifeCycle: null }).map(({ field }) => field);
  expect(FIELDS.map(({ path }) => awsNameOf(path)).filter((name) => !known.includes(name))).toEqual([]);
});

test("the choices are those of AWS's model and of the schema", () => {
  const stage = schema.getType('OpportunityStage')?.toConfig();
  const stages = stage !== undefined && 'values' in stage ? Object.keys(stage.values) : [];
  expect(choices.STAGES.toSorted()).toEqual(stages.toSorted());
  expect(choices.CLOSED_LOST_REASONS.toSorted()).toEqual(Object.values(aws.ClosedLostReason).toSorted());
  expect(choices.COMPETITORS.toSorted()).toEqual(Object.values(aws.CompetitorName).toSorted());
  expect(choices.INDUSTRIES.toSorted()).toEqual(Object.values(aws.Industry).toSorted());
  expect(choices.OPPORTUNITY_TYPES.toSorted()).toEqual(Object.values(aws.OpportunityType).toSorted());
  expect(choices.MARKETING_SOURCES.toSorted()).toEqual(Object.values(aws.MarketingSource).toSorted());
  expect(choices.REVENUE_MODELS.toSorted()).toEqual(Object.values(aws.RevenueModel).toSorted());
  expect(choices.YES_OR_NO.toSorted()).toEqual(Object.values(aws.NationalSecurity).toSorted());
});
