// How long to wait before the next try: exponential with full jitter, so that a whole company does not come back at once
// after the central collector was away (https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/).

const FIRST = 500;
const LONGEST = 60_000;
const SHORTEST = 100;
/** After a refusal that only a person can end: a revoked device, another protocol version. */
const REFUSED = 300_000;

/** Milliseconds before try number `failures` + 1. */
export function delay(failures: number, random: () => number = Math.random): number {
  const ceiling = Math.min(LONGEST, FIRST * 2 ** Math.min(failures, 16));
  return SHORTEST + random() * (ceiling - SHORTEST);
}

export function delayAfterRefusal(random: () => number = Math.random): number {
  return REFUSED * (0.75 + random() / 2);
}
