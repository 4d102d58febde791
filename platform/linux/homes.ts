import { readdirSync } from 'node:fs';
import { accounts } from './passwd.ts';

/** Below are accounts of services (Debian policy 9.2.2; login.defs UID_MIN), 65534 is `nobody`. */
const FIRST_PERSON = 1000;
const NOBODY = 65534;

/** Homes named in /etc/passwd and the directories of /home: people of a directory service are only in the second. */
export function homeCandidates(): string[] {
  const named = accounts()
    .filter(({ uid }) => uid === 0 || (uid >= FIRST_PERSON && uid !== NOBODY))
    .map(({ home }) => home);
  return [...named, ...listed('/home')];
}

function listed(parent: string): string[] {
  try {
    return readdirSync(parent).map((entry) => `${parent}/${entry}`);
  } catch {
    return [];
  }
}
