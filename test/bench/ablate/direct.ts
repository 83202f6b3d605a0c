/** No request takes the short way: Apollo Server has all of them. */
import type * as original from '../../../src/server/direct.js';

export { answerDirectly, refused } from '../../../src/server/direct.js';

export const plainOperation: typeof original.plainOperation = () => null;
