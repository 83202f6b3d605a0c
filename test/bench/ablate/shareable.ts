/** No result is shared: each is made for its subscriber alone. */
import type * as original from '../../../src/server/execution/shareable.js';

export const isShareable: typeof original.isShareable = () => false;
