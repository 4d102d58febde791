// The locked packages of a checkout: whether they are there, and how they get there.
// npm's own record (`node_modules/.package-lock.json`) is the evidence: npm writes it last, and we remove it first, so an
// installation that was killed half-way leaves none.
import { spawn } from 'node:child_process';
import { accessSync, constants, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { basename, join } from 'node:path';
import { exclusively } from './lock.js';
import { pinnedNode, root, supported } from './runtime.js';

const modules = join(root, 'node_modules');
const MAX_OUTPUT = 64 * 1024;
const record = join(modules, '.package-lock.json');

/** Installs the locked packages unless they are there; ends the process with one line where that is impossible. */
export async function setUp() {
  if (installed()) return;
  if (!supported()) fail(`there is no pinned Node runtime for ${process.platform}-${process.arch}`);
  try {
    accessSync(root, constants.W_OK);
  } catch {
    fail(
      `the packages are not installed and ${root} is not writable here; run \`npm ci --ignore-scripts\` as its owner`,
    );
  }
  await exclusively(join(root, '.setup.lock'), (share) => installed() || install(share));
}

/** True when every locked package that this platform needs is recorded with the locked version and integrity. */
export function installed() {
  if (!pinnedNode()) return false;
  const have = packagesOf(record);
  const wanted = packagesOf(join(root, 'package-lock.json'));
  return Object.entries(wanted).every(([directory, entry]) => {
    const found = have[directory];
    if (directory === '') return true;
    if (!found) return entry.optional === true;
    return found.version === entry.version && (!found.integrity || found.integrity === entry.integrity);
  });
}

function packagesOf(lockfile) {
  try {
    return JSON.parse(readFileSync(lockfile, 'utf8')).packages ?? {};
  } catch {
    return {};
  }
}

async function install(share) {
  console.error('Installing the locked packages (once, without install scripts; about a minute) …');
  rmSync(record, { force: true });
  const { reason, output } = await npmCi(share);
  if (reason) {
    process.stderr.write(output);
    fail(reason + offline(output));
  }
  if (!installed()) fail('npm ci left packages out; is `omit` set in your npm configuration?');
  linkCommand();
}

/** Resolves with what npm said on stderr, and with the reason when it failed. */
function npmCi(share) {
  const [command, ...args] = npm();
  const child = spawn(
    command,
    [...args, 'ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'],
    {
      cwd: root,
      stdio: ['ignore', 'ignore', 'pipe'],
      shell: process.platform === 'win32' && command === 'npm',
    },
  );
  if (child.pid) share(child.pid);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => child.kill(signal));
  let output = '';
  child.stderr.setEncoding('utf8').on('data', (text) => (output = (output + text).slice(-MAX_OUTPUT)));
  return new Promise((resolve) => {
    child.on('error', ({ code, message }) => {
      const reason = code === 'ENOENT' ? 'npm is not on the PATH; install it beside Node' : `npm: ${message}`;
      resolve({ reason, output });
    });
    child.on('close', (code, signal) => {
      if (signal) resolve({ reason: `npm ci was ended by ${signal}; run the command again`, output });
      else resolve({ reason: code === 0 ? undefined : `npm ci failed (exit ${code})`, output });
    });
  });
}

/** The npm that runs us, where one does; else the one on the PATH. */
function npm() {
  const running = process.env.npm_execpath;
  return running && basename(running) === 'npm-cli.js' ? [process.execPath, running] : ['npm'];
}

function offline(output) {
  return /\b(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH)\b/.test(output)
    ? ': the package registry was not reached. The first start needs it; behind a proxy see `npm config set proxy`'
    : '';
}

/** npm links the bins of dependencies only: with this one `npx lifeguard` starts at once, from any folder inside. */
function linkCommand() {
  if (process.platform === 'win32') return;
  const link = join(modules, '.bin', 'lifeguard');
  mkdirSync(join(modules, '.bin'), { recursive: true });
  if (!existsSync(link)) symlinkSync(join('..', '..', 'bin', 'lifeguard.js'), link);
}

function fail(reason) {
  console.error(`lifeguard: ${reason}.`);
  process.exit(1);
}
