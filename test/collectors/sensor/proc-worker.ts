import { workerData } from 'node:worker_threads';
import type { ThreadData } from '../../../collectors/sensor/life.ts';
import { runThread } from '../../../collectors/sensor/thread.ts';
import { createProcTree } from './proc-tree.ts';

const { data, port } = workerData as ThreadData;
runThread({ data, port, createTree: createProcTree });
