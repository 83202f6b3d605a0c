/**
 * Keeps the reason why the SDK found no credentials. The SDK asks one provider after the other, and its error names
 * only the last. The other reasons stand in the SDK's debug log alone. Reasons that may quote a secret are never passed
 * on.
 */

/** The logger type of @smithy/types. */
type SdkLogger = Readonly<Record<'debug' | 'info' | 'warn' | 'error', (...content: unknown[]) => void>>;

export type CredentialsLog = {
  readonly logger: SdkLogger;
  /** The last reason, in whole sentences; null when the log held none that helps an operator. */
  lastReason(): string | null;
};

/** A line in which a provider gives its reason. */
const REASON = /^@smithy\/property-provider \S+ ([^\n]+)/;
/** The line of the first provider of the chain: a new search for credentials begins. */
const CHAIN_START = /^AWS_PROFILE is set|^Unable to find environment variable/;

/**
 * Reasons that are passed on unchanged. They hold only names of profiles, sessions and settings, and errors of AWS's
 * sign-on. Other reasons may quote secrets. The profile "default" is left out, because the operator did not name it.
 */
const SAFE_REASONS = [
  /^Could not resolve credentials using profile: \[(?!default\])/,
  /^Detected a cycle attempting to resolve credentials for profile /,
  /^Unsupported credential source in profile /,
  /^Profile .+ (requires multi-factor authentication|credential_process (did not return|returned) )/,
  /^Profile is configured with invalid SSO credentials\. /,
  /^Conflicting SSO (region|start_url)/,
  /^(The SSO session|Sso session|Token is expired\.|Value not present for|SSO returns an invalid) ?/,
  /^(Unauthorized|Forbidden|ResourceNotFound|InvalidRequest|TooManyRequests)Exception: /,
];

/** Reasons that quote a command, its output or a file, and the sentence that replaces each. */
const REPLACED_REASONS: readonly (readonly [RegExp, string])[] = [
  [/^Command failed: /, 'The credential_process of the profile failed.'],
  [/^Failed to (load|refresh) (a )?token\b/, 'The session of aws login could not be used: sign in again (aws login).'],
];

/** @param warn receives the SDK's warnings, which report settings that contradict each other */
export function createCredentialsLog(warn: (...content: unknown[]) => void): CredentialsLog {
  let lastReason: string | null = null;
  const ignore = () => undefined;
  return {
    logger: {
      debug(...content) {
        const reason = REASON.exec(String(content[0]))?.[1];
        if (reason !== undefined) lastReason = sentenceOf(reason) ?? (CHAIN_START.test(reason) ? null : lastReason);
      },
      info: ignore,
      warn,
      error: ignore,
    },
    lastReason: () => lastReason,
  };
}

function sentenceOf(reason: string): string | null {
  const replaced = REPLACED_REASONS.find(([pattern]) => pattern.test(reason));
  if (replaced !== undefined) return replaced[1];
  if (!SAFE_REASONS.some((pattern) => pattern.test(reason))) return null;
  return /[.!?]$/.test(reason) ? reason : `${reason}.`;
}
