import { describe, expect, test } from '@jest/globals';
import { readBytes } from '../../../src/runtime/json/bounded-bytes.js';

const tooLarge = () => new RangeError('too large');

function streamOf(chunks: readonly unknown[]) {
  const seen = { taken: 0, closed: false };
  async function* stream() {
    try {
      for (const chunk of chunks) {
        seen.taken += 1;
        yield chunk;
      }
    } finally {
      seen.closed = true;
    }
  }
  return { stream: stream(), seen };
}

describe('readBytes', () => {
  test('a stream within the limit is read completely', async () => {
    const { stream } = streamOf([Buffer.from('ab'), new Uint8Array([99]), Buffer.from('xdx').subarray(1, 2)]);
    expect((await readBytes(stream, 4, tooLarge)).toString()).toBe('abcd');
  });

  test('a stream is refused and closed at the first byte beyond the limit', async () => {
    const { stream, seen } = streamOf([Buffer.from('ab'), Buffer.from('cde'), Buffer.from('f')]);
    await expect(readBytes(stream, 4, tooLarge)).rejects.toThrow(RangeError);
    expect(seen).toEqual({ taken: 2, closed: true });
  });

  test('a stream of text is refused', async () => {
    await expect(readBytes(streamOf(['text']).stream, 4, tooLarge)).rejects.toThrow('read as text');
  });
});
