/** Sends every request through Apollo Server. */
import type * as original from '../../../src/server/http/post-json.js';

export { answerDirectly, refused } from '../../../src/server/http/post-json.js';

export const plainOperation: typeof original.plainOperation = () => null;
