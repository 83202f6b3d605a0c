/** A fetch for streams that fails after 30 s without a byte, because a half-open connection never reports its end. */
const SILENCE_MS = 30_000;

export const watchedFetch: typeof fetch = async (input, init = {}) => {
  const silent = new AbortController();
  let watchdog: ReturnType<typeof setTimeout> | undefined;
  const relax = () => clearTimeout(watchdog);
  const watch = () => {
    relax();
    watchdog = setTimeout(() => silent.abort(new Error('The server was silent for 30 s.')), SILENCE_MS);
  };
  init.signal?.addEventListener('abort', relax);
  watch();
  try {
    const signal = init.signal ? AbortSignal.any([silent.signal, init.signal]) : silent.signal;
    const response = await fetch(input, { ...init, signal });
    if (response.body === null) {
      relax();
      return response;
    }
    const heard = new TransformStream<Uint8Array, Uint8Array>({
      transform(bytes, stream) {
        watch();
        stream.enqueue(bytes);
      },
      flush: relax,
    });
    return new Response(response.body.pipeThrough(heard), response);
  } catch (error) {
    relax();
    throw error;
  }
};
