import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { Event, FileEvent } from '../../schema/event.ts';
import { CONTENT, type Place, type Way, ways } from './secret-files/coverage.ts';
import { type Armed, armSensor, type Scratch, scratch, whyNot } from './sensor/armed.ts';

const modes = [
  { mode: 'protect', verdict: 'denied' },
  { mode: 'audit', verdict: 'would-deny' },
] as const;

for (const { mode, verdict } of modes) {
  describe(`opens of secrets by package code in ${mode} mode`, () => {
    let room: Scratch;
    let armed: Armed;
    const places = new Map<Way, Place>();

    before(async function () {
      const reason = whyNot();
      if (reason) {
        console.warn(`skipped: ${reason}`);
        this.skip();
      }
      room = scratch();
      for (const [index, way] of ways.entries()) places.set(way, makePlace(join(room.path, `${index}`)));
      armed = await armSensor({ homes: [...places.values()].map(({ home }) => home), mode });
    });

    after(async () => {
      await armed?.stop();
      room?.[Symbol.dispose]();
    });

    for (const way of ways) {
      it(way.name, async function () {
        if (way.needs && spawnSync('sh', ['-c', `command -v ${way.needs}`]).status !== 0) {
          console.warn(`skipped: ${way.needs} is not installed`);
          this.skip();
        }
        const place = places.get(way) as Place;
        way.prepare?.(place);
        const isIt = opened(place.home, way.id ?? 'ssh/rsa');
        if (way.appears) await untilMarked(armed, way, place, isIt);
        const { stdout, stderr } = run(way, place);
        const event = await armed.next(isIt);
        assert.equal(event.verdict, verdict);
        assert.equal(event.process?.lineage?.class, 'L');
        assert.equal(stdout.includes(CONTENT), mode === 'audit', `${stdout}${stderr}`);
      });
    }
  });
}

function makePlace(directory: string): Place {
  const home = join(directory, 'home');
  const key = join(home, '.ssh', 'id_rsa');
  const outside = join(directory, 'outside');
  mkdirSync(join(home, '.ssh'), { recursive: true });
  mkdirSync(outside);
  writeFileSync(key, CONTENT);
  return { home, outside, key };
}

function run(way: Way, place: Place): { readonly stdout: string; readonly stderr: string } {
  const [program, ...args] = way.command(place);
  const env = { ...process.env, ...way.env, LIFEGUARD_TEST_CLASS: 'L', NODE_COMPILE_CACHE: '' };
  return spawnSync(program, args, { env, encoding: 'utf8', timeout: 10_000 });
}

/** Reads until a read is seen. */
async function untilMarked(
  armed: Armed,
  way: Way,
  place: Place,
  isIt: (event: Event) => event is FileEvent,
): Promise<void> {
  for (let tries = 0; tries < 20 && !armed.events.some(isIt); tries++) {
    run(way, place);
    await setImmediate();
  }
}

function opened(home: string, id: string): (event: Event) => event is FileEvent {
  return (event): event is FileEvent =>
    event.kind === 'file' && event.secret?.place === id && event.secret.path.startsWith(`${home}/`);
}
