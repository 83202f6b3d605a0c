/**
 * Readers that are cut and reconnect, in one separate process. Each keeps its cursor and its deliveries since the cut.
 */
import { nowMs, serve } from '../child.js';
import { openWire, type Wire } from './ws-wire.js';

/**
 * A reader resumes by its cursor, as the gateway offers it, or subscribes again and queries the missed transitions.
 */
export type Manner = 'cursor' | 'query';
export type Resume = {
  readonly url: string;
  readonly ids: readonly string[];
  readonly manner: Manner;
  readonly missed: number;
};
export type Flaws = { readonly lost: number; readonly doubled: number; readonly reordered: number };

const SUBSCRIPTION =
  'subscription($id: ID!, $after: String) { taskTransitions(id: $id, after: $after) { cursor sequence status ' +
  'message task { id status } } }';
const MISSED =
  'query($id: ID!, $after: String) { task(id: $id) { transitions(first: 100, after: $after) { nodes { cursor ' +
  'sequence status message task { id status } } } } }';

type Transition = { readonly cursor: string; readonly sequence: number };
type Reader = { wire: Wire | null; cursor: string | null; sequence: number; given: number[] };

/** The number of connections that are opened concurrently. */
const WINDOW = 250;
const TIMEOUT_MS = 90_000;
const READY = '{"type":"connection_init"}';

let readers: Reader[] = [];
/** The last sequence of each reader before the cut. */
let known: number[] = [];
let waitsFor = 0;
let failure: Error | null = null;
let cutting = false;

/** Connects all readers; resolves when each has `wanted` new transitions. */
async function connectAll({ url, ids, manner }: Resume, wanted: number): Promise<number> {
  const begun = nowMs();
  let next = 0;
  waitsFor = readers.length;
  cutting = false;
  const work = async (): Promise<void> => {
    for (let index = next++; index < readers.length; index = next++) {
      const reader = readers[index];
      if (reader !== undefined) await connect(reader, new URL(url), ids[index] ?? '', manner, wanted);
    }
  };
  await Promise.all(Array.from({ length: WINDOW }, work));
  while (waitsFor > 0) {
    if (failure !== null) throw failure;
    if (nowMs() - begun > TIMEOUT_MS) throw new Error(`${waitsFor} of ${readers.length} readers still miss something`);
    await new Promise((settle) => setTimeout(settle, 2));
  }
  return nowMs() - begun;
}

async function connect(reader: Reader, url: URL, id: string, manner: Manner, wanted: number): Promise<void> {
  const known = reader.sequence;
  const { cursor } = reader;
  const isDone = (): boolean => reader.given.filter((sequence) => sequence > known).length >= wanted;
  const take = (transition: Transition): void => {
    // Query and subscription may both deliver a transition, so this kind of reader removes duplicates.
    if (manner === 'query' && reader.given.includes(transition.sequence)) return;
    if (manner === 'query' && transition.sequence <= known) return;
    const before = isDone();
    reader.given.push(transition.sequence);
    if (transition.sequence > reader.sequence) Object.assign(reader, transition);
    if (!before && isDone()) waitsFor -= 1;
  };
  const onText = (text: Buffer): void => {
    const message = JSON.parse(text.toString());
    if (message.type === 'connection_ack') {
      const after = manner === 'cursor' ? cursor : null;
      reader.wire?.send(
        JSON.stringify({ id: 'follow', type: 'subscribe', payload: { query: SUBSCRIPTION, variables: { id, after } } }),
      );
      if (manner === 'query' && cursor !== null)
        reader.wire?.send(
          JSON.stringify({
            id: 'missed',
            type: 'subscribe',
            payload: { query: MISSED, variables: { id, after: cursor } },
          }),
        );
    } else if (message.type === 'next' && message.payload.errors === undefined) {
      const { taskTransitions, task } = message.payload.data;
      if (taskTransitions !== undefined) take({ cursor: taskTransitions.cursor, sequence: taskTransitions.sequence });
      else for (const { cursor: at, sequence } of task.transitions.nodes) take({ cursor: at, sequence });
    } else if (message.type !== 'complete') fail(`unexpected message ${text.toString()}`);
  };
  reader.wire = await openWire(url, 'graphql-transport-ws', onText, fail);
  reader.wire.send(READY);
}

function fail(reason: string): void {
  if (!cutting) failure ??= new Error(reason);
}

serve(null, {
  async begin(resume: Resume) {
    readers = resume.ids.map(() => ({ wire: null, cursor: null, sequence: 0, given: [] }));
    return connectAll(resume, 1);
  },

  /** Cuts all readers at once, as a restart of a proxy does. */
  cut() {
    cutting = true;
    for (const reader of readers) {
      reader.wire?.cut();
      reader.given = [];
    }
  },

  async resume(resume: Resume): Promise<number> {
    known = readers.map(({ sequence }) => sequence);
    return connectAll(resume, resume.missed);
  },

  /** The flaws of all deliveries since the cut. Call it a moment later, because a repeated transition comes late. */
  flaws(missed: number): Flaws {
    const sum = { lost: 0, doubled: 0, reordered: 0 };
    for (const [index, { given }] of readers.entries()) {
      const expected = Array.from({ length: missed }, (_, number) => (known[index] ?? 0) + number + 1);
      sum.lost += expected.filter((sequence) => !given.includes(sequence)).length;
      sum.doubled += given.length - new Set(given).size;
      sum.reordered += given.filter((sequence, at) => at > 0 && sequence < (given[at - 1] ?? 0)).length;
    }
    return sum;
  },
});
