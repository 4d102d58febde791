import { readdirSync } from 'node:fs';
import { win32 } from 'node:path';

const NOT_PEOPLE = new Set(['public', 'default', 'default user', 'all users', 'desktop.ini']);

/** Profiles of people on Windows. */
export function homeCandidates(): string[] {
  const profiles = win32.join(process.env['SystemDrive'] ?? 'C:', '\\', 'Users');
  try {
    const people = readdirSync(profiles).filter((entry) => !NOT_PEOPLE.has(entry.toLowerCase()));
    return people.map((entry) => win32.join(profiles, entry));
  } catch {
    return [];
  }
}
