/** An open transaction with a plugin. Kysely returns a new object, which lacks the fields that the gateway adds. */
import type { KyselyPlugin } from 'kysely';
import type { Tx } from '../../../src/db/database.js';

export function withPlugin(tx: Tx, plugin: KyselyPlugin): Tx {
  return Object.assign(tx.withPlugin(plugin), { notifications: tx.notifications, appended: tx.appended });
}
