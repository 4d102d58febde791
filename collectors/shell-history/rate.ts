/** Lets `perSecond` a second pass, and as many at once after a pause. Tells how many of `wanted` may pass now. */
export function createRate(perSecond: number): (wanted: number) => number {
  let tokens = perSecond;
  let last = performance.now();
  return (wanted) => {
    const now = performance.now();
    tokens = Math.min(perSecond, tokens + ((now - last) / 1000) * perSecond);
    last = now;
    const passed = Math.min(wanted, Math.floor(tokens));
    tokens -= passed;
    return passed;
  };
}
