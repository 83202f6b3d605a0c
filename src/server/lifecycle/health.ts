/**
 * Liveness and readiness. `/health/live` answers while the process runs. `/health/ready` says if the instance should
 * receive requests, with every reason against it and every error that is reported only. An event loop that is more than
 * a second late is a reason, because it delays every caller.
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
  /**
   * The error that prevents token checks, or null. It is reported, but the instance stays ready, because other
   * instances would have the same error.
   */
  authenticationError(): string | null;
  /**
   * A log that cannot be written is also reported, and the instance stays ready. Otherwise one failing log collector
   * would remove every instance.
   */
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
      // The histogram covers the time since the last request, so that one bad moment does not stay in it.
      const lateMs = delay.percentile(99) / NANOSECONDS_PER_MS;
      delay.reset();
      if (lateMs > OVERLOADED_MS) against.push(`overloaded: the event loop is ${Math.round(lateMs)} ms late`);
      const remarks = [deps.authenticationError(), deps.telemetry.logTrouble()].filter((reason) => reason !== null);
      return { ready: ready && against.length === 0, reasons: [...against, ...reasons, ...remarks], version: VERSION };
    },
    close() {
      delay.disable();
    },
  };
}
