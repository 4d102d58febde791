import { readdirSync } from 'node:fs';

const NOT_PEOPLE = new Set(['Shared', 'Guest', '.localized']);

/** Homes of people on macOS, and root's. */
export function homeCandidates(): string[] {
  try {
    const people = readdirSync('/Users').filter((entry) => !NOT_PEOPLE.has(entry));
    return [...people.map((entry) => `/Users/${entry}`), '/var/root'];
  } catch {
    return ['/var/root'];
  }
}
