/**
 * `npm run test:file -- NAME [flags of jest]`: compiles what has changed and runs the test files with NAME in their
 * path, without the linter.
 */
import { build, jest, testsNamed } from './steps.mjs';

const [name = '', ...flags] = process.argv.slice(2);
if (name === '' || name.startsWith('-')) {
  console.error(
    'Usage: npm run test:file -- NAME [flags of jest]\n\n  NAME is a test file, or a part of its path, such as security/limits.',
  );
  process.exit(2);
}
const files = testsNamed(name);
if (files.length === 0) {
  console.error(`No test file has "${name}" in its path.`);
  process.exit(1);
}
process.exit((await build('.')) && (await jest(['--runTestsByPath', ...files, ...flags])) ? 0 : 1);
