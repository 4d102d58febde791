// Enrolment tokens and analysts' sessions, by their hashes.
import type { DatabaseSync } from 'node:sqlite';
import { guarded } from './database.ts';

export class CredentialTables {
  readonly #database: DatabaseSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  addToken(token: { hash: string; created: string; expires: string }): void {
    const sql = 'INSERT INTO tokens (hash, created, expires) VALUES (?, ?, ?)';
    guarded(() => this.#database.prepare(sql).run(token.hash, token.created, token.expires));
  }

  addSession(session: { hash: string; expires: string }): void {
    guarded(() =>
      this.#database.prepare('INSERT INTO sessions VALUES (?, ?)').run(session.hash, session.expires),
    );
  }

  session(hash: string, now: string): string | undefined {
    const sql = 'SELECT expires FROM sessions WHERE hash = ? AND expires > ?';
    return guarded(() => this.#database.prepare(sql).get(hash, now))?.['expires'] as string | undefined;
  }

  removeSession(hash: string): void {
    guarded(() => this.#database.prepare('DELETE FROM sessions WHERE hash = ?').run(hash));
  }

  removeExpired(now: string): void {
    guarded(() => {
      this.#database.prepare('DELETE FROM sessions WHERE expires <= ?').run(now);
      this.#database.prepare('DELETE FROM tokens WHERE expires <= ?').run(now);
    });
  }
}
