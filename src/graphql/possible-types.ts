/**
 * The types of each interface and union, in the form of `possibleTypes` of Apollo Client's cache. Without them the
 * cache drops the fields of a fragment on an interface.
 */
import { isAbstractType, type GraphQLSchema } from 'graphql';

export function printPossibleTypes(schema: GraphQLSchema): string {
  const types = Object.values(schema.getTypeMap())
    .filter(isAbstractType)
    .map((type): [string, string[]] => [
      type.name,
      schema
        .getPossibleTypes(type)
        .map(({ name }) => name)
        .sort(),
    ]);
  types.sort(([a], [b]) => (a < b ? -1 : 1));
  return `${JSON.stringify(Object.fromEntries(types), null, 2)}\n`;
}
