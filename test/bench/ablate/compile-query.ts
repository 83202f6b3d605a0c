/** Builds and compiles every statement each time. */
import type * as original from '../../../src/db/compile-query.js';

export const compileQuery: typeof original.compileQuery =
  (build) =>
  (sql, values, ...parts) =>
    sql.executeQuery(build(sql, values, ...parts));
