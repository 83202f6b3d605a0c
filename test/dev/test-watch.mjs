/**
 * `npm run test:watch [-- NAME]`: after each change compiles what has changed and runs the test files with NAME in
 * their path, or without NAME those that import what has changed. Tests that start the gateway as a process import
 * nothing of it: they need a NAME.
 */
import { build, compiled, jest, onChange, testsNamed } from './steps.mjs';

const [name, ...flags] = process.argv.slice(2);
if (name !== undefined && testsNamed(name).length === 0) {
  console.error(`No test file has "${name}" in its path.`);
  process.exit(1);
}

async function run(changed) {
  if (!(await build('.'))) return;
  const files = changed.filter((file) => file.endsWith('.ts')).map(compiled);
  if (name !== undefined) await jest(['--runTestsByPath', ...testsNamed(name), ...flags]);
  else if (files.length > 0) await jest(['--findRelatedTests', '--passWithNoTests', ...files]);
  console.log('Waiting for a change in src/ or test/. Ctrl-C ends it.');
}

onChange(['src', 'test', 'schema'], run);
await run([]);
