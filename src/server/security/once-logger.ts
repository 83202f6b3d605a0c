import { messageOf } from '../../runtime/error-message.js';
/** Logs each cause once, and a limited number of causes, because clients can provoke any number of them. */
export const MAX_CAUSES = 100;

/** @param what the message that is logged with each cause */
export function createOnceLogger(
  warn: (message: string, error?: unknown) => void,
  what: string,
): (error: unknown) => void {
  const causes = new Set<string>();
  return (error) => {
    const cause = messageOf(error);
    if (causes.has(cause) || causes.size > MAX_CAUSES) return;
    causes.add(cause);
    if (causes.size <= MAX_CAUSES) warn(what, error);
    else warn(`${what}: further causes are not logged until the gateway is restarted (limit ${MAX_CAUSES}).`);
  };
}
