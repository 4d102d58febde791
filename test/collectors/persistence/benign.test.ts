import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Event } from '../../../schema/event.ts';
import { type Armed, armSensor, type Scratch, scratch, whyNot } from '../sensor/armed.ts';
import { type Dependency, install, makeWorld, type World } from './install.ts';
import { judged } from './judged.ts';

const worker = new URL('../../../collectors/sensor/worker.ts', import.meta.url);

/** What honest packages do when they are installed. */
const honest: readonly Dependency[] = [
  {
    name: 'node-gyp-user',
    postinstall: 'mkdir -p build/Release && echo x > build/Release/a.node && echo x > build/gyp.js',
  },
  {
    name: 'esbuild',
    postinstall: 'mkdir -p bin && echo x > bin/t && mv bin/t bin/esbuild && mkdir t && rm -r t',
  },
  { name: 'prisma-user', postinstall: 'mkdir -p ../.prisma/client && echo x > ../.prisma/client/index.js' },
  { name: 'simple-git-hooks', postinstall: 'echo x > "$PROJECT/.git/hooks/pre-commit"' },
  {
    name: 'downloader',
    postinstall: 'echo x > a.tar.gz && mkdir -p vendor && mv a.tar.gz vendor/ && rm vendor/a.tar.gz',
  },
  {
    name: 'cache-user',
    postinstall:
      'mkdir -p ~/.cache/tool && for i in 1 2 3 4 5 6; do echo > ~/.cache/tool/$i; done; rm -r ~/.cache/tool',
  },
  { name: 'victim-of-patch', postinstall: 'true', files: { 'index.js': '' } },
];

/** What the project's own scripts do. */
const own = {
  postinstall: 'echo patched >> node_modules/victim-of-patch/index.js',
  prepare:
    'echo husky > .git/hooks/pre-push; mkdir -p .husky; git config --file .git/config core.hooksPath .husky; true',
};

describe('honest installs', function () {
  this.timeout(60_000);
  let room: Scratch;
  let world: World;
  let armed: Armed;

  before(async function () {
    const reason = whyNot() ?? (spawnSync('npm', ['--version']).error && 'npm is not installed');
    if (reason) {
      console.warn(`skipped: ${reason}`);
      this.skip();
    }
    room = scratch();
    world = makeWorld(room.path, own);
    armed = await armSensor({ homes: [world.home], mode: 'audit', script: worker });
    await install(room.path, world, honest);
    // Without arguments npm runs the project's own scripts too.
    await install(room.path, world, []);
    // What was written before this is told by now: changes come in order.
    await install(room.path, world, [{ name: 'last', postinstall: 'echo > ~/.config/last-monitor || true' }]);
  });

  after(async () => {
    await armed?.stop();
    room?.[Symbol.dispose]();
  });

  it('did what they do', () => {
    for (const path of [
      'node_modules/.prisma/client/index.js',
      '.git/hooks/pre-push',
      '.git/hooks/pre-commit',
    ])
      assert.ok(existsSync(join(world.project, path)), path);
  });

  it('tell of no process without a lineage', () => {
    assert.deepEqual(armed.events.filter(isForeign), []);
  });

  it('raise nothing of medium or above', async () => {
    assert.deepEqual(await judged(armed.events), []);
  });
});

function isForeign(event: Event): boolean {
  return event.kind === 'file' && event.process?.lineage === undefined;
}
