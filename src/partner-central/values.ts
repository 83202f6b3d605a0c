/** Values of AWS's answers, of which any may be absent: what is missing is null or an empty list, never undefined. */

/** AWS writes the text "null" where it means nothing (seen as the ReasonCode of COMPLETE tasks). */
export function present(value: string | undefined): string | null {
  return value === undefined || value === '' || value === 'null' ? null : value;
}

export function textsOf(values: readonly (string | undefined)[] | undefined): readonly string[] {
  return (values ?? []).flatMap((value) => present(value) ?? []);
}

export function timeOf(date: Date | undefined): number | null {
  const time = date?.getTime();
  return time === undefined || Number.isNaN(time) ? null : time;
}

/** What a proxy between the gateway and AWS sends: HTTP 200 and nothing that AWS would say. */
export class EmptyAnswer extends Error {
  override readonly name = 'EmptyAnswer';
  constructor(about: string) {
    super(`The answer says nothing of ${about}. A proxy may stand between the gateway and AWS.`);
  }
}

/** @throws EmptyAnswer when no member is there but what the SDK adds itself */
export function notEmpty<T extends object>(answer: T, about: string): T {
  if (Object.entries(answer).every(([name, value]) => name === '$metadata' || value === undefined)) throw new EmptyAnswer(about);
  return answer;
}
