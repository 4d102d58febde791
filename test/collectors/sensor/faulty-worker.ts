// The sensor's thread with a fault that a file next to its script's first home sets off: `spin` it never comes back, `throw`
// it fails, `exit` it ends on the spot and cleans nothing up.
import { existsSync } from 'node:fs';
import { workerData } from 'node:worker_threads';
import type { ThreadData } from '../../../collectors/sensor/life.ts';
import { runThread } from '../../../collectors/sensor/thread.ts';
import type { Source } from '../../../collectors/sensor/tree.ts';
import { close, readAvailable } from '../../../platform/linux/descriptor.ts';
import { createDirectoryWatch, watchDirectory } from '../../../platform/linux/inotify.ts';
import { createProcTree } from './proc-tree.ts';

/** Where the faults are set off. */
const directory = process.env['LIFEGUARD_TEST_FAULTS'] ?? '';

function faults(): Source {
  const fd = createDirectoryWatch();
  watchDirectory(fd, directory);
  const batch = Buffer.alloc(4096);
  return {
    fd,
    close: () => void close(fd),
    drain() {
      readAvailable(fd, batch);
      if (existsSync(`${directory}/throw`)) throw new Error('injected fault');
      if (existsSync(`${directory}/exit`)) process.exit(3);
      while (existsSync(`${directory}/spin`));
    },
  };
}

const { data, port } = workerData as ThreadData;
runThread({ data, port, createTree: createProcTree, furtherSources: [faults()] });
