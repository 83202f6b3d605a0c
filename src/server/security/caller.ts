/** Who asks, as far as the server can tell. What a caller may see of the domain is decided from this, elsewhere. */
export type Caller = {
  readonly subject: string | null;
  readonly reads: 'all' | 'own' | 'none';
  readonly starts: boolean;
  /** May read what AWS keeps beside tasks, which holds data of customers. */
  readonly records: boolean;
  /** The claim of that name; null narrows nothing. */
  readonly catalogs: readonly string[] | null;
  readonly expiresAt: number | null;
};

/** Everyone, where there is no authentication. */
export const ANYONE: Caller = {
  subject: null,
  reads: 'all',
  starts: true,
  records: true,
  catalogs: null,
  expiresAt: null,
};
