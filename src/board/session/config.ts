/** The settings that the gateway tells the page before its first call. */

export type SignIn = {
  readonly clientId: string;
  readonly scopes: string;
  readonly issuer: string;
  readonly audience: string;
  readonly authorizationEndpoint: string;
  readonly tokenEndpoint: string;
};

export type Config = {
  readonly auth: 'none' | 'jwt';
  readonly signIn: SignIn | null;
  readonly signInProblem: string | null;
  readonly hasSandbox: boolean;
  readonly hasSchemaFile: boolean;
  readonly version: string;
};

/** The folder of the board's own files. The scripts are in it. */
const FOLDER = new URL('.', import.meta.url);
/** The address that the issuer sends people back to. */
export const PAGE = new URL('../board', FOLDER);
export const ICON = new URL('favicon.svg', FOLDER);
export const ENDPOINT = new URL('../graphql', FOLDER);

export async function readConfig(): Promise<Config> {
  const response = await fetch(new URL('config.json', FOLDER));
  if (!response.ok) throw new Error(`The gateway answered ${response.status}.`);
  return response.json();
}
