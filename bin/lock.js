// One set-up at a time in a checkout. The lock is a file with the pids of its holders; when all are dead it is taken over.
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';

/**
 * Runs `work` while this process holds `file`; waits for a living holder first, and says so once. `work` is given a
 * function that makes a child process a holder too: it may outlive this process, when that is killed.
 */
export async function exclusively(file, work) {
  await acquire(file);
  const release = () => rmSync(file, { force: true });
  process.on('exit', release); // `work` may end the process
  try {
    await work((pid) => renameInto(file, `${process.pid} ${pid}`));
  } finally {
    process.off('exit', release);
    release();
  }
}

async function acquire(file) {
  let said = false;
  while (!take(file)) {
    const holders = holdersOf(file);
    const living = holders?.split(' ').find((pid) => alive(Number(pid)));
    if (living === undefined) {
      if (holders !== undefined) discard(file, holders);
      continue;
    }
    if (!said) console.error(`Waiting for another set-up of this checkout (process ${living}) …`);
    said = true;
    await setTimeout(200);
  }
}

/** Creates the lock with its content in one step, so that nobody reads a lock without a holder. */
function take(file) {
  const own = `${file}.${process.pid}`;
  writeFileSync(own, String(process.pid));
  try {
    linkSync(own, file);
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(own, { force: true });
  }
}

function renameInto(file, content) {
  writeFileSync(`${file}.${process.pid}`, content);
  renameSync(`${file}.${process.pid}`, file);
}

function holdersOf(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

/** Removes the lock of `holders`; when another process has replaced it meanwhile, that one is put back. */
function discard(file, holders) {
  const aside = `${file}.dead.${process.pid}`;
  try {
    renameSync(file, aside);
    if (holdersOf(aside) !== holders) linkSync(aside, file);
  } catch {
    // Somebody else was quicker, which is as good.
  } finally {
    rmSync(aside, { force: true });
  }
}

function alive(pid) {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
