/** Asks for every member of a type, and tells what a client should read of a record with them. */
import { getNamedType, getNullableType, isListType, isObjectType, type GraphQLObjectType } from 'graphql';
import { DateTime } from '../../src/graphql/values/date-time.scalar.js';
import type { Json } from './run.js';
import { schema } from './run.js';

/** Computed, and tested by themselves. */
const READINESS = /Readiness$/;

export function objectType(name: string): GraphQLObjectType {
  const type = schema.getType(name);
  if (!isObjectType(type)) throw new Error(`${name} is no object type.`);
  return type;
}

function membersOf(type: GraphQLObjectType) {
  return Object.values(type.getFields()).filter(({ name }) => !READINESS.test(name));
}

/** The paths of all leaves below a type, for example `lifeCycle.stage`. */
export function leavesOf(type: GraphQLObjectType): string[][] {
  return membersOf(type).flatMap((field) => {
    const inner = getNamedType(field.type);
    return isObjectType(inner) ? leavesOf(inner).map((path) => [field.name, ...path]) : [[field.name]];
  });
}

/** A selection of one path: `lifeCycle { stage }`. */
export function selectionOf([first = '', ...rest]: readonly string[]): string {
  return rest.length === 0 ? first : `${first} { ${selectionOf(rest)} }`;
}

export function everyMemberOf(type: GraphQLObjectType): string {
  return membersOf(type)
    .map((field) => {
      const inner = getNamedType(field.type);
      return isObjectType(inner) ? `${field.name} { ${everyMemberOf(inner)} }` : field.name;
    })
    .join(' ');
}

/** The record as a client reads it: times as text, everything else as it is. `renamed` maps names of the schema to those of the record. */
export function asRead(type: GraphQLObjectType, record: object, renamed: Readonly<Record<string, string>> = {}): Json {
  return Object.fromEntries(
    membersOf(type).map((field) => {
      const inner = getNamedType(field.type);
      const shown = (value: unknown): Json => {
        if (value === null) return null;
        if (typeof value === 'object' && isObjectType(inner)) return asRead(inner, value, renamed);
        if (typeof value === 'number') return inner.name === DateTime.name ? new Date(value).toISOString() : value;
        if (typeof value === 'string') return value;
        throw new Error(`The sample lacks ${type.name}.${field.name}.`);
      };
      const value: unknown = Reflect.get(
        record,
        field.name in record ? field.name : (renamed[`${type.name}.${field.name}`] ?? field.name),
      );
      return [
        field.name,
        isListType(getNullableType(field.type)) && Array.isArray(value) ? value.map(shown) : shown(value),
      ];
    }),
  );
}
