import { workerData } from 'node:worker_threads';
import { createProcessTree } from '../processes/index.ts';
import type { ThreadData } from './life.ts';
import { runThread } from './thread.ts';

const { data, port } = workerData as ThreadData;
runThread({ data, port, createTree: (emit) => createProcessTree({ emit }) });
