// `node bin/run.js mocha …`: a development tool under the pinned Node.
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { root, runPinned } from './runtime.js';

const tools = { mocha: 'mocha/bin/mocha.js', c8: 'c8/bin/c8.js' };
const [tool, ...args] = process.argv.slice(2);
const script = tools[tool];
if (!script) {
  console.error(`run: no tool called ${tool}; there are ${Object.keys(tools).join(', ')}`);
  process.exit(2);
}
// Under `npm test` the environment says that whatever runs belongs to a script of this package. Tests of lineage are told otherwise.
for (const name of Object.keys(process.env))
  if (/^(npm_lifecycle_|npm_package_|npm_config_user_agent$|npm_command$|INIT_CWD$)/.test(name))
    delete process.env[name];
runPinned(join(root, 'node_modules', script), tool === 'mocha' ? named(args) : args);

/** Mocha's own `spec` setting is added to what the command line names; here what is named replaces it. */
function named(given) {
  const tests = (directory) => join(directory, '**', '*.test.ts');
  const isDirectory = (arg) => !arg.startsWith('-') && existsSync(arg) && statSync(arg).isDirectory();
  const chosen = given.map((arg) => (isDirectory(arg) ? tests(arg) : arg));
  return chosen.some((arg) => arg.endsWith('.ts')) ? chosen : [...chosen, tests('test')];
}
