/** The pages of browsers that may call. */
import type { Variables } from './variables.js';

const SANDBOX_ORIGIN = 'https://studio.apollographql.com';

export function originsOf({ text, list, problems }: Variables, explorer: boolean): string[] {
  const origins = list('CORS_ORIGINS');
  for (const origin of origins) {
    if (!URL.canParse(origin) || new URL(origin).origin !== origin) {
      problems.push(`CORS_ORIGINS contains ${JSON.stringify(origin)}. Expected origins such as https://app.example.com, without a path, separated by commas.`);
    }
  }
  return text('CORS_ORIGINS') === null && explorer ? [SANDBOX_ORIGIN] : origins;
}
