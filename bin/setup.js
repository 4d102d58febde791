// Makes a checkout ready to run: installs the locked packages once. Plain JavaScript, so that any Node from 20 on can run it.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const lock = join(root, 'package-lock.json');
const stamp = join(root, 'node_modules', '.lifeguard-setup');

const wanted = createHash('sha256').update(readFileSync(lock)).update(process.platform).update(process.arch).digest('hex');
if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== wanted) install();

function install() {
  console.error('Installing the locked packages (once, without install scripts; about a minute) …');
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const done = spawnSync(npm, ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
    shell: process.platform === 'win32',
  });
  if (done.status !== 0) {
    console.error(`lifeguard: npm ci failed (${done.error?.message ?? `exit ${done.status}`}); see the lines above.`);
    process.exit(1);
  }
  writeFileSync(stamp, wanted);
}
