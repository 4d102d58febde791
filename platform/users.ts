import { userInfo } from 'node:os';
import { accounts } from './linux/passwd.ts';
import { system } from './system.ts';

/** A new account is looked for at most this often, ms: an attacker's stream of unknown uids must not cost a file read each. */
const REFRESH_AFTER = 10_000;

export interface Users {
  /** Login name of a numeric user id; `uid:1234` where it has none, `unknown` for -1. */
  name(uid: number): string;
}

/** Looks names up in the accounts of this machine, which it keeps. Where the system has no uids every name is `uid:…`. */
export function createUsers(read: () => ReadonlyMap<number, string> = readNames): Users {
  let names = read();
  let readAt = performance.now();
  function refresh(): void {
    if (performance.now() - readAt < REFRESH_AFTER) return;
    names = read();
    readAt = performance.now();
  }
  return {
    name(uid) {
      if (uid < 0) return 'unknown';
      if (!names.has(uid)) refresh();
      return names.get(uid) ?? `uid:${uid}`;
    },
  };
}

function readNames(): ReadonlyMap<number, string> {
  const names = new Map<number, string>();
  if (system === 'linux') for (const { uid, name } of accounts()) if (!names.has(uid)) names.set(uid, name);
  const self = selfName();
  if (self && !names.has(self.uid)) names.set(self.uid, self.username);
  return names;
}

/** Throws where this process's uid has no account (in containers). */
function selfName(): { uid: number; username: string } | undefined {
  try {
    return userInfo();
  } catch {
    return undefined;
  }
}
