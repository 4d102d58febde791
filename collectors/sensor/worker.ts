import { workerData } from 'node:worker_threads';
import { createEgress } from '../egress/index.ts';
import { createProcessTree } from '../processes/index.ts';
import type { ThreadData } from './life.ts';
import { runThread } from './thread.ts';

const { data, port } = workerData as ThreadData;
const egress = createEgress();
runThread({
  data,
  port,
  createTree: (emit) => createProcessTree({ emit, recallExec: egress.recallExec }),
  egress,
});
