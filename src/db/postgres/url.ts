/**
 * Reads the URL of a PostgreSQL database. Each mistake has its own sentence, which follows the name of the setting. No
 * sentence repeats the user, the password or a value, because a mistake may move a part of the password anywhere.
 */

/** Parameters that stay in the connection string, where `pg` reads them. */
const PASSED_ON = ['user', 'password', 'host', 'port'] as const;
/** Parameters of other clients that have no effect: the gateway does the same anyway, or has a setting of its own. */
const WITHOUT_EFFECT = [
  'application_name',
  'fallback_application_name',
  'connect_timeout',
  'keepalives',
  'keepalives_idle',
  'keepalives_interval',
  'keepalives_count',
];
const READ_HERE = [
  'sslmode',
  'sslrootcert',
  'sslcert',
  'sslkey',
  'ssl',
  'options',
  'client_encoding',
  'channel_binding',
  'target_session_attrs',
];
const KNOWN: readonly string[] = [...PASSED_ON, ...READ_HERE, ...WITHOUT_EFFECT];

const SSL_MODES = ['disable', 'require', 'verify-ca', 'verify-full', 'no-verify'] as const;
type SslMode = (typeof SSL_MODES)[number];

export type PostgresUrl = {
  /** The URL without the parameters that are read here. */
  readonly connectionString: string;
  readonly sslMode: SslMode;
  /** Paths of files. */
  readonly rootCertificate: string | null;
  readonly certificate: string | null;
  readonly key: string | null;
  readonly bindsChannel: boolean;
  /** Settings from `options`, set on each connection. */
  readonly settings: readonly Setting[];
};

export type Setting = readonly [name: string, value: string];

/**
 * @param fallback PGSSLMODE, the sslmode of a URL without one
 * @returns a sentence that continues the name of the setting; null for a URL without mistakes
 */
export function mistakeInUrl(url: string, fallback?: string): string | null {
  if (!/^postgres(ql)?:\/\//.test(url))
    return 'is not a URL that can be used. Expected one that begins with postgres:// or postgresql://.';
  const { authority, path, query } = partsOf(url);
  const character = unescapedCharacter(url, authority, path, query);
  if (character !== null)
    return (
      `has ${character.what} in the user, the password or a value. Write it percent-encoded: ` + `${character.encoded}.`
    );
  if (!isDecodable(url))
    return (
      'has a percent-encoded character that is not UTF-8. Encode each character of the user and the password as ' +
      'encodeURIComponent does.'
    );
  const parameters = new URLSearchParams(query);
  return (
    mistakeInHost(authority, parameters) ?? mistakeInParameters(parameters) ?? mistakeInFallback(parameters, fallback)
  );
}

/**
 * Adds PGSSLMODE to a URL without TLS parameters. `pg` reads PGSSLMODE too, but connects without TLS if it is misspelt.
 *
 * @param url has no mistake, also with the fallback
 */
export function withSslMode(url: string, fallback = ''): string {
  if (fallback === '' || sslModeOf(new URLSearchParams(partsOf(url).query)) !== null) return url;
  return `${url}${url.includes('?') ? '&' : '?'}sslmode=${fallback}`;
}

/** @param url has no mistake */
export function readPostgresUrl(url: string): PostgresUrl {
  const [base = ''] = url.split('?', 1);
  const parameters = new URLSearchParams(partsOf(url).query);
  const kept = new URLSearchParams(
    PASSED_ON.flatMap((name) => parameters.getAll(name).map((value): [string, string] => [name, value])),
  );
  return {
    connectionString: kept.size === 0 ? base : `${base}?${kept.toString()}`,
    sslMode: sslModeOf(parameters) ?? 'disable',
    rootCertificate: parameters.get('sslrootcert'),
    certificate: parameters.get('sslcert'),
    key: parameters.get('sslkey'),
    bindsChannel: ['prefer', 'require'].includes(parameters.get('channel_binding') ?? ''),
    settings: settingsIn(parameters.get('options') ?? '') ?? [],
  };
}

function partsOf(url: string): { authority: string; path: string; query: string } {
  const [, authority = '', path = '', query = ''] = /^\w+:\/\/([^/?]*)([^?]*)\??([^]*)$/.exec(url) ?? [];
  return { authority, path, query };
}

function unescapedCharacter(
  url: string,
  authority: string,
  path: string,
  query: string,
): { what: string; encoded: string } | null {
  if (url.includes('#')) return { what: 'a #', encoded: '%23' };
  // A path is the name of the database, which has no @.
  if (path.includes('@')) return { what: 'a /', encoded: '%2F' };
  if (!authority.includes('@') && /^[^=]*@/.test(query)) return { what: 'a ?', encoded: '%3F' };
  if (/%(?![0-9a-f]{2})/i.test(url)) return { what: 'a %', encoded: '%25' };
  if (/\s/.test(url)) return { what: 'a space', encoded: '%20' };
  return null;
}

function isDecodable(url: string): boolean {
  try {
    decodeURIComponent(url);
    return true;
  } catch {
    return false;
  }
}

function mistakeInHost(authority: string, parameters: URLSearchParams): string | null {
  const hosts = authority.slice(authority.lastIndexOf('@') + 1);
  if (hosts.includes(',') || parameters.get('host')?.includes(',') === true) {
    return (
      "lists several hosts. Expected one that always leads to the primary: the cluster's writer endpoint, a DNS " +
      'name or a proxy. ' +
      'The gateway connects again by itself when it leads to another server.'
    );
  }
  const [, port] = /^(?:\[[^\]]*\]|[^:]*)(?::(.*))?$/.exec(hosts) ?? [null, 'none'];
  const ports = [port, parameters.get('port')].filter((text) => text != null && text !== '');
  if (ports.every((text) => /^\d+$/.test(text ?? '') && Number(text) >= 1 && Number(text) <= 65_535)) return null;
  return 'has a port that is not a number from 1 to 65535. Expected postgres://user:password@host:5432/database.';
}

