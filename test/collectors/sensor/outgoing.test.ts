import assert from 'node:assert/strict';
import { MessageChannel, receiveMessageOnPort } from 'node:worker_threads';
import { createOutgoing, limits } from '../../../collectors/sensor/outgoing.ts';
import { cells, createShared, type Notice } from '../../../collectors/sensor/protocol.ts';
import type { Observation } from '../../../collectors/sensor/tree.ts';

const process = { pid: 1, startTime: '', image: '', commandLine: '', uid: 0, ancestors: [] };
const common = { collector: 'test', time: '', monotonic: 0, process };
const exec: Observation = { kind: 'process', action: 'exec', ...common };
const open: Observation = { kind: 'file', action: 'open', path: '/x', ...common };

describe('the way out of the sensor’s thread', () => {
  let channel: MessageChannel;
  let shared: Int32Array;

  beforeEach(() => {
    channel = new MessageChannel();
    shared = new Int32Array(createShared());
  });
  afterEach(() => channel.port1.close());

  function arrived(): number {
    let count = 0;
    for (let next = receiveMessageOnPort(channel.port2); next; next = receiveMessageOnPort(channel.port2)) {
      const notice = next.message as Notice;
      if (notice.type === 'observations') count += notice.items.length;
    }
    return count;
  }

  it('lets process events give way first, opens of secrets long after, and counts both', () => {
    const outgoing = createOutgoing(channel.port1, shared);
    for (let n = 0; n < limits.context + 10; n++) outgoing.emit(exec);
    for (let n = limits.context; n < limits.secrets + 5; n++) outgoing.emit(open);
    outgoing.flush();
    assert.equal(arrived(), limits.secrets);
    assert.deepEqual(outgoing.counters(), {
      processes: { 'queue-dropped': 10 },
      'secret-files': { 'queue-lost': 5 },
      egress: { 'queue-dropped': 0 },
      persistence: { 'queue-dropped': 0 },
    });
  });

  it('goes on when the other side has taken some', () => {
    const outgoing = createOutgoing(channel.port1, shared);
    for (let n = 0; n < limits.context + 1; n++) outgoing.emit(exec);
    Atomics.sub(shared, cells.outstanding, 100);
    for (let n = 0; n < 100; n++) outgoing.emit(exec);
    outgoing.flush();
    assert.equal(arrived(), limits.context + 100);
    assert.equal(outgoing.counters().processes['queue-dropped'], 1);
  });
});
