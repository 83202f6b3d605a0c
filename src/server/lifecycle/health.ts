/**
 * `/health/live`: the process answers. `/health/ready`: it should be sent work, with every reason against it and what else is worth knowing. An event loop that is
 * more than a second late means that everyone is kept waiting: better to send them elsewhere.
 */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { SECOND } from '../../runtime/clock.js';
import type { Telemetry } from '../../runtime/telemetry.js';
import { VERSION } from '../../version.js';

export type Readiness = { readonly ready: boolean; readonly reasons: string[] };

export type Health = { ready(): Promise<Readiness & { readonly version: string }>; close(): void };

const OVERLOADED_MS = SECOND;
const NANOSECONDS_PER_MS = 1e6;

export type HealthDeps = {
  ready(): Promise<Readiness>;
  draining(): boolean;
  /** What keeps tokens from being checked: told, and no reason to send callers elsewhere, where it would be the same. */
  authenticationTrouble(): string | null;
  /** A log that cannot be written is shown too, and is no reason either: one collector that fails would take every instance away. */
  readonly telemetry: Pick<Telemetry, 'unexpected' | 'logTrouble'>;
};

export function createHealth(deps: HealthDeps): Health {
  const delay = monitorEventLoopDelay({ resolution: 20 });
  delay.enable();

  async function dependencies(): Promise<Readiness> {
    try {
      return await deps.ready();
    } catch (error) {
      deps.telemetry.unexpected('readiness', error);
      return { ready: false, reasons: ['the readiness check failed'] };
    }
  }

  return {
    async ready() {
      const { ready, reasons } = await dependencies();
      const against: string[] = [];
      if (deps.draining()) against.push('draining');
      // Since the last question, so that one bad moment does not stay for ever.
      const lateMs = delay.percentile(99) / NANOSECONDS_PER_MS;
      delay.reset();
      if (lateMs > OVERLOADED_MS) against.push(`overloaded: the event loop is ${Math.round(lateMs)} ms late`);
      const troubles = [deps.authenticationTrouble(), deps.telemetry.logTrouble()].filter(
        (trouble) => trouble !== null,
      );
      return { ready: ready && against.length === 0, reasons: [...against, ...reasons, ...troubles], version: VERSION };
    },
    close() {
      delay.disable();
    },
  };
}
