import { readFileSync } from 'node:fs';

export interface Account {
  readonly name: string;
  readonly uid: number;
  readonly home: string;
}

/** The accounts of /etc/passwd; empty where it cannot be read. Malformed lines are passed over. */
export function accounts(file = '/etc/passwd'): Account[] {
  try {
    return readFileSync(file, 'utf8').split('\n').flatMap(parseAccount);
  } catch {
    return [];
  }
}

function parseAccount(line: string): Account[] {
  const [name, , uid, , , home] = line.split(':');
  if (!name || !uid || !/^\d+$/.test(uid) || !home?.startsWith('/')) return [];
  return [{ name, uid: Number(uid), home }];
}
