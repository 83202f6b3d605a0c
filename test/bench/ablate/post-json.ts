/** No request takes the short way: Apollo Server has all of them. */
import type * as original from '../../../src/server/http/post-json.js';

export { answerDirectly, refused } from '../../../src/server/http/post-json.js';

export const plainOperation: typeof original.plainOperation = () => null;
