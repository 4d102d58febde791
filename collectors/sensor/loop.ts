import { clearWake } from '../../platform/linux/eventfd.ts';
import { createPoll } from '../../platform/linux/poll.ts';
import type { Source } from './tree.ts';

/** Milliseconds that a turn waits at most. */
const TURN = 750;
/**
 * Milliseconds after which the kernel kills this process unless a turn began: a developer whose `ssh` waits for a stuck
 * sensor waits no longer than this. It leaves an idle turn 1.25 s of delay by a busy machine.
 */
export const DEADLINE = 2000;

export interface Loop {
  /** Drained in this order. */
  readonly sources: readonly Source[];
  readonly wakeFd: number;
  /** Called at the beginning of each turn. */
  readonly wind: () => void;
  /** Takes the commands that came. */
  readonly woken: () => void;
  /** Work between two waits. True while there is more, so that the next turn does not wait. */
  readonly work: () => boolean;
  readonly isStopped: () => boolean;
}

/** Occupies this thread until `isStopped`. */
export function run({ sources, wakeFd, wind, woken, work, isStopped }: Loop): void {
  const poll = createPoll([...sources.map(({ fd }) => fd), wakeFd]);
  let busy = true;
  // A command may have come before there was a descriptor to wake us with.
  woken();
  while (!isStopped()) {
    wind();
    poll.wait(busy ? 0 : TURN);
    for (const [index, source] of sources.entries()) if (poll.ready(index)) source.drain();
    if (poll.ready(sources.length)) {
      clearWake(wakeFd);
      woken();
    }
    busy = work();
  }
}
