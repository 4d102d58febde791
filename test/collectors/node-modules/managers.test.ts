// Installs by the package managers themselves, seen through the indexes that they write.
import assert from 'node:assert/strict';
import { existsSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { readInventory } from '../../../collectors/node-modules/index.ts';
import { event as eventSchema } from '../../../schema/event.ts';
import { makeHome, told, watchProjects } from './home.ts';
import type { Home, Watching } from './home.ts';
import { locate, managers, run } from './managers.ts';
import type { Manager } from './managers.ts';
import { startRegistry } from './registry.ts';
import type { Registry } from './registry.ts';

describe('node-modules collector with real package managers', function () {
  this.timeout(60_000);
  let registry: Registry;
  let home: Home;
  let watching: Watching | undefined;

  before(async () => {
    registry = await startRegistry();
    const postinstall = { scripts: { postinstall: 'node index.js', test: 'not a lifecycle script' } };
    registry.publish({
      name: 'alpha',
      version: '1.0.0',
      dependencies: { '@acme/beta': '^1.0.0' },
      ...postinstall,
    });
    registry.publish({ name: '@acme/beta', version: '1.1.0', dependencies: { gamma: '^1.0.0' } });
    registry.publish({ name: 'gamma', version: '1.0.0' });
    registry.publish({ name: 'solo', version: '1.0.0' });
    registry.publish({ name: 'solo', version: '2.0.0' });
  });

  after(() => registry.close());

  beforeEach(() => {
    home = makeHome();
  });

  afterEach(async () => {
    await watching?.stop();
    watching = undefined;
    home.remove();
  });

  function ask(project: string, dependencies: Record<string, string>): void {
    const pnpm = { onlyBuiltDependencies: [] };
    writeFileSync(
      join(project, 'package.json'),
      JSON.stringify({ name: 'app', version: '1.0.0', dependencies, pnpm }, null, 2),
    );
  }

  async function install(manager: Manager, path: string, project: string): Promise<void> {
    const args = { npm: ['--no-audit', '--no-fund'], pnpm: ['--no-frozen-lockfile'], yarn: [], bun: [] }[
      manager.kind
    ];
    const { code, output } = await run(
      path,
      ['install', ...args],
      project,
      join(home.path, '.own'),
      registry.url,
    );
    assert.equal(code, 0, output);
  }

  for (const manager of managers) {
    it(manager.name, async function () {
      const located = locate(manager);
      if ('why' in located) {
        console.warn(`skipped: ${located.why}`);
        this.skip();
      }
      const project = home.project('work/app', manager.config?.(registry.url) ?? {});
      ask(project, { alpha: '^1.0.0', solo: '1.0.0' });
      watching = await watchProjects([home.path]);
      const { collector, until } = watching;
      collector.noteProject(project);

      await install(manager, located.path, project);
      const added = await until('added gamma@1.0.0');
      assert.deepEqual(added.map(told).sort(), [
        'added @acme/beta@1.1.0',
        'added alpha@1.0.0',
        'added gamma@1.0.0',
        'added solo@1.0.0',
      ]);
      for (const event of added) v.parse(eventSchema, event);
      const alpha = added.find((event) => event.package.name === 'alpha');
      const gamma = added.find((event) => event.package.name === 'gamma');
      assert.deepEqual(gamma?.package.dependencyPath, ['alpha@1.0.0', '@acme/beta@1.1.0', 'gamma@1.0.0']);
      assert.equal(gamma.manager, manager.kind);
      assert.equal(gamma.package.project, project);
      assert.equal(added[0]?.mismatch, undefined);
      assert.match(gamma.package.integrity ?? '', /^(?:sha512-|10c0\/)/);

      const isArchived = manager.name.includes('Plug');
      assert.deepEqual(alpha?.scripts, isArchived ? undefined : { postinstall: 'node index.js' });
      for (const event of isArchived ? [] : added) {
        assert.ok(existsSync(join(event.package.directory, 'package.json')), event.package.directory);
        // What a script of the package would have as its working directory.
        assert.equal(
          collector.find(project, realpathSync(event.package.directory))?.name,
          event.package.name,
        );
      }

      ask(project, { alpha: '^1.0.0', solo: '2.0.0' });
      await install(manager, located.path, project);
      const [changed, ...others] = await until('changed solo@2.0.0');
      assert.deepEqual(others, []);
      assert.equal(changed?.previousVersion, '1.0.0');

      ask(project, { alpha: '^1.0.0' });
      await install(manager, located.path, project);
      assert.deepEqual((await until('removed solo@2.0.0')).map(told), ['removed solo@2.0.0']);

      const inventory = await readInventory(project);
      assert.deepEqual([...(inventory?.packages() ?? [])].map(({ purl }) => purl).sort(), [
        'pkg:npm/%40acme/beta@1.1.0',
        'pkg:npm/alpha@1.0.0',
        'pkg:npm/gamma@1.0.0',
      ]);
      assert.equal(collector.recentlyChanged(join(project, 'src'), Date.now() - 60_000).length, 3);

      assert.equal(collector.counters()['events-dropped'], undefined);
      // Everything anew in the same versions is no change. The others only differ in the index that they write last.
      if (manager.name !== 'npm' && manager.name !== 'bun') return;
      rmSync(join(project, 'node_modules'), { recursive: true, force: true });
      await install(manager, located.path, project);
      ask(project, { alpha: '^1.0.0', solo: '1.0.0' });
      await install(manager, located.path, project);
      assert.deepEqual((await until('added solo@1.0.0')).map(told), ['added solo@1.0.0']);
    });
  }
});
