/** An upstream on an open database. */
import type { Clock } from '../../../src/runtime/clock.js';
import type { Config } from '../../../src/config/config.js';
import type { Database } from '../../../src/db/database.js';
import type { Telemetry } from '../../../src/runtime/telemetry.js';
import { linkUpstream, type Upstream } from '../../../src/upstream.js';

export async function connectUpstream({
  db,
  ...options
}: {
  config: Config;
  db: Database;
  clock: Clock;
  telemetry: Telemetry;
}): Promise<Upstream> {
  const link = linkUpstream(options);
  await link.prepare(db.sql, db);
  return link.connect(db);
}
