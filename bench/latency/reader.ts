// A package whose postinstall opens decoys one after the other and writes down when, on the clock that all processes of
// the machine share. Written as text: it runs under whatever Node the machine's npm has.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Between two opens, ms. */
const PAUSE = 30;

const script = `
const { closeSync, openSync, readdirSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');
const { HOME = '', TMPDIR = '' } = process.env;
if (!HOME.includes('lifeguard-simulation-')) throw new Error('this reads decoys only');
const directory = join(HOME, '.ssh');
const names = readdirSync(directory).filter((name) => /^bench-\\d+\\.pem$/.test(name));
const opened = {};
function next() {
  const name = names.shift();
  if (name === undefined) return writeFileSync(join(TMPDIR, 'opened.json'), JSON.stringify(opened));
  opened[name] = Number(process.hrtime.bigint() / 1000n);
  closeSync(openSync(join(directory, name)));
  setTimeout(next, ${PAUSE});
}
next();
`;

/** Writes the package to `directory`, which is made. Its result is `opened.json` in TMPDIR: file name → µs. */
export function writeReader(directory: string): void {
  mkdirSync(directory);
  const manifest = {
    name: 'lifeguard-bench-reader',
    version: '1.0.0',
    scripts: { postinstall: 'node postinstall.js' },
  };
  writeFileSync(join(directory, 'package.json'), JSON.stringify(manifest));
  writeFileSync(join(directory, 'postinstall.js'), script);
}
