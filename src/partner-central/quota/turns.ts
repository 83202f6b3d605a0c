/**
 * Turns at the quota of writes. While both wait, starts and edits alternate, and the subjects of edits take turns: the
 * subject that was served longest ago is next. The turns are in the database, because edits run on every gateway and
 * starts on one.
 *
 * A writer that has to wait leaves a claim, which ends one spacing after the time at which it asks again. So a
 * writer that dies holds up the others for one spacing at most.
 */
import { MINUTE, SECOND } from '../../runtime/clock.js';
import { nowOnce, type Database, type Tx } from '../../db/database.js';
import { requestPermit, spacingMs, type PermitOffer, type PermitResult, type QuotaLimits } from './quota.js';

/** A writer that waits asks again within this time, and renews its claim. */
export const ASK_AGAIN_MS = 5 * SECOND;
/** A claim further ahead was made before the clock was set back. */
const LONGEST_CLAIM_MS = 2 * ASK_AGAIN_MS;
/** Writers that neither waited nor were served for this long count as new. */
const REMEMBERED_MS = MINUTE;

type Turn = {
  /** 0 if it was not served. */
  readonly servedAt: number;
  /** The time at which it first asked. */
  readonly askedAt: number;
  /** The end of its claim. */
  readonly waitsUntil: number;
};
type EditTurn = Turn & { readonly subject: string };

export type Turns = {
  /** All starts are one writer; null if they neither waited nor were served lately. */
  readonly starts: Turn | null;
  /** The subjects whose edits waited or were served lately. */
  readonly edits: readonly EditTurn[];
};

type OthersTurn = { readonly type: 'wait'; readonly until: number };
const TURN = { type: 'turn' } as const;

export function decideStartTurn({ starts, edits }: Turns, now: number): typeof TURN | OthersTurn {
  const [next] = edits.filter(({ waitsUntil }) => waitsUntil > now).toSorted(inOrder);
  if (next === undefined || lastServed(edits) > (starts?.servedAt ?? 0)) return TURN;
  return { type: 'wait', until: next.waitsUntil };
}

/** @param subjects those that ask: at least one, without repetitions */
export function decideEditTurn(
  { starts, edits }: Turns,
  subjects: readonly string[],
  now: number,
): { readonly type: 'turn'; readonly subject: string } | OthersTurn {
  if (starts !== null && starts.waitsUntil > now && lastServed(edits) > starts.servedAt)
    return { type: 'wait', until: starts.waitsUntil };
  const known = new Map(edits.map((turn) => [turn.subject, turn]));
  const asking = subjects.map((subject): EditTurn => ({
    subject,
    servedAt: 0,
    askedAt: now,
    ...known.get(subject),
    waitsUntil: Infinity,
  }));
  const others = edits.filter(({ subject, waitsUntil }) => waitsUntil > now && !subjects.includes(subject));
  const [next] = [...asking, ...others].toSorted(inOrder);
  if (next === undefined) throw new Error('No subject asks for a turn.');
  return next.waitsUntil === Infinity
    ? { type: 'turn', subject: next.subject }
    : { type: 'wait', until: next.waitsUntil };
}

function lastServed(edits: readonly Turn[]): number {
  return Math.max(0, ...edits.map(({ servedAt }) => servedAt));
}

/** The last comparison only makes all gateways agree. */
function inOrder(a: EditTurn, b: EditTurn): number {
  return a.servedAt - b.servedAt || a.askedAt - b.askedAt || (a.subject < b.subject ? -1 : 1);
}

/** Requests a permit for a start inside `tx`. If the start has to wait, the edits learn that starts wait. */
export async function requestStartPermit(db: Database, tx: Tx, limits: QuotaLimits): Promise<PermitOffer> {
  const [offer, turns] = await Promise.all([requestPermit(db, tx, 'writes', limits), recentTurns(db, tx)]);
  const now = timeOf(offer);
  const turn = decideStartTurn(turns, now);
  if (offer.type === 'granted' && turn.type === 'turn') {
    // While no subject edits, the turns do not matter, and a start costs no further statement.
    if (turns.edits.length === 0) return offer;
    return { ...offer, take: () => Promise.all([offer.take(), storeServed(tx, STARTS, now)]) };
  }
  const wait = waitFor(offer, turn, now);
  await storeClaims(tx, [{ writer: STARTS, until: claimFor(wait, limits, now) }], now);
  return wait;
}

/** A subject with edits that wait in this process. */
export type WaitingSubject = {
  readonly subject: string;
  /** The time for which its edits wait at most. */
  readonly patienceMs: number;
};

export type EditPermit = { readonly type: 'taken'; readonly subject: string } | PermitWait;
type PermitWait = Extract<PermitResult, { type: 'wait' }>;

/**
 * Takes a permit for an edit of one of these subjects if the quota and the turns allow it.
 * @param subjects at least one, without repetitions
 */
