/**
 * A process that is measured or that makes the load: it takes calls from the bench over IPC, and ends with the bench.
 */
export type Handlers = Readonly<Record<string, (argument: any) => unknown>>;

/** Reports to the bench that this process is ready, and then answers its calls. */
export function serve(ready: unknown, handlers: Handlers): void {
  const all: Handlers = { cpuUs, memoryBytes, ...handlers };
  const answer = async (id: number, name: string, argument: unknown): Promise<void> => {
    try {
      const handler = all[name];
      if (handler === undefined) throw new Error(`there is no ${name} to call`);
      process.send?.({ id, result: await handler(argument) });
    } catch (error) {
      process.send?.({ id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
    }
  };
  process.on(
    'message',
    ({ id, name, argument }: { id: number; name: string; argument: unknown }) => void answer(id, name, argument),
  );
  process.on('disconnect', () => process.exit(0));
  process.send?.({ ready });
}

/** The time of the clock that all processes of a machine share. */
export function nowMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

/** The CPU time of this process so far, in microseconds. */
function cpuUs(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}

/** Resident memory after a garbage collection. The process needs --expose-gc. */
function memoryBytes(): number {
  if (globalThis.gc === undefined) throw new Error('memory is measured with --expose-gc only');
  for (let index = 0; index < 3; index += 1) globalThis.gc();
  return process.memoryUsage.rss();
}
