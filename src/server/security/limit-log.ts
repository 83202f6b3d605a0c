/**
 * Logs which limit a caller has met, and which setting changes it. Responses to clients name no setting. Each limit is
 * logged at most once a minute, because a caller can meet it any number of times.
 */
import { MINUTE, type Clock } from '../../runtime/clock.js';
import type { Telemetry } from '../../runtime/telemetry.js';
import { SETTING_OF } from './limits.js';
import type { RequestError } from './request-error.js';

const EVERY_MS = MINUTE;

export type LimitLog = {
  /** @param subject the subject of the caller; null without authentication */
  met(limit: keyof typeof SETTING_OF, subject: string | null): void;
  /** Logs the limits that a request error names. */
  refused(requestError: Pick<RequestError, 'errors'>, subject: string | null): void;
};

export function createLimitLog({
  clock,
  telemetry,
}: {
  readonly clock: Clock;
  readonly telemetry: Telemetry;
}): LimitLog {
  const loggedAt = new Map<string, number>();

  function met(limit: keyof typeof SETTING_OF, subject: string | null): void {
    const now = clock.monotonic();
    if (now - (loggedAt.get(limit) ?? -Infinity) < EVERY_MS) return;
    loggedAt.set(limit, now);
    telemetry.log.warn(
      { subject, limit },
      `A caller has met the limit "${limit}". ${SETTING_OF[limit]} would raise it.`,
    );
  }

  return {
    met,
    refused({ errors }, subject) {
      for (const { extensions } of errors) {
        const { limit } = extensions;
        if (isLimit(limit)) met(limit, subject);
      }
    },
  };
}

function isLimit(limit: unknown): limit is keyof typeof SETTING_OF {
  return typeof limit === 'string' && Object.hasOwn(SETTING_OF, limit);
}
