/** No result is shared: each is made for its subscriber alone. */
import type * as original from '../../../src/server/execution/cacheable.js';

export const isCacheable: typeof original.isCacheable = () => false;
