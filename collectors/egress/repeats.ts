// The same process reaching the same place again within a second is one event: a download opens a hundred connections.
import type { ConnectRecord } from './records.ts';

const SECOND = 1_000_000_000n;
const MAX_REMEMBERED = 2048;

export function createRepeats(): { isRepeat(record: ConnectRecord): boolean } {
  const seen = new Set<string>();
  let since = 0n;
  return {
    isRepeat({ timeNs, pid, address, port, verdict }) {
      if (timeNs - since >= SECOND) {
        since = timeNs;
        seen.clear();
      }
      const key = `${pid} ${address} ${port} ${verdict}`;
      if (seen.has(key)) return true;
      if (seen.size < MAX_REMEMBERED) seen.add(key);
      return false;
    },
  };
}
