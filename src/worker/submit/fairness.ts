/**
 * Chooses the subject whose start is sent next: subjects take turns, so that five hundred starts of one do not delay
 * the others for minutes. The turns are kept in memory. A new worker forgets them, which costs a subject at most one
 * turn.
 */
type Subject = string | null;

export type Fairness = {
  /** Returns the first start whose subject has waited longest for a turn, or null if there is none. */
  choose<T>(firsts: readonly T[], subjectOf: (item: T) => Subject): T | null;
  served(subject: Subject): void;
};

/**
 * The number of subjects that are remembered. The subject that has waited longest is dropped first, and is next in
 * turn.
 */
const MAX_SUBJECTS = 10_000;

export function createFairness(): Fairness {
  /** Subjects in the order of their last turns. */
  const order = new Set<Subject>();
  return {
    choose(firsts, subjectOf) {
      const newcomer = firsts.find((item) => !order.has(subjectOf(item)));
      if (newcomer !== undefined) return newcomer;
      const waiting = new Map(firsts.map((item) => [subjectOf(item), item]));
      for (const subject of order) {
        const item = waiting.get(subject);
        if (item !== undefined) return item;
      }
      return null;
    },
    served(subject) {
      order.delete(subject);
      order.add(subject);
      if (order.size > MAX_SUBJECTS) order.delete([...order][0] ?? null);
    },
  };
}
