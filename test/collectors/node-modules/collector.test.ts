import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  appendFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { makeHome, told, watchProjects } from './home.ts';
import type { Home, Watching } from './home.ts';
import { run } from './managers.ts';
import { startRegistry } from './registry.ts';

interface Entry {
  version: string;
  integrity?: string;
  dependencies?: Record<string, string>;
}

describe('node-modules collector', () => {
  let home: Home;
  const running: Watching[] = [];

  beforeEach(() => {
    home = makeHome();
  });

  afterEach(async () => {
    for (const watching of running.splice(0)) await watching.stop();
    home.remove();
  });

  async function watch(...args: Parameters<typeof watchProjects>): Promise<Watching> {
    const watching = await watchProjects(...args);
    running.push(watching);
    return watching;
  }

  /** What npm leaves of an install: the packages' folders, then its hidden lockfile. */
  function installed(project: string, packages: Record<string, Entry>): void {
    mkdirSync(join(project, 'node_modules'), { recursive: true });
    for (const [name, { version }] of Object.entries(packages)) {
      const directory = join(project, 'node_modules', name);
      mkdirSync(directory, { recursive: true });
      writeFileSync(join(directory, 'package.json'), JSON.stringify({ name, version }));
    }
    const entries = Object.entries(packages).map(([name, entry]) => [`node_modules/${name}`, entry]);
    writeFileSync(
      join(project, 'node_modules', '.package-lock.json'),
      JSON.stringify({ lockfileVersion: 3, packages: Object.fromEntries(entries) }),
    );
  }

  /** A project with a manifest and these packages installed. */
  function app(name: string, packages: Record<string, Entry>): string {
    const project = home.project(name, {
      'package.json': '{"dependencies":{"a":"^1.0.0"}}',
      'package-lock.json': '{}',
    });
    installed(project, packages);
    return project;
  }

  it('proves itself with a canary and leaves nothing behind', async () => {
    const { collector } = await watch([home.path]);
    const [capability] = collector.capabilities();
    assert.equal(capability?.name, 'watch node_modules');
    assert.equal(capability?.state, 'yes', capability?.why);
    assert.match(capability?.why ?? '', /canary/);
    assert.deepEqual(collector.inventories(), []);
    assert.deepEqual(collector.counters(), {});
  });

  it('takes what was installed before for granted, in every project that it finds', async () => {
    const project = app('work/deep/app', { a: { version: '1.0.0' } });
    await settle();
    const { known, until, collector } = await watch([home.path]);
    await known(project);
    installed(project, { a: { version: '1.0.0' }, b: { version: '2.0.0' } });
    assert.deepEqual((await until('added b@2.0.0')).map(told), ['added b@2.0.0']);
    assert.match(collector.capabilities()[0]?.why ?? '', /1 projects watched/);
  });

  it('tells what was installed after it was armed, also in a project that it hears of too late', async () => {
    const { collector, until } = await watch([]);
    const project = app('late', { a: { version: '1.0.0' } });
    mkdirSync(join(project, 'src'));
    collector.noteProject(join(project, 'src'));
    assert.deepEqual((await until('added a@1.0.0')).map(told), ['added a@1.0.0']);
  });

  it('tells what changed while it was off', async () => {
    const options = { snapshotFile: join(home.path, '.state', 'packages.jsonl') };
    const project = app('app', { a: { version: '1.0.0' }, b: { version: '1.0.0' } });
    const first = await watch([home.path], options);
    await first.known(project);
    await first.stop();
    running.length = 0;
    installed(project, { a: { version: '1.0.1' }, c: { version: '1.0.0' } });
    appendFileSync(options.snapshotFile, '{"root":"/torn","man');
    const second = await watch([home.path], options);
    const events = (await second.until('removed b@1.0.0')).map(told).sort();
    assert.deepEqual(events, ['added c@1.0.0', 'changed a@1.0.1', 'removed b@1.0.0']);
    const recent = second.collector.recentlyChanged(project, Date.now() - 60_000).map(({ name }) => name);
    assert.deepEqual([...new Set(recent)].sort(), ['a', 'c']);
  });

  it('tells other content under the same version', async () => {
    const project = app('app', { a: { version: '1.0.0', integrity: 'sha512-AAAA' } });
    await settle();
    const { known, until } = await watch([home.path]);
    await known(project);
    installed(project, { a: { version: '1.0.0', integrity: 'sha512-BBBB' } });
    const [event] = await until('changed a@1.0.0');
    assert.equal(event?.previousVersion, '1.0.0');
    assert.equal(event.package.integrity, 'sha512-BBBB');
  });

  it('says when a manifest is not the one of the index, or is gone', async () => {
    const project = app('app', {});
    const { known, until } = await watch([home.path]);
    await known(project);
    installed(project, { a: { version: '1.0.0' }, b: { version: '1.0.0' } });
    rmSync(join(project, 'node_modules', 'b', 'package.json'));
    writeFileSync(join(project, 'node_modules', 'a', 'package.json'), '{"name":"evil","version":"6.6.6"}');
    const events = await until('added b@1.0.0');
    assert.deepEqual(Object.fromEntries(events.map((event) => [event.package.name, event.mismatch])), {
      a: ['name', 'version'],
      b: ['missing'],
    });
  });

  it('keeps the scripts of a dropper that puts a clean manifest in its place', async function () {
    if (spawnSync('npm', ['--version']).status !== 0) {
      console.warn('skipped: npm is not on PATH');
      this.skip();
    }
    const registry = await startRegistry();
    try {
      const clean = JSON.stringify({ name: 'dropper', version: '1.0.0' });
      const scripts = { postinstall: 'node drop.js' };
      // It takes its time, as one that fetches something first.
      const drop = `Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 300); require('fs').writeFileSync('package.json', ${JSON.stringify(clean)}); require('fs').unlinkSync('drop.js')`;
      registry.publish({ name: 'dropper', version: '1.0.0', scripts }, { 'drop.js': drop });
      const project = home.project('app', {
        'package.json': '{"dependencies":{"dropper":"1.0.0"}}',
        'package-lock.json': '{"lockfileVersion":3}',
      });
      const { until, collector } = await watch([home.path]);
      collector.noteProject(project);
      const args = ['install', '--no-audit', '--no-fund', '--dangerously-allow-all-scripts'];
      const { code, output } = await run('npm', args, project, join(home.path, '.own'), registry.url);
      assert.equal(code, 0, output);
      const [event] = await until('added dropper@1.0.0');
      assert.deepEqual(event?.scripts, scripts);
      assert.deepEqual(event.mismatch, ['scripts']);
    } finally {
      await registry.close();
    }
  });

  it('names the scripts that node-gyp stands for', async () => {
    const project = app('app', {});
    const { known, until } = await watch([home.path]);
    await known(project);
    mkdirSync(join(project, 'node_modules', 'native'), { recursive: true });
    writeFileSync(join(project, 'node_modules', 'native', 'binding.gyp'), '{}');
    installed(project, { native: { version: '1.0.0' } });
    const [event] = await until('added native@1.0.0');
    assert.deepEqual(event?.scripts, { install: 'node-gyp rebuild' });
  });

  it('finds a package by its directory, its copies, and any directory of its project', async () => {
    const project = app('app', {
      a: { version: '1.0.0', integrity: 'sha512-AAAA', dependencies: { b: '^1.0.0' } },
      b: { version: '1.2.3', dependencies: { c: '*' } },
      c: { version: '0.0.1' },
    });
    const { known, collector } = await watch([home.path]);
    await known(project);
    const found = collector.find(join(project, 'src', 'deep'), join(project, 'node_modules', 'c'));
    assert.deepEqual(found?.dependencyPath, ['a@1.0.0', 'b@1.2.3', 'c@0.0.1']);
    assert.equal(found.purl, 'pkg:npm/c@0.0.1');
    const nested = join(project, 'node_modules', 'x', 'node_modules', 'b');
    assert.equal(collector.find(project, nested)?.version, '1.2.3');
    assert.equal(collector.find(project, nested, '9.9.9'), undefined);
    assert.equal(
      collector.find(project, join(project, 'node_modules', 'a', '..', '..', '..', 'node_modules', 'a')),
      undefined,
    );
    assert.equal(collector.find('/', '/node_modules/a'), undefined);
    assert.equal(collector.find(project, `${project}/node_modules/a\t\t1.0.0`), undefined);
  });

  it('learns of a place where packages run outside of every project', async () => {
    const npx = app('.npm/_npx/1f', { a: { version: '1.0.0' } });
    const { known, collector } = await watch([home.path]);
    const directory = join(npx, 'node_modules', 'a');
    assert.equal(collector.find(home.path, directory), undefined);
    await known(npx);
    assert.equal(collector.find(home.path, directory)?.version, '1.0.0');
  });

  it('knows what a lockfile asks for while nothing is installed, and tells nothing of it', async () => {
    const packages = { '': { dependencies: { a: '1' } }, 'node_modules/a': { version: '1.0.0' } };
    const lock = JSON.stringify({ lockfileVersion: 3, packages });
    const project = home.project('cloned', { 'package.json': '{}', 'package-lock.json': lock });
    const { known, collector } = await watch([home.path]);
    await known(project);
    assert.equal(collector.find(project, join(project, 'node_modules', 'a'))?.version, '1.0.0');
    assert.deepEqual(collector.counters(), {});
  });

  it('reads an index again that was half written, and counts one that stays unreadable', async () => {
    const project = app('app', { a: { version: '1.0.0' } });
    await settle();
    const { known, until, collector } = await watch([home.path]);
    await known(project);
    writeFileSync(
      join(project, 'node_modules', '.package-lock.json'),
      '{"lockfileVersion":3,"packages":{"node_modules/a":',
    );
    await new Promise((resolve) => setTimeout(resolve, 120));
    installed(project, { a: { version: '1.0.0' }, b: { version: '1.0.0' } });
    assert.deepEqual((await until('added b@1.0.0')).map(told), ['added b@1.0.0']);
    assert.equal(collector.counters()['unreadable E_LOCKFILE_SYNTAX'], undefined);
  });

  for (const [what, make] of [
    ['a link', (path: string) => symlinkSync('/etc/passwd', path)],
    ['a pipe', (path: string) => assert.equal(spawnSync('mkfifo', [path]).status, 0)],
  ] as const) {
    it(`does not read ${what} that stands for an index`, async () => {
      const hostile = home.project('hostile', {
        'package.json': '{}',
        'yarn.lock': '',
        'node_modules/x': '',
      });
      make(join(hostile, 'node_modules', '.package-lock.json'));
      const project = app('app', { a: { version: '1.0.0' } });
      const { known, collector } = await watch([home.path]);
      await known(project);
      assert.equal(collector.inventories().length, 1);
    });
  }

  it('follows homes that come, and leaves homes and projects that go', async () => {
    const guest = makeHome();
    try {
      const { collector, setHomes, known, until } = await watch([home.path]);
      const project = guest.project('app', { 'package.json': '{}', 'package-lock.json': '{}' });
      await setHomes([home.path, guest.path]);
      installed(project, { a: { version: '1.0.0' } });
      assert.deepEqual((await until('added a@1.0.0')).map(told), ['added a@1.0.0']);
      await setHomes([home.path]);
      assert.deepEqual(collector.inventories(), []);
      await setHomes([home.path, guest.path]);
      await known(project);
      installed(project, { a: { version: '1.0.0' }, c: { version: '1.0.0' } });
      await until('added c@1.0.0');
      await setHomes([home.path]);
      const own = app('app', { b: { version: '1.0.0' } });
      collector.noteProject(own);
      await known(own);
      rmSync(own, { recursive: true });
      const deadline = Date.now() + 5000;
      while (collector.inventories().length > 0 && Date.now() < deadline) await settle(50);
      assert.deepEqual(collector.inventories(), []);
    } finally {
      guest.remove();
    }
  });

  it('holds two watches a project, however many packages it has', async function () {
    if (process.platform !== 'linux') {
      console.warn('skipped: inotify watches are counted in /proc');
      this.skip();
    }
    const packages = Object.fromEntries(
      Array.from({ length: 300 }, (_, index) => [`p${index}`, { version: '1.0.0' }]),
    );
    const { collector, known } = await watch([]);
    const before = inotifyWatches();
    for (const name of ['one', 'two']) {
      const project = app(name, packages);
      collector.noteProject(project);
      await known(project);
    }
    assert.equal(inotifyWatches() - before, 4);
  });

  it('does not look into dot-directories, node_modules, links, or deeper than four levels', async () => {
    const files = {
      'package.json': '{}',
      'package-lock.json': '{"lockfileVersion":3,"packages":{"node_modules/a":{"version":"1.0.0"}}}',
    };
    for (const name of ['.cache/app', 'app/node_modules/dep', '1/2/3/4/5']) home.project(name, files);
    const shallow = home.project('1/2/3/4', files);
    symlinkSync(shallow, join(home.path, 'linked'));
    const { known, collector } = await watch([home.path]);
    await known(shallow);
    assert.deepEqual(
      collector.inventories().map(({ project }) => project),
      [shallow],
    );
  });
});

/** Of this process. */
function inotifyWatches(): number {
  const descriptors = readdirSync('/proc/self/fdinfo');
  const watches = descriptors.map((descriptor) => {
    try {
      return readFileSync(`/proc/self/fdinfo/${descriptor}`, 'utf8').match(/^inotify/gm)?.length ?? 0;
    } catch {
      return 0;
    }
  });
  return watches.reduce((sum, count) => sum + count, 0);
}

/** Directories made in the second in which the collector starts count as made after it. */
async function settle(ms = 1100): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, ms));
}
