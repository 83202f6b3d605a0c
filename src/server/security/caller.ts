/**
 * The identity and rights of a caller. The server knows no tasks, so the domain derives from this which tasks are
 * visible.
 */
export type Caller = {
  readonly subject: string | null;
  readonly reads: 'all' | 'own' | 'none';
  readonly starts: boolean;
  /** True if the caller may read the records of AWS, which hold data of customers. */
  readonly records: boolean;
  /** True if the caller may change the records of AWS. */
  readonly edits: boolean;
  /** The claim `catalogs`; null allows every catalog. */
  readonly catalogs: readonly string[] | null;
  readonly expiresAt: number | null;
};

/** The caller of every request without authentication. */
export const ANYONE: Caller = {
  subject: null,
  reads: 'all',
  starts: true,
  records: true,
  edits: true,
  catalogs: null,
  expiresAt: null,
};
