// What the configuration says now, and what was asked for beside it. Sensors ask here and are told of changes.
import { statSync } from 'node:fs';
import { homeDirectories } from '../../platform/homes.ts';
import type { Users } from '../../platform/users.ts';
import type { AgentConfig } from '../../schema/config.ts';
import { defaultPolicy, type Mode, type Policy } from '../../schema/policy.ts';
import { Recent } from './enrich/recent.ts';
import { type Home, Redactor } from './enrich/redact.ts';

export class Settings {
  readonly #users: Users;
  readonly #listeners = new Set<() => void>();
  readonly #guests: string[] = [];
  #config: AgentConfig;
  #homes: readonly Home[] = [];
  readonly #redactors = new Recent<Redactor>(64);

  constructor(config: AgentConfig, users: Users) {
    this.#config = config;
    this.#users = users;
    this.#homes = this.#findHomes();
  }

  get mode(): Mode {
    return this.#config.mode;
  }

  /** Homes of this machine (or of the configuration), and those that a command asked for. */
  homes(): readonly string[] {
    return this.#homes.map(({ directory }) => directory);
  }

  /** Those of one login name; of all without one. */
  homesOf(user: string | undefined): string[] {
    const homes = this.#homes.filter((home) => user === undefined || home.user === user);
    return homes.map(({ directory }) => directory);
  }

  projects(): readonly string[] {
    return this.#config.projects;
  }

  /** Directories with further rules. */
  rules(): readonly string[] {
    return this.#config.rules;
  }

  policy(): Policy {
    return { ...defaultPolicy, mode: this.#config.mode };
  }

  /** Redacts for events of this login name. */
  redactor(user: string): Redactor {
    const known = this.#redactors.get(user);
    if (known !== undefined) return known;
    const redactor = new Redactor(this.#homes, user);
    this.#redactors.set(user, redactor);
    return redactor;
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  update(config: AgentConfig): void {
    this.#config = config;
    this.#change();
  }

  /** Watches one more directory as a home; returns a function that ends that. */
  addHome(directory: string): () => void {
    this.#guests.push(directory);
    this.#change();
    return () => {
      const index = this.#guests.indexOf(directory);
      if (index === -1) return;
      this.#guests.splice(index, 1);
      this.#change();
    };
  }

  /** Looks for homes that came or went; sensors are told only if there are any. */
  findHomes(): void {
    const before = this.homes().join('\0');
    const found = this.#findHomes();
    if (found.map(({ directory }) => directory).join('\0') !== before) this.#change();
  }

  #change(): void {
    this.#homes = this.#findHomes();
    this.#redactors.clear();
    for (const listener of this.#listeners) listener();
  }

  #findHomes(): Home[] {
    const { homes } = this.#config;
    const directories = new Set([...(homes === 'auto' ? homeDirectories() : homes), ...this.#guests]);
    return [...directories].map((directory) => ({ directory, user: this.#users.name(ownerOf(directory)) }));
  }
}

function ownerOf(directory: string): number {
  return statSync(directory, { throwIfNoEntry: false })?.uid ?? -1;
}
