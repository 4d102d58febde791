// `node bin/run.js mocha …`: a development tool under the pinned Node.
import { join } from 'node:path';
import { root, runPinned } from './runtime.js';

const tools = { mocha: 'mocha/bin/mocha.js', c8: 'c8/bin/c8.js' };
const [tool, ...args] = process.argv.slice(2);
runPinned(join(root, 'node_modules', tools[tool]), args);
