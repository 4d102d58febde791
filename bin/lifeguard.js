#!/usr/bin/env node
import { join } from 'node:path';
import { root, runPinned } from './runtime.js';

runPinned(join(root, 'agent', 'cli', 'main.ts'), process.argv.slice(2));
