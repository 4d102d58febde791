// Between the main thread and the sensor's thread. Memory that both see holds what must be known when one of them is stuck or dead.
import type { SecretPlace } from '../../rules/secrets/index.ts';
import type { Policy } from '../../schema/policy.ts';
import type { Decoy } from '../secret-files/index.ts';
import type { Observation } from './tree.ts';

/** What the worker is started with. */
export interface SensorData {
  readonly shared: SharedArrayBuffer;
  /** Instead of the catalogue, which the thread reads itself so that it is in memory once. */
  readonly places?: readonly SecretPlace[] | undefined;
  readonly ownPids: readonly number[];
}

export type Command =
  /** `number` comes back in `walked`. */
  | {
      readonly type: 'follow';
      readonly number: number;
      readonly homes: readonly string[];
      readonly policy: Policy;
    }
  | { readonly type: 'rescan' }
  | { readonly type: 'decoy'; readonly decoy: Decoy | undefined }
  /** A connection to this port of this machine is the self-test's own; undefined: none is any more. */
  | { readonly type: 'expect-connection'; readonly port: number | undefined }
  /** A write in this directory is the self-test's own; undefined: none is any more. Comes back as `write-expected`. */
  | { readonly type: 'expect-write'; readonly directory: string | undefined }
  | { readonly type: 'stop' };

/** Why a sensor could not start; `code` as errno spells it. */
export interface Failure {
  readonly code: string;
  readonly message: string;
}

export type SensorName = 'processes' | 'secret-files' | 'egress' | 'persistence';
export type CountersBySensor = Readonly<Record<SensorName, Readonly<Record<string, number>>>>;

export type Notice =
  /** The sensor's parts that could not start; all are tried. */
  | {
      readonly type: 'started';
      readonly processes?: Failure;
      readonly secretFiles?: Failure;
      readonly egress?: Failure;
      readonly persistence?: Failure;
    }
  /** Everything that there was to mark is marked, for the `follow` of this number and those before. */
  | { readonly type: 'walked'; readonly number: number }
  | { readonly type: 'observations'; readonly items: readonly Observation[] }
  | { readonly type: 'counters'; readonly counters: CountersBySensor }
  | { readonly type: 'decoy-set'; readonly failure?: Failure }
  /** `parent`: pid of the process that the tree says started it; `forks`: how many the kernel has told the tree of. */
  | {
      readonly type: 'decoy-opened';
      readonly pid: number;
      readonly image: string;
      readonly parent: number;
      readonly forks: number;
    }
  | { readonly type: 'expected-connection'; readonly pid: number }
  | { readonly type: 'write-expected'; readonly failure?: Failure }
  | { readonly type: 'expected-write'; readonly pid: number }
  | { readonly type: 'unwatched'; readonly path: string; readonly code: string };

/** Cells of the shared memory. Descriptors and the timer are stored plus one, so that 0 is none. */
export const cells = {
  /** Observations that were sent and not yet taken by who observes. */
  outstanding: 0,
  wake: 1,
  timer: 2,
  /** First of the descriptors that must be closed when the thread dies without closing them. */
  descriptors: 3,
} as const;

const MAX_DESCRIPTORS = 13;

export function createShared(): SharedArrayBuffer {
  return new SharedArrayBuffer(4 * (cells.descriptors + MAX_DESCRIPTORS));
}
