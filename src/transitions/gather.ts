/**
 * Answers together what is asked at about the same time. When a proxy restarts, or a network comes back, all readers return at once, and a
 * statement for thirty of them costs less than ten statements for one. No answer is older than its question: the work begins after it.
 */

/** Whoever shares an answer is served in one go, which others have to wait for. */
const AT_ONCE = 64;
/**
 * Of the loop, for which a question waits for others. While readers return, a turn hears one or two of them, for it accepts one connection;
 * while nothing happens, a turn takes some microseconds.
 */
const TURNS = 8;
/** The more are under way, the fewer are shared; a second one, so that not everybody waits for one that hangs. */
const MAX_UNDER_WAY = 2;

type Waiting<Question, Answer> = { readonly question: Question; readonly resolve: (answer: Answer) => void; readonly reject: (error: unknown) => void };

/** @param answer the answers to some questions; when it fails, those who share it are told so, and nobody else. */
export function gathering<Question, Answer>(answer: (questions: readonly Question[]) => Promise<(question: Question) => Answer>): (question: Question) => Promise<Answer> {
  const waiting: Waiting<Question, Answer>[] = [];
  let underWay = 0;
  let isDue = false;

  function gather(): void {
    if (isDue || underWay >= MAX_UNDER_WAY || waiting.length === 0) return;
    isDue = true;
    setImmediate(letPass, TURNS);
  }

  function letPass(left: number): void {
    if (left > 1 && waiting.length < AT_ONCE) return void setImmediate(letPass, left - 1);
    isDue = false;
    void answerAll(waiting.splice(0, AT_ONCE));
    gather();
  }

  async function answerAll(all: readonly Waiting<Question, Answer>[]): Promise<void> {
    underWay += 1;
    try {
      const answerTo = await answer(all.map(({ question }) => question));
      for (const { question, resolve } of all) resolve(answerTo(question));
    } catch (error) {
      for (const { reject } of all) reject(error);
    }
    underWay -= 1;
    gather();
  }

  return (question) =>
    new Promise((resolve, reject) => {
      waiting.push({ question, resolve, reject });
      gather();
    });
}