function mistakeInParameters(parameters: URLSearchParams): string | null {
  if ([...parameters.keys()].some((name) => !KNOWN.includes(name)))
    return `has a parameter that has no meaning here. Known are: ${KNOWN.join(', ')}.`;
  return mistakeInSslMode(parameters) ?? mistakeInOtherParameters(parameters);
}

function mistakeInSslMode(parameters: URLSearchParams): string | null {
  const mode = parameters.get('sslmode');
  if (mode === 'allow' || mode === 'prefer') {
    return (
      `has sslmode=${mode}, which falls back to a connection without TLS. Expected verify-full, or disable for a ` +
      `connection without TLS.`
    );
  }
  if (mode !== null && knownSslMode(mode) === null)
    return `has an sslmode that does not exist. Expected one of ${SSL_MODES.join(', ')}.`;
  if (mode === 'verify-ca' && (parameters.get('sslrootcert') ?? 'system') === 'system') {
    return (
      'has sslmode=verify-ca without a CA of its own. Expected sslrootcert with the path of its certificate, or ' +
      'sslmode=verify-full.'
    );
  }
  if ((parameters.get('sslcert') === null) !== (parameters.get('sslkey') === null))
    return 'has only one of sslcert and sslkey. Expected both.';
  if (parameters.get('ssl') !== null && sslModeOf(parameters) === null)
    return 'has an unknown value of ssl. Expected sslmode=verify-full or sslmode=disable.';
  return null;
}

function mistakeInFallback(parameters: URLSearchParams, fallback = ''): string | null {
  if (fallback === '' || sslModeOf(parameters) !== null) return null;
  const sentence = `leaves TLS to the environment variable PGSSLMODE, which is ${JSON.stringify(fallback)}`;
  if (fallback === 'allow' || fallback === 'prefer') {
    return (
      `${sentence} and falls back to a connection without TLS. Expected verify-full, or disable for a connection ` +
      `without TLS.`
    );
  }
  if (fallback === 'verify-ca')
    return (
      `${sentence} and needs a CA of its own. Expected sslmode=verify-ca and sslrootcert in the URL, or ` +
      `PGSSLMODE=verify-full.`
    );
  return knownSslMode(fallback) === null ? `${sentence}. Expected one of ${SSL_MODES.join(', ')}.` : null;
}

function mistakeInOtherParameters(parameters: URLSearchParams): string | null {
  if (settingsIn(parameters.get('options') ?? '') === null)
    return 'has options that cannot be read. Expected settings such as options=-c%20search_path%3Dgateway.';
  if (!/^(utf-?8)?$/i.test(parameters.get('client_encoding') ?? ''))
    return 'has a client_encoding that cannot be used. Expected UTF8, or none.';
  if (!['any', 'read-write', 'primary'].includes(parameters.get('target_session_attrs') ?? 'any')) {
    return 'has target_session_attrs of a server that takes no writes. Expected read-write, or none.';
  }
  return null;
}

function knownSslMode(text: string | null | undefined): SslMode | null {
  return SSL_MODES.find((known) => known === text) ?? null;
}

function sslModeOf(parameters: URLSearchParams): SslMode | null {
  const mode = knownSslMode(parameters.get('sslmode'));
  if (mode !== null) return mode;
  const ssl = parameters.get('ssl');
  if (ssl === 'no-verify') return 'no-verify';
  if (ssl === 'false' || ssl === '0') return 'disable';
  const hasFiles = ['sslrootcert', 'sslcert', 'sslkey'].some((name) => parameters.has(name));
  return ssl === 'true' || ssl === '1' || (ssl === null && hasFiles) ? 'verify-full' : null;
}

/**
 * Parses settings in the form of a server's command line: `-c name=value`, `-cname=value` or `--name=value`, with \
 * before a space in a value. A pooler takes no options at the start of a connection, so each connection sets them
 * itself.
 */
function settingsIn(options: string): Setting[] | null {
  const words = options.match(/(?:\\[^]|\S)+/g)?.map((word) => word.replace(/\\([^])/g, '$1')) ?? [];
  const assignments = words.flatMap((word, index) => {
    if (word === '-c') return [];
    return [words[index - 1] === '-c' ? word : /^(?:-c|--)(?=[a-z])/i.test(word) ? word.replace(/^(-c|--)/, '') : ''];
  });
  const pairs = assignments.map((assignment) => /^([a-z_][\w.-]*)=([^]*)$/i.exec(assignment));
  if (words.at(-1) === '-c' || pairs.includes(null)) return null;
  return pairs.flatMap((pair) =>
    pair === null ? [] : [[pair[1]?.replaceAll('-', '_') ?? '', pair[2] ?? ''] as const],
  );
}
