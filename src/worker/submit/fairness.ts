/**
 * Who is next: subjects take turns, so that one who starts five hundred tasks does not make the others wait for minutes. Pure but for what
 * it remembers: whose turn was when. A new worker begins anew, which costs nobody more than one turn.
 */
type Subject = string | null;

export type Fairness = {
  /** The first of those whose subject has waited longest for a turn; null when there are none. */
  choose<T>(firsts: readonly T[], subjectOf: (item: T) => Subject): T | null;
  served(subject: Subject): void;
};

/** Subjects remembered; of more than these the one that waited longest is forgotten, and is then next. */
const REMEMBERED = 10_000;

export function createFairness(): Fairness {
  /** In the order of their last turns. */
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
      if (order.size > REMEMBERED) order.delete([...order][0] ?? null);
    },
  };
}