export async function takeEditPermit(
  db: Database,
  tx: Tx,
  limits: QuotaLimits,
  subjects: readonly WaitingSubject[],
): Promise<EditPermit> {
  const [offer, turns] = await Promise.all([requestPermit(db, tx, 'writes', limits), recentTurns(db, tx)]);
  const now = timeOf(offer);
  const turn = decideEditTurn(
    turns,
    subjects.map(({ subject }) => subject),
    now,
  );
  if (offer.type === 'granted' && turn.type === 'turn') {
    await Promise.all([offer.take(), storeServed(tx, writerOf(turn.subject), now), forgetTurns(tx, now)]);
    return { type: 'taken', subject: turn.subject };
  }
  const wait = waitFor(offer, turn, now);
  // A subject that gives up must not hold up the others, now or when its patience ends.
  const claims = subjects
    .filter(({ patienceMs }) => patienceMs >= wait.waitMs)
    .map(({ subject, patienceMs }) => ({
      writer: writerOf(subject),
      until: Math.min(claimFor(wait, limits, now), Math.ceil(now + patienceMs)),
    }));
  if (claims.length > 0) await storeClaims(tx, claims, now);
  return wait;
}

function timeOf(offer: PermitOffer): number {
  return offer.type === 'granted' ? offer.now : offer.until - offer.waitMs;
}

/** The wait for the quota or for the turn, whichever is longer. */
function waitFor(offer: PermitOffer, turn: { readonly type: 'turn' } | OthersTurn, now: number): PermitWait {
  const because = offer.type === 'wait' ? offer.because : 'rate';
  const until = Math.max(offer.type === 'wait' ? offer.until : now, turn.type === 'wait' ? turn.until : now);
  return { type: 'wait', because, until, waitMs: until - now };
}

function claimFor({ until }: PermitWait, limits: QuotaLimits, now: number): number {
  return Math.ceil(Math.min(until + spacingMs(limits), now + LONGEST_CLAIM_MS));
}

const STARTS = 'starts';
const EDITS = 'edits of ';

function writerOf(subject: string): string {
  return `${EDITS}${subject}`;
}

/** The turns that count now. Few writers are served in a minute, so the table is small. */
async function recentTurns(db: Database, tx: Tx): Promise<Turns> {
  const now = nowOnce(tx, db.nowSql());
  const rows = await tx
    .selectFrom('write_turns')
    .selectAll()
    .where((eb) => eb('waits_until', '>', eb(now, '-', REMEMBERED_MS)))
    .where((eb) => eb('waits_until', '<=', eb(now, '+', LONGEST_CLAIM_MS)))
    // After the clock was set back, a turn of the future would count as the last one until the clock reaches it again.
    .where('served_at', '<=', now)
    .execute();
  const turns = rows.map((row) => ({
    writer: row.writer,
    servedAt: row.served_at,
    askedAt: row.asked_at,
    waitsUntil: row.waits_until,
  }));
  return {
    starts: turns.find(({ writer }) => writer === STARTS) ?? null,
    edits: turns.flatMap(({ writer, ...turn }) =>
      writer.startsWith(EDITS) ? { ...turn, subject: writer.slice(EDITS.length) } : [],
    ),
  };
}

type Claim = { readonly writer: string; readonly until: number };

/** The claim of a subject is never shortened, because its edits may wait on several gateways. Starts wait on one. */
async function storeClaims(tx: Tx, claims: readonly Claim[], now: number): Promise<void> {
  await tx
    .insertInto('write_turns')
    .values(claims.map(({ writer, until }) => ({ writer, served_at: 0, asked_at: now, waits_until: until })))
    .onConflict((conflict) =>
      conflict.column('writer').doUpdateSet((eb) => {
        const [claim, wanted] = [eb.ref('write_turns.waits_until'), eb.ref('excluded.waits_until')];
        const isLonger = eb.and([
          eb('write_turns.writer', '!=', STARTS),
          eb(claim, '>', wanted),
          eb(claim, '<=', now + LONGEST_CLAIM_MS),
        ]);
        return { waits_until: eb.case().when(isLonger).then(claim).else(wanted).end() };
      }),
    )
    .execute();
}

/** Ends the claim of the writer too. */
async function storeServed(tx: Tx, writer: string, now: number): Promise<void> {
  const turn = { served_at: now, asked_at: now, waits_until: now };
  await tx
    .insertInto('write_turns')
    .values({ writer, ...turn })
    .onConflict((conflict) => conflict.column('writer').doUpdateSet(turn))
    .execute();
}

/** Deletes the turns that do not count any more. */
async function forgetTurns(tx: Tx, now: number): Promise<void> {
  await tx
    .deleteFrom('write_turns')
    .where((eb) =>
      eb.or([eb('waits_until', '<=', now - REMEMBERED_MS), eb('waits_until', '>', now + LONGEST_CLAIM_MS)]),
    )
    .execute();
}
