// How far the sensor has come: started, its homes walked, its abilities tested; and what became of it since.
import { once } from 'node:events';
import type { CollectorContext } from '../collector.ts';
import { testFiles } from './canary.ts';
import type { State } from './capabilities.ts';
import { testConnection } from './connection-canary.ts';
import type { Life } from './life.ts';
import type { Notice } from './protocol.ts';
import { testWrite } from './write-canary.ts';

export interface Arming {
  readonly state: State;
  /** Resolves when the sensor is armed for what was followed last, or cannot be. Never rejects. */
  readonly armed: Promise<void>;
  /** Arms a new life. Rejects when it ends meanwhile. */
  readonly arm: (life: Life) => Promise<void>;
  /** Tells it the homes and the policy of now. */
  follow(life: Life): void;
  died(error: Error, restartIn: number | undefined): void;
  /** Nothing more will come. */
  close(): void;
}

export function createArming(context: CollectorContext): Arming {
  const first = Promise.withResolvers<void>();
  let state: State = { is: 'starting' };
  let armed = first.promise;
  let number = 0;
  /** The life that secrets can be followed in. */
  let running: Life | undefined;

  async function arm(life: Life): Promise<void> {
    const [{ processes, secretFiles, egress, persistence }] = await arrival(life, 'started');
    const connecting = egress ? undefined : testConnection(life);
    const writing = persistence ? undefined : testWrite(life);
    const proof = secretFiles ? undefined : await testFiles(life);
    // Nobody's files are held before it is proven that held opens are answered.
    if (proof && proof.seeing === undefined) {
      running = life;
      await walk(life);
    }
    state = {
      is: 'armed',
      processes,
      secretFiles,
      egress,
      persistence,
      proof,
      connecting: await connecting,
      writing: await writing,
    };
    first.resolve();
  }

  /** Resolves when the homes of now are walked; rejects when the life ends. */
  async function walk(life: Life): Promise<void> {
    const mine = ++number;
    const done = walked(life, mine);
    life.send({ type: 'follow', number: mine, homes: context.homes(), policy: context.policy() });
    await done;
  }

  return {
    get state() {
      return state;
    },
    get armed() {
      return armed;
    },
    arm,
    follow(life) {
      // One that has not started yet asks for the homes when it has.
      if (life !== running) return;
      armed = Promise.all([first.promise, walk(life)]).then(
        () => undefined,
        () => undefined,
      );
    },
    died(error, restartIn) {
      const what = restartIn === undefined ? 'died too often' : 'died and starts again';
      state = { is: 'dead', why: `the sensor ${what}: ${error.message}` };
      if (restartIn === undefined) first.resolve();
    },
    close: first.resolve,
  };
}

async function walked(life: Life, number: number): Promise<void> {
  for (;;) {
    const [notice] = await arrival(life, 'walked');
    if (notice.number >= number) return;
  }
}

async function arrival<T extends Notice['type']>(
  life: Life,
  type: T,
): Promise<[Extract<Notice, { type: T }>]> {
  return (await once(life.notices, type, { signal: life.ended })) as [Extract<Notice, { type: T }>];
}
