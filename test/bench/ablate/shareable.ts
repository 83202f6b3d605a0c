/** Shares no result: each is executed for its subscriber alone. */
import type * as original from '../../../src/server/execution/shareable.js';

export const isShareable: typeof original.isShareable = () => false;
