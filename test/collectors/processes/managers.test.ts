// One real install with each package manager: what its environment says is what the tree learns.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { installArguments, managerNames, obtainManager } from '../../../bench/attribution/managers.ts';
import { type FixturePackage, packPackages, writeProject } from '../../../bench/attribution/project.ts';
import { createProcessTree } from '../../../collectors/processes/index.ts';
import type { TreeNode } from '../../../collectors/processes/node.ts';
import type { Observation } from '../../../collectors/sensor/tree.ts';
import { createPoll } from '../../../platform/linux/poll.ts';

const fixture: FixturePackage = {
  name: '@lifeguard-test/manager',
  version: '2.3.4',
  scripts: { postinstall: 'node wait.js' },
  files: { 'wait.js': 'setTimeout(() => {}, 100);' },
};

describe('collectors/processes with real package managers', () => {
  for (const name of managerNames) {
    it(`${name}: package, version, script and project of a postinstall`, async function () {
      this.timeout(90_000);
      let command: string;
      try {
        command = await obtainManager(name);
      } catch (error) {
        console.warn(`SKIPPED ${name}: not here and not to be installed (${String(error).slice(0, 200)})`);
        this.skip();
      }
      if (process.getuid?.() !== 0) {
        console.warn(`SKIPPED ${name}: needs root for other processes’ environments`);
        this.skip();
      }
      const home = await realpath(await mkdtemp(join(tmpdir(), 'lifeguard-manager-')));
      try {
        const seen = await watchInstall(command, name, home);
        // Other installs may run on this machine.
        const ours = seen.filter(({ process: info }) => info?.workingDirectory?.startsWith(home));
        const script = ours.find(({ process: info }) => info?.commandLine.endsWith('node wait.js'));
        const lineage = script?.process?.lineage;
        assert.equal(lineage?.class, 'L');
        assert.equal(lineage.packageName, fixture.name);
        assert.equal(lineage.packageVersion, fixture.version);
        assert.equal(lineage.lifecycle, 'postinstall');
        assert.equal(lineage.manager, name.replace(/-.*/, ''));
        assert.equal(lineage.project, join(home, 'project'));
        assert.match(lineage.packageDirectory ?? '', /\/@lifeguard-test\/manager$/);
        assert.equal(lineage.outerPackageDirectory, undefined);
      } finally {
        await rm(home, { recursive: true, force: true });
      }
    });
  }
});

async function watchInstall(
  command: string,
  name: (typeof managerNames)[number],
  home: string,
): Promise<Observation[]> {
  const seen: Observation[] = [];
  await packPackages(home, [fixture]);
  await writeProject(join(home, 'project'), join(home, 'archives'), [fixture]);
  const tree = createProcessTree({ emit: (observation) => seen.push(observation) });
  try {
    // mocha lies in node_modules, and its children would all be its package's code.
    (tree.find(process.pid) as TreeNode).lineage = undefined;
    const env = { PATH: process.env['PATH'], HOME: home, YARN_CACHE_FOLDER: join(home, 'cache') };
    const child = spawn(command, installArguments(name), {
      cwd: join(home, 'project'),
      env,
      stdio: 'ignore',
    });
    const poll = createPoll([tree.source?.fd ?? -1]);
    while (child.exitCode === null && child.signalCode === null) {
      poll.wait(20);
      tree.source?.drain();
      await turn();
    }
    tree.source?.drain();
    assert.equal(child.exitCode, 0);
    return seen;
  } finally {
    tree.source?.close();
  }
}
