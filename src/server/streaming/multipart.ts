/**
 * Apollo's multipart subscription protocol, version 1.0, which Apollo Client, Apollo Kotlin and Apollo iOS speak over plain HTTP: parts
 * of JSON, `{}` as heartbeat, `{"payload": …}` for results, and `{"payload": null, "errors": […]}` for what ends the stream from outside
 * the operation. https://www.apollographql.com/docs/graphos/routing/operations/subscriptions/multipart-protocol
 */
import { GraphQLError } from 'graphql';
import { SECOND } from '../../runtime/clock.js';
import { RESTARTING } from '../lifecycle/drain.js';
import type { Framing } from './http-stream.js';
import { formatted } from '../security/request-error.js';

const BOUNDARY = 'graphql';
const DELIMITER = `\r\n--${BOUNDARY}`;

/** Every part ends with the delimiter of the next one: clients know that a part is whole only when they see it. */
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
  next: ({ json }) => multipartPart(`{"payload":${json}}`),
  complete: COMPLETE,
  failed: (errors) => multipartPart(JSON.stringify({ payload: null, errors: formatted(errors) })) + COMPLETE,
  restart() {
    const error = new GraphQLError(
      'This instance is restarting: subscribe again after the last cursor, and you will reach another.',
      { extensions: { code: RESTARTING } },
    );
    return multipart.failed([error]);
  },
};
