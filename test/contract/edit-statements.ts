/** The functions that execute the statements of edits, called as statements.ts does. */
import * as turns from '../../src/partner-central/quota/turns.js';
import type { Database } from '../../src/db/database.js';
import * as edited from '../../src/records/edited-records.js';

type Run = (db: Database) => Promise<unknown>;
type Runs<Module, Pure extends keyof Module> = Readonly<Record<Exclude<keyof Module, Pure>, Run>>;

const LIMITS = { perSecond: 1000, perDay: 1_000_000 };

export const TURNS: Runs<typeof turns, 'decideStartTurn' | 'decideEditTurn' | 'ASK_AGAIN_MS'> = {
  requestStartPermit: async (db) => {
    await db.write((tx) => turns.requestStartPermit(db, tx, { ...LIMITS, perDay: 0 }));
    await db.write(async (tx) => {
      const offer = await turns.requestStartPermit(db, tx, LIMITS);
      if (offer.type === 'granted') await offer.take();
    });
  },
  takeEditPermit: async (db) => {
    const subjects = ['ann', 'bob'].map((subject) => ({ subject, patienceMs: Infinity }));
    await db.write((tx) => turns.takeEditPermit(db, tx, { ...LIMITS, perDay: 0 }, subjects));
    await db.write((tx) => turns.takeEditPermit(db, tx, LIMITS, subjects));
  },
};

export const EDITED_RECORDS: Runs<typeof edited, 'keyOf' | 'keyOfLists'> = {
  createVersionReader: (db) => edited.createVersionReader(db)('SANDBOX O17'),
  versionsOf: (db) => edited.versionsOf(db, ['SANDBOX O17', 'SANDBOX O18', 'SANDBOX lists']),
  storeVersion: async (db) => {
    await edited.storeVersion(db, ['SANDBOX O17', 'SANDBOX lists'], true);
    await edited.storeVersion(db, ['SANDBOX O17', 'SANDBOX lists'], false);
  },
  forgetEdited: (db) => edited.forgetEdited(db),
};
