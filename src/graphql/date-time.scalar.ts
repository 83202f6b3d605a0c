/** Times, kept as milliseconds since the epoch everywhere else and shown as RFC 3339 text in UTC. */
import { GraphQLScalarType } from 'graphql';
import { GraphQLDateTime } from 'graphql-scalars';

export const DateTime = new GraphQLScalarType({
  ...GraphQLDateTime.toConfig(),
  description: 'An instant as RFC 3339 text in UTC with milliseconds, for example `2025-03-14T09:26:53.589Z`.',
  specifiedByURL: 'https://scalars.graphql.org/andimarek/date-time',
  // The library's own returns a Date, which only becomes text when the answer is printed: results would not be plain JSON until then.
  serialize(value) {
    const date = GraphQLDateTime.serialize(value);
    return date instanceof Date ? date.toISOString() : date;
  },
});
