// The program in the real kernel, and nothing else of the agent.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { createServer, type Server } from 'node:net';
import { decodeRecord, formatAddress, type TreeRecord } from '../../../collectors/egress/records.ts';
import { openPackageTrees, type PackageTreeSource, TagFlag } from '../../../collectors/egress/source.ts';

const script = {
  ...process.env,
  npm_lifecycle_event: 'postinstall',
  npm_package_name: 'evil',
  npm_package_json: '/p/package.json',
};

describe('the kernel program', () => {
  let source: PackageTreeSource;
  let records: TreeRecord[] = [];
  let server: Server;
  let port = 0;

  before(async function () {
    if (process.getuid?.() !== 0) {
      console.warn('SKIPPED: loading a BPF program needs root');
      this.skip();
    }
    source = openPackageTrees((record) => records.push(record));
    server = createServer((socket) => socket.resume()).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    port = (server.address() as { port: number }).port;
  });

  beforeEach(() => {
    source.drain();
    records = [];
  });

  after(() => {
    source?.close();
    server?.close();
  });

  function observe(command: string, args: string[], env: NodeJS.ProcessEnv = script): TreeRecord[] {
    const { pid } = spawnSync(command, args, { env, stdio: 'ignore' });
    return recordsOf(pid);
  }

  async function observeAsync(command: string, args: string[]): Promise<TreeRecord[]> {
    const child = spawn(command, args, { env: script, stdio: 'ignore' });
    await new Promise((resolve) => child.once('exit', resolve));
    return recordsOf(child.pid);
  }

  /** Other people's lifecycle scripts may run at the same time. */
  function recordsOf(root: number | undefined): TreeRecord[] {
    source.drain();
    return records.filter((record) => record.root.pid === root || record.pid === root);
  }

  it('reports every exec of a lifecycle script with all its arguments', () => {
    const execs = observe('/bin/sh', ['-c', '/bin/true one "two three"; /bin/true four']).filter(
      (r) => r.type === 'exec',
    );
    assert.deepEqual(
      execs.map((r) => r.arguments),
      [
        ['/bin/sh', '-c', '/bin/true one "two three"; /bin/true four'],
        ['/bin/true', 'one', 'two three'],
        ['/bin/true', 'four'],
      ],
    );
  });

  it('names the script once, from its environment, and keeps nothing else of it', () => {
    const execs = observe('/bin/sh', ['-c', '/bin/true'], { ...script, SECRET_TOKEN: 'x' }).filter(
      (r) => r.type === 'exec',
    );
    assert.deepEqual(Object.fromEntries(execs[0]?.environment ?? []), {
      npm_lifecycle_event: 'postinstall',
      npm_package_name: 'evil',
      npm_package_json: '/p/package.json',
    });
    assert.equal(execs[1]?.environment, undefined);
  });

  it('says nothing about processes outside package trees', () => {
    assert.deepEqual(observe('/bin/sh', ['-c', '/bin/true; /bin/true'], { PATH: process.env.PATH }), []);
  });

  for (const [how, command] of [
    ['setsid', 'setsid /bin/true detached'],
    ['a double fork', '( ( /bin/true detached & ) & )'],
    ['a scrubbed environment', 'env -i /bin/true detached'],
  ] as const) {
    it(`keeps the root through ${how}`, () => {
      const isDetached = (r: TreeRecord): boolean =>
        r.type === 'exec' && r.arguments.includes('detached') && r.filename.endsWith('true');
      const { pid } = spawnSync('/bin/sh', ['-c', command], { env: script, stdio: 'ignore' });
      // It may outlive the script that started it.
      const end = Date.now() + 3000;
      while (!recordsOf(pid).some(isDetached)) assert.ok(Date.now() < end, 'the detached process was seen');
      assert.equal(recordsOf(pid).find(isDetached)?.root.pid, pid);
    });
  }

  it('follows a process that user space put into a tree', async () => {
    const child = spawn('/bin/sh', ['-c', 'read go; /bin/true tagged'], {
      stdio: ['pipe', 'ignore', 'ignore'],
      env: { PATH: '/bin' },
    });
    source.tag(child.pid ?? 0, { pid: child.pid ?? 0, startNs: 1n }, TagFlag.packageCode);
    child.stdin.end('go\n');
    await new Promise((resolve) => child.once('exit', resolve));
    const execs = recordsOf(child.pid).filter((r) => r.type === 'exec');
    assert.deepEqual(
      execs.map((r) => r.arguments),
      [['/bin/true', 'tagged']],
    );
    assert.equal(execs[0]?.flags, TagFlag.packageCode);
  });

  it('sees a TCP connection and how much went out', async () => {
    const program = `const s = require('net').connect(${port}, '127.0.0.1', () => s.end('x'.repeat(5000)))`;
    const seen = await observeAsync(process.execPath, ['-e', program]);
    const connect = seen.find((r) => r.type === 'connect');
    assert.deepEqual(
      [connect?.address, connect?.port, connect?.protocol, connect?.verdict],
      ['127.0.0.1', port, 'tcp', 'allowed'],
    );
    const close = seen.find((r) => r.type === 'close' && r.cookie === connect?.cookie);
    assert.equal(close?.type === 'close' && close.sent, 5000);
  });

  it('sees an IPv4-mapped IPv6 destination as the IPv4 address it reaches', async () => {
    const seen = await observeAsync(process.execPath, [
      '-e',
      `require('net').connect(${port}, '::ffff:127.0.0.1').on('error', () => {}).end()`,
    ]);
    assert.equal(seen.find((r) => r.type === 'connect')?.address, '127.0.0.1');
  });

  it('sees a datagram that was sent without connect', async () => {
    const sink = createSocket('udp4').bind(0, '127.0.0.1');
    await new Promise((resolve) => sink.once('listening', resolve));
    const program = `const s = require('dgram').createSocket('udp4'); s.send('x', ${sink.address().port}, '127.0.0.1', () => s.close())`;
    const seen = await observeAsync(process.execPath, ['-e', program]);
    sink.close();
    const connect = seen.find((r) => r.type === 'connect');
    assert.deepEqual([connect?.address, connect?.protocol], ['127.0.0.1', 'udp']);
  });

  it('sees the name that was asked for and the address that came back', async () => {
    const resolver = createSocket('udp4');
    resolver.on('message', (query, peer) =>
      resolver.send(answerTo(query, [192, 0, 2, 7]), peer.port, peer.address),
    );
    await new Promise<void>((resolve) => resolver.bind(53, '127.0.0.9', resolve));
    const program = `const r = new (require('dns').Resolver)(); r.setServers(['127.0.0.9']); r.resolve4('Exfil.Example.test', () => {})`;
    const seen = await observeAsync(process.execPath, ['-e', program]);
    resolver.close();
    const messages = seen.filter((r) => r.type === 'dns').map((r) => r.message);
    assert.deepEqual(messages, [
      { query: 'exfil.example.test', type: 'A', isAnswer: false, answers: [] },
      {
        query: 'exfil.example.test',
        type: 'A',
        isAnswer: true,
        answers: [{ type: 'A', data: '192.0.2.7', ttlSeconds: 60 }],
      },
    ]);
  });
});

/** The query again, marked as an answer, with one A record whose name points back at the question. */
function answerTo(query: Buffer, address: number[]): Buffer {
  const questionEnd = query.indexOf(0, 12) + 5;
  const head = Buffer.from(query.subarray(0, questionEnd));
  head.writeUInt16BE(0x8180, 2);
  head.writeUInt16BE(1, 6);
  head.writeUInt32BE(0, 8);
  return Buffer.concat([head, Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, ...address])]);
}

describe('formatAddress', () => {
  for (const [hex, text] of [
    ['20010db8000000000000000000000001', '2001:db8::1'],
    ['00000000000000000000000000000001', '::1'],
    ['00000000000000000000000000000000', '::'],
    ['20010db8000100000001000000000001', '2001:db8:1:0:1::1'],
    ['00000000000000000000ffffc0000201', '192.0.2.1'],
    ['20010db8000100020003000400050006', '2001:db8:1:2:3:4:5:6'],
  ] as const) {
    it(text, () => assert.equal(formatAddress(Buffer.from(hex, 'hex'), 6), text));
  }
});

describe('decodeRecord', () => {
  it('passes over a type it does not know', () => assert.equal(decodeRecord(Buffer.alloc(64, 9)), undefined));
});
