#!/usr/bin/env node
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pinnedNode, root, runPinned } from './runtime.js';

// A fresh clone is set up by its first command. One that was set up is left as it is: a daemon may be running from it.
if (!pinnedNode() && existsSync(join(root, 'package-lock.json')))
  await (await import('./installation.js')).setUp();
runPinned(join(root, 'agent', 'cli', 'main.ts'), process.argv.slice(2));
