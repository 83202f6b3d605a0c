/** An open transaction that is listened to: what a plugin gives is a new one, which lacks what the gateway keeps with it. */
import type { KyselyPlugin } from 'kysely';
import type { Tx } from '../../../src/db/database.js';

export function withPlugin(tx: Tx, plugin: KyselyPlugin): Tx {
  return Object.assign(tx.withPlugin(plugin), { notifications: tx.notifications, appended: tx.appended });
}
