/** The list of all settings. A test compares the table in src/config/README.md with it. */

/** Each variable, its default as a person would write it ('' for none), and its purpose. */
export const SETTINGS = {
  HOST: { default: '127.0.0.1', about: 'Address to listen on' },
  PORT: { default: '4000', about: 'Port to listen on; 0 picks a free one, which the ready block prints' },
  UPSTREAM: { default: 'simulator', about: '`simulator`, or `aws` for the real service' },
  PARTNER_CENTRAL_ENDPOINT: {
    default: '',
    about:
      'Address of a service in the place of AWS, such as a shared simulator; with `UPSTREAM=aws` of a proxy that ' +
      'leads to AWS',
  },
  AWS_USER_AGENT: {
    default: '',
    about: "Your own products in the user agent of calls to AWS, beside the gateway's, such as `Acme-Portal/1.2`",
  },
  CATALOGS: {
    default: 'SANDBOX',
    about: 'Catalogs that may be used, separated by commas; `AWS` (production) must be asked for',
  },
  DATABASE_URL: { default: '', about: '`postgres://…` for replicas; without it SQLite in DATA_DIR' },
  DATABASE_POOL_SIZE: {
    default: '10',
    about: 'Connections to PostgreSQL for statements; a gateway opens up to 3 more',
  },
  DATA_DIR: {
    default: './data',
    about: "Directory of the embedded database and of the simulator's data; `:memory:` keeps nothing",
  },
  READS_PER_SECOND: { default: '10', about: "AWS's quota of reads a second" },
  READS_PER_DAY: { default: '100000', about: "AWS's quota of reads in 24 hours" },
  WRITES_PER_SECOND: { default: '1', about: "AWS's quota of writes a second" },
  WRITES_PER_DAY: { default: '10000', about: "AWS's quota of writes in 24 hours" },
  POLL_MIN_MS: { default: '1000', about: 'The shortest time from one reading of a list of tasks to the next' },
  POLL_MAX_MS: { default: '30000', about: 'The longest such time while the quota of reads lasts' },
  START_WAIT_MS: {
    default: '8000',
    about:
      "How long a start waits for AWS's answer before it returns the task as it stands, and an edit for a write of the quota",
  },
  SUBMIT_RETRY_MS: { default: '600000', about: 'How long a start that AWS neither accepts nor refuses is sent again' },
  DISCOVER: { default: 'off', about: '`on` to find and follow tasks of the account that were not started here' },
  HINTS_SECRET: {
    default: '',
    about:
      'Secret of the events that EventBridge may send to /hints/eventbridge; without it the address does not exist',
  },
  AUTH: { default: 'none', about: '`none`, only on a loopback HOST, or `jwt`' },
  JWT_ISSUER: { default: '', about: 'Issuer of the bearer tokens; needed with `AUTH=jwt`' },
  JWT_AUDIENCE: {
    default: '',
    about: 'Audience of the bearer tokens, or several separated by commas; needed with `AUTH=jwt`',
  },
  JWKS_URL: { default: '', about: "The issuer's keys; without it they are discovered from JWT_ISSUER" },
  JWT_SCOPE_CLAIM: {
    default: 'scope,scp',
    about: 'Claims that may hold the scopes, separated by commas; the first that is there and not empty counts, alone',
  },
  JWT_SCOPE_PREFIX: { default: '', about: "Beginning of each of this gateway's scopes in a token, such as `gateway/`" },
  EXPLORER: {
    default: 'on with AUTH=none',
    about: '`on` or `off`: Apollo Sandbox and GraphiQL at /graphql, introspection, and the schema at /schema.graphql',
  },
  BOARD: {
    default: 'on with AUTH=none',
    about: '`on` or `off`: the page at / and /board, on which people see and start tasks, and edit records',
  },
  BOARD_CLIENT_ID: {
    default: '',
    about: 'Client id of the board at the issuer, for signing in with `AUTH=jwt`; without it a token can be pasted',
  },
  BOARD_SCOPES: {
    default: '',
    about:
      'Scopes that the board asks the issuer for, separated by spaces, in place of its own choice; needs BOARD_CLIENT_ID',
  },
  PERSISTED_OPERATIONS: { default: 'off', about: '`off`, or `only` to refuse every document but the persisted ones' },
  OPERATIONS_MANIFEST: {
    default: '',
    about:
      'File of further persisted operations, with `PERSISTED_OPERATIONS=only`: a manifest of Apollo, of codegen or of ' +
      'the Relay compiler',
  },
  CORS_ORIGINS: {
    default: 'studio.apollographql.com when EXPLORER is on',
    about:
      'Other origins of pages and apps (`capacitor://localhost`) that may call, separated by commas. With ' +
      '`AUTH=none` the gateway also answers to their host names',
  },
  LIMIT_STREAMS_PER_CALLER: {
    default: '500',
    about: 'Open WebSockets and event streams of one caller together (`socketsPerCaller`)',
  },
  LIMIT_OPERATIONS_PER_SOCKET: {
    default: '100',
    about: 'Operations that run on one WebSocket (`operationsPerSocket`)',
  },
  LIMIT_SUBSCRIPTIONS_PER_SECOND: { default: '50', about: 'New subscriptions of one caller a second' },
  LIMIT_SUBSCRIPTIONS_BURST: { default: '1000', about: 'New subscriptions of one caller at once, after a pause' },
  LIMIT_MUTATIONS_PER_SECOND: {
    default: '20',
    about: 'Mutations of one caller a second, each field at the root of a document counted',
  },
  LIMIT_MUTATIONS_BURST: { default: '200', about: 'Mutations of one caller at once, after a pause' },
  LIMIT_COST: {
    default: '5000',
    about: 'Fields that an operation may resolve, lists counted as often as they are long (`cost`)',
  },
  LIMIT_TOKENS: { default: '1000', about: 'Tokens of a document (`tokens`)' },
  LIMIT_DEPTH: { default: '12', about: 'Levels of fields in an operation (`depth`)' },
  LIMIT_ALIASES: { default: '15', about: 'Aliases in a document (`aliases`)' },
  LIMIT_ROOT_FIELDS: { default: '10', about: 'Fields at the root of an operation (`rootFields`)' },
  LIMIT_DIRECTIVES: { default: '50', about: 'Directives in a document (`directives`)' },
  LIMIT_BODY_BYTES: {
    default: '262144',
    about: 'Bytes of a request body or of a message on a WebSocket (`bodyBytes`)',
  },
  LIMIT_PIPELINED_REQUESTS: {
    default: '32',
    about: 'Requests of one HTTP connection that wait for their answers (`pipelinedRequests`)',
  },
  RETENTION_DAYS: { default: '90', about: 'How long finished tasks and their transitions are kept' },
  DRAIN_MS: {
    default: '5000',
    about: 'How long the process still answers, and sends streams away, once it is asked to stop',
  },
  LOG_LEVEL: {
    default: 'info',
    about: '`fatal`, `error`, `warn`, `info`, `debug`, `trace` or `silent`; the log goes to standard error',
  },
} as const satisfies Record<string, { default: string; about: string }>;

export type SettingName = keyof typeof SETTINGS;
