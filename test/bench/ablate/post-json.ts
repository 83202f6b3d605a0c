/** Sends every request through Apollo Server. */
import type * as original from '../../../src/server/http/post-json.js';

export { answerPostJson, refused } from '../../../src/server/http/post-json.js';

export const postJsonOperation: typeof original.postJsonOperation = () => null;
