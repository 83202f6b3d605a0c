/** Times: milliseconds since the epoch everywhere else, RFC 3339 text in UTC for clients. */
import { GraphQLScalarType } from 'graphql';
import { GraphQLDateTimeISO } from 'graphql-scalars';

/** The library's ISO variant, because its plain `DateTime` leaves a Date in the result, which becomes text only when that is printed. */
export const DateTime = new GraphQLScalarType({
  ...GraphQLDateTimeISO.toConfig(),
  name: 'DateTime',
  description: 'An instant as RFC 3339 text in UTC with milliseconds, for example `2025-03-14T09:26:53.589Z`.',
  specifiedByURL: 'https://scalars.graphql.org/andimarek/date-time.html',
});
