// Which name a package tree had resolved to an address: the last one, for as long as its answer is valid.
import type { DnsMessage } from './dns.ts';
import type { Root } from './source.ts';

const MAX_NAMES = 4096;
/** A stale answer still names the connection that follows it; a resolver's cache may be older than its TTL says, s. */
const LEAST_TTL = 60;
const MOST_TTL = 3600;

export interface Names {
  learn(root: Root, message: DnsMessage): void;
  of(root: Root, address: string): string | undefined;
}

export function createNames(now: () => number = Date.now): Names {
  const names = new Map<string, { readonly name: string; readonly until: number }>();
  return {
    learn(root, message) {
      for (const { type, data, ttlSeconds } of message.answers) {
        if (type !== 'A' && type !== 'AAAA') continue;
        const key = keyOf(root, data);
        names.delete(key);
        const ttl = Math.min(Math.max(ttlSeconds, LEAST_TTL), MOST_TTL);
        names.set(key, { name: message.query, until: now() + ttl * 1000 });
        if (names.size > MAX_NAMES) names.delete(names.keys().next().value ?? '');
      }
    },
    of(root, address) {
      const found = names.get(keyOf(root, address));
      return found && found.until >= now() ? found.name : undefined;
    },
  };
}

function keyOf(root: Root, address: string): string {
  return `${root.pid}-${root.startNs} ${address}`;
}
