import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { builtinRules, loadDetector } from '../../rules/index.ts';
import { catalogue, createSecretMatcher } from '../../rules/secrets/index.ts';
import { openStage, simulations } from '../../simulations/index.ts';

const never = new AbortController().signal;

/** Those whose programs connect to the stage's listener; curl may be absent, so piped-download is not among them. */
const connects = new Set(['lifecycle-ssh-key', 'harvest-and-exfil']);

function stagesLeft(): string[] {
  return readdirSync(tmpdir()).filter((name) => name.startsWith('lifeguard-simulation-'));
}

describe('simulations', () => {
  it('expect rules that exist', async () => {
    const known = new Set((await loadDetector([builtinRules])).rules.map(({ id }) => id));
    for (const { id, expects, expectsWithConnections } of simulations) {
      assert.ok(expects.length > 0, id);
      for (const rule of [...expects, ...expectsWithConnections])
        assert.ok(known.has(rule), `${id}: ${rule}`);
    }
  });

  it('have ids of their own', () => {
    assert.equal(new Set(simulations.map(({ id }) => id)).size, simulations.length);
  });

  for (const { id, run, twin } of simulations) {
    for (const [what, perform] of [
      ['attack', run],
      ['twin', twin],
    ] as const) {
      it(`${id}: the ${what} is performed by real programs and leaves nothing behind`, async () => {
        const stage = await openStage(never);
        try {
          await perform(stage);
          assert.ok(existsSync(join(stage.project, 'node_modules')) || id === 'pasted-lure');
          // Scripts ran: the listener heard of it.
          if (connects.has(id)) assert.equal(stage.sink.connections(), 1);
        } finally {
          await stage.close();
        }
        assert.equal(existsSync(stage.directory), false);
      });
    }
  }

  it('use decoys that the catalogue knows as secrets', async () => {
    const stage = await openStage(never);
    try {
      const matcher = createSecretMatcher(catalogue('linux'), [stage.home]);
      const files = readdirSync(stage.home, { recursive: true, withFileTypes: true }).filter((entry) =>
        entry.isFile(),
      );
      assert.ok(files.length >= 6);
      for (const { parentPath, name } of files) assert.ok(matcher.match(join(parentPath, name)), name);
    } finally {
      await stage.close();
    }
  });

  it('end at once, with everything they started, when they are told to', async () => {
    const told = new AbortController();
    const stage = await openStage(told.signal);
    const performance = simulations[0]?.run(stage);
    setImmediate(() => told.abort());
    await assert.rejects(performance ?? Promise.resolve());
    await stage.close();
    assert.equal(stagesLeft().includes(stage.directory), false);
  });

  it('refuse to read anywhere but in a stage', async () => {
    const { execFile } = await import('node:child_process');
    const { promisify } = await import('node:util');
    const script = new URL('../../simulations/harvest-and-exfil/attack/harvest.js', import.meta.url).pathname;
    await assert.rejects(promisify(execFile)(process.execPath, [script]), /is not the home of a simulation/);
  });
});
