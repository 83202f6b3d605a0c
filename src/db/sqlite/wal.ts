/**
 * Checks the write-ahead log before SQLite reads it. SQLite takes a frame with a wrong checksum for the end of the log,
 * as after a crash. It drops every later commit without a message. Each commit is on the disk before the next one
 * begins, so a wrong frame before a later commit is damage. Only in the last commit may it be the trace of a crash.
 */
import { readBeside } from './companion-files.js';

const HEADER_SIZE = 32;
const FRAME_HEADER_SIZE = 24;
/** The last bit gives the byte order of the checksums. */
const MAGIC = 0x377f0682;

/** A running gateway may restart the file during a read. That looks like damage once, but not at each read. */
const MAX_READS = 3;

type Sums = readonly [number, number];

/** @returns the damage of the log at the path, in words; null when it is whole, absent, or ends as after a crash */
export function damageOfWal(path: string): string | null {
  let damage: string | null = null;
  for (let read = 0; read < MAX_READS; read += 1) {
    const bytes = readBeside(path);
    damage = bytes === null ? null : damageIn(bytes);
    if (damage === null) return null;
  }
  return damage;
}

function damageIn(bytes: Uint8Array): string | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  // The log has no commit.
  if (view.byteLength < HEADER_SIZE + FRAME_HEADER_SIZE) return null;
  const isLittle = (view.getUint32(0) & 1) === 0;
  const pageSize = view.getUint32(8);
  const sums = sumOf(view, 0, HEADER_SIZE - 8, isLittle, [0, 0]);
  if ((view.getUint32(0) & ~1) >>> 0 !== MAGIC || !isStoredAt(view, HEADER_SIZE - 8, sums))
    return 'the header of its write-ahead log is wrong';

  const count = Math.floor((view.byteLength - HEADER_SIZE) / (FRAME_HEADER_SIZE + pageSize));
  const at = (frame: number): number => HEADER_SIZE + frame * (FRAME_HEADER_SIZE + pageSize);
  const isOfThisLog = (frame: number): boolean =>
    view.getUint32(at(frame) + 8) === view.getUint32(16) && view.getUint32(at(frame) + 12) === view.getUint32(20);
  const endsCommit = (frame: number): boolean => view.getUint32(at(frame) + 4) !== 0;
  /** @returns the sums after the frame; null when it does not follow a frame with the sums `before` */
  const follows = (frame: number, before: Sums): Sums | null => {
    if (!isOfThisLog(frame)) return null;
    const after = sumOf(
      view,
      at(frame) + FRAME_HEADER_SIZE,
      pageSize,
      isLittle,
      sumOf(view, at(frame), 8, isLittle, before),
    );
    return isStoredAt(view, at(frame) + 16, after) ? after : null;
  };

  let wrong = 0;
  for (let before: Sums | null = sums; wrong < count; wrong += 1) {
    before = follows(wrong, before);
    if (before === null) break;
  }
  for (let frame = wrong; frame + 1 < count; frame += 1) {
    const isFollowed =
      endsCommit(frame) && isOfThisLog(frame) && follows(frame + 1, storedAt(view, at(frame) + 16)) !== null;
    if (isFollowed)
      return (
        `its write-ahead log is wrong at frame ${wrong + 1} of ${count}, and SQLite would drop every commit from ` +
        `there on`
      );
  }
  return null;
}

function storedAt(view: DataView, offset: number): Sums {
  return [view.getUint32(offset), view.getUint32(offset + 4)];
}

function isStoredAt(view: DataView, offset: number, [first, second]: Sums): boolean {
  return view.getUint32(offset) === first && view.getUint32(offset + 4) === second;
}

/** SQLite's own checksum, a sum of sums over pairs of words. */
function sumOf(view: DataView, start: number, length: number, isLittle: boolean, [first, second]: Sums): Sums {
  let one = first;
  let other = second;
  for (let offset = start; offset < start + length; offset += 8) {
    one = (one + view.getUint32(offset, isLittle) + other) >>> 0;
    other = (other + view.getUint32(offset + 4, isLittle) + one) >>> 0;
  }
  return [one, other];
}
