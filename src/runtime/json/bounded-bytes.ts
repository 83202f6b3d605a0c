/** Reads bytes from outside into memory, up to a limit, because the sender sets none. */

/** @throws the error that `tooLarge` makes, as soon as the limit is exceeded. The stream is closed then. */
export async function readBytes(stream: AsyncIterable<unknown>, limit: number, tooLarge: () => Error): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of stream) {
    if (!ArrayBuffer.isView(chunk)) throw new Error('A stream of bytes is read as text.');
    size += chunk.byteLength;
    if (size > limit) throw tooLarge();
    chunks.push(new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength));
  }
  return Buffer.concat(chunks);
}
