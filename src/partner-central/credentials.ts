/**
 * What the SDK says of credentials that it could not get. It asks one provider after the other, keeps the reasons of all but the last to itself,
 * and ends with a sentence that says nothing: its log is the only place that has them.
 */

/** As @smithy/types has it. */
type SdkLogger = Readonly<Record<'debug' | 'info' | 'warn' | 'error', (...content: unknown[]) => void>>;

export type CredentialsLog = {
  readonly logger: SdkLogger;
  /** What was said last, in whole sentences; null when nothing was that an operator would not know. */
  said(): string | null;
};

/** With what a provider's word begins in the log. */
const WORD = /^@smithy\/property-provider \S+ ([^\n]+)/;
/** What the first provider of the chain says, whichever it is that follows. */
const BEGINNING = /^AWS_PROFILE is set|^Unable to find environment variable/;

/**
 * The sentences that are passed on as they are: made of the names of profiles, sessions and settings, and of what AWS's sign-on answers. All others
 * may quote what nobody but the operator should see. Where no profile is named, nobody looks for one called "default".
 */
const TELLING = [
  /^Could not resolve credentials using profile: \[(?!default\])/,
  /^Detected a cycle attempting to resolve credentials for profile /,
  /^Unsupported credential source in profile /,
  /^Profile .+ (requires multi-factor authentication|credential_process (did not return|returned) )/,
  /^Profile is configured with invalid SSO credentials\. /,
  /^Conflicting SSO (region|start_url)/,
  /^(The SSO session|Sso session|Token is expired\.|Value not present for|SSO returns an invalid) ?/,
  /^(Unauthorized|Forbidden|ResourceNotFound|InvalidRequest|TooManyRequests)Exception: /,
];

/** What quotes a command with its arguments and what it printed, or a file, said in other words. */
const RETOLD: readonly (readonly [RegExp, string])[] = [
  [/^Command failed: /, 'The credential_process of the profile failed.'],
  [/^Failed to (load|refresh) (a )?token\b/, 'The session of aws login could not be used: sign in again (aws login).'],
];

/** @param warn where the SDK's warnings go, which are about settings that contradict each other */
export function createCredentialsLog(warn: (...content: unknown[]) => void): CredentialsLog {
  let said: string | null = null;
  const ignore = () => undefined;
  return {
    logger: {
      debug(...content) {
        const word = WORD.exec(String(content[0]))?.[1];
        if (word !== undefined) said = sentenceOf(word) ?? (BEGINNING.test(word) ? null : said);
      },
      info: ignore,
      warn,
      error: ignore,
    },
    said: () => said,
  };
}

function sentenceOf(word: string): string | null {
  const retold = RETOLD.find(([pattern]) => pattern.test(word));
  if (retold !== undefined) return retold[1];
  if (!TELLING.some((pattern) => pattern.test(word))) return null;
  return /[.!?]$/.test(word) ? word : `${word}.`;
}
