/**
 * Lets the edits of one record in this process take turns. Edits that ran together would refuse each other at AWS, and
 * each refusal costs a write of the quota. AWS's lock decides between processes.
 */
export type RecordTurns = {
  /** @param work receives true if another edit may have changed the record in between */
  run<T>(record: string, work: (hasWaited: boolean) => Promise<T>): Promise<T>;
};

export function createRecordTurns(): RecordTurns {
  const last = new Map<string, Promise<unknown>>();
  return {
    async run(record, work) {
      const before = last.get(record);
      const turn = (before ?? Promise.resolve()).then(() => work(before !== undefined));
      const settled = turn.catch(() => undefined);
      last.set(record, settled);
      try {
        return await turn;
      } finally {
        if (last.get(record) === settled) last.delete(record);
      }
    },
  };
}
