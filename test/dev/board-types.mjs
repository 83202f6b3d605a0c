/**
 * `npm run board:types`: the types of the board from schema/, so that an editor knows them, and a check of the board.
 */
import { complaints, generateTypes } from '../../dist/test/board/board-types.js';

await generateTypes();
const found = await complaints();
if (found !== '') {
  console.error(found);
  process.exitCode = 1;
}
