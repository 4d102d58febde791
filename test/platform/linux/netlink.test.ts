import assert from 'node:assert/strict';
import { check, libc } from '../../../platform/linux/libc.ts';
import { spawnSync } from 'node:child_process';
import {
  MESSAGE_SIZE,
  type ProcessMessages,
  decodeMessage,
} from '../../../platform/linux/netlink-messages.ts';
import { openProcConnector, type ProcConnector } from '../../../platform/linux/netlink.ts';

const SOL_SOCKET = 1;
const SO_RCVBUF = 8;
const setsockopt: (fd: number, level: number, name: number, value: Buffer, length: number) => number =
  libc.func('int setsockopt(int fd, int level, int name, const void *value, uint length)');

/** nlmsghdr, cn_msg, proc_event. */
function message(what: number, fields: readonly number[], nanoseconds = 5_000_007_000n, index = 1): Buffer {
  const buffer = Buffer.alloc(MESSAGE_SIZE);
  buffer.writeUInt32LE(index, 16);
  buffer.writeUInt32LE(what >>> 0, 36);
  buffer.writeBigUInt64LE(nanoseconds, 44);
  for (const [place, value] of fields.entries()) buffer.writeUInt32LE(value, 52 + place * 4);
  return buffer;
}

function recorder() {
  const heard: unknown[][] = [];
  const note =
    (kind: string) =>
    (...parts: number[]) =>
      void heard.push([kind, ...parts]);
  const to: ProcessMessages = {
    fork: note('fork'),
    exec: note('exec'),
    exit: note('exit'),
    user: note('user'),
    trace: note('trace'),
    overflow: note('overflow'),
  };
  return { heard, to };
}

const cases: readonly [string, Buffer, number, readonly unknown[] | undefined][] = [
  ['a fork', message(1, [10, 10, 11, 11]), 76, ['fork', 10, 11, 5_000_007]],
  ['a fork by another thread than the first', message(1, [12, 10, 11, 11]), 76, ['fork', 10, 11, 5_000_007]],
  ['a new thread', message(1, [10, 10, 13, 10]), 76, undefined],
  ['an exec', message(2, [11, 11]), 76, ['exec', 11, 5_000_007]],
  ['a change of user', message(4, [11, 11, 1000, 0]), 76, ['user', 11, 1000]],
  ['a tracer', message(0x100, [11, 11, 20, 20]), 76, ['trace', 11, 20]],
  ['an exit', message(0x80000000, [11, 11, 256, 17]), 76, ['exit', 11, 256, 5_000_007]],
  ['the end of another thread', message(0x80000000, [12, 11, 0, 17]), 76, undefined],
  [
    'a time beyond 32 bits of nanoseconds',
    message(2, [1, 1], 0x1_0000_0001_0000n * 1000n),
    76,
    ['exec', 1, 0x1_0000_0001_0000],
  ],
  ['an acknowledgement', message(0, [0, 0]), 76, undefined],
  ['another connector', message(2, [11, 11], 0n, 9), 76, undefined],
  ['a message that is cut', message(1, [10, 10, 11, 11]), 60, undefined],
  ['nothing', message(2, [11, 11]), 0, undefined],
];

describe('platform/linux/netlink', () => {
  for (const [title, buffer, length, expected] of cases) {
    it(`decodes ${title}`, () => {
      const { heard, to } = recorder();
      decodeMessage(buffer, 0, length, to);
      assert.deepEqual(heard, expected ? [expected] : []);
    });
  }

  it('hears of a child before anything else could', function () {
    const connector = listen();
    if (!connector) this.skip();
    try {
      const { heard, to } = recorder();
      const { pid } = spawnSync('true');
      connector.drain(to);
      const kinds = heard
        .filter(([kind, first, second]) => (kind === 'fork' ? second : first) === pid)
        .map(([kind]) => kind);
      assert.deepEqual(kinds, ['fork', 'exec', 'exit']);
      const fork = heard.find(([kind, , child]) => kind === 'fork' && child === pid);
      assert.equal(fork?.[1], process.pid);
      connector.drain(to);
    } finally {
      connector.close();
    }
  });

  it('says so when messages were lost, and goes on', function () {
    const connector = listen();
    if (!connector) this.skip();
    try {
      const size = Buffer.alloc(4);
      size.writeInt32LE(4096);
      check(setsockopt(connector.fd, SOL_SOCKET, SO_RCVBUF, size, 4), 'setsockopt');
      spawnSync('sh', ['-c', 'i=0; while [ $i -lt 60 ]; do (:); i=$((i+1)); done']);
      const lost = recorder();
      connector.drain(lost.to);
      assert.ok(lost.heard.some(([kind]) => kind === 'overflow'));
      const { pid } = spawnSync('true');
      const after = recorder();
      connector.drain(after.to);
      assert.ok(after.heard.some(([kind, , child]) => kind === 'fork' && child === pid));
    } finally {
      connector.close();
    }
  });
});

function listen(): ProcConnector | undefined {
  try {
    return openProcConnector();
  } catch (error) {
    console.warn(`SKIPPED platform/linux/netlink: ${String(error)}`);
    return undefined;
  }
}
