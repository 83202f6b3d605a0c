/**
 * The framing of Apollo's multipart subscription protocol, version 1.0, for Apollo Client, Apollo Kotlin and Apollo
 * iOS. Parts hold JSON: `{}` is a heartbeat, `{"payload": …}` a result, and `{"payload": null, "errors": […]}` an error
 * that ends the stream from outside the operation. `{"payload": {"extensions": {"cursor": …}}}` names the place at
 * which the stream begins.
 * https://www.apollographql.com/docs/graphos/routing/operations/subscriptions/multipart-protocol
 */
import { GraphQLError } from 'graphql';
import { SECOND } from '../../runtime/clock.js';
import { RESTARTING } from '../lifecycle/drain.js';
import type { Framing } from './http-stream.js';
import { formatted } from '../security/request-error.js';

const BOUNDARY = 'graphql';
const DELIMITER = `\r\n--${BOUNDARY}`;

/**
 * Each part ends with the delimiter of the next part, because a client processes a part only after it sees that
 * delimiter.
 */
function multipartPart(json: string): string {
  return `\r\ncontent-type: application/json; charset=utf-8\r\n\r\n${json}${DELIMITER}`;
}

const HEARTBEAT = multipartPart('{}');

const COMPLETE = '--\r\n';

export const multipart: Framing = {
  transport: 'multipart',
  contentType: `multipart/mixed; boundary=${BOUNDARY}; subscriptionSpec=1.0`,
  heartbeatMs: 5 * SECOND,
  opening: DELIMITER + HEARTBEAT,
  heartbeat: HEARTBEAT,
  // Apollo Client passes the result to its links and not to the application, because it has neither data nor errors.
  begin: (cursor) => multipartPart(JSON.stringify({ payload: { extensions: { cursor } } })),
  next: ({ json }) => multipartPart(`{"payload":${json}}`),
  complete: COMPLETE,
  failed: (errors) => multipartPart(JSON.stringify({ payload: null, errors: formatted(errors) })) + COMPLETE,
  restart() {
    const error = new GraphQLError(
      'This instance is restarting. Subscribe again after the last cursor to reach another instance.',
      { extensions: { code: RESTARTING } },
    );
    return multipart.failed([error]);
  },
};
