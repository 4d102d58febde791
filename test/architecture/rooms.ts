// Who may import whom. The same table with its reasons for people: docs/architecture.md.

export interface Room {
  readonly folder: string;
  /** Other rooms or files that it may import. Its own folder is always allowed, unless `apart`. */
  readonly imports: readonly string[];
  /** Rooms of which only types may be imported. */
  readonly types?: readonly string[];
  /** Entry points that it starts as another process or thread: they share no memory with it. */
  readonly starts?: readonly string[];
  /** Packages from the registry; absent: any runtime dependency. */
  readonly packages?: readonly string[];
  /** May it use Node's own modules? */
  readonly node?: false;
  /** Why it is so narrow. */
  readonly why: string;
}

export const rooms: readonly Room[] = [
  {
    folder: 'schema',
    imports: [],
    packages: ['valibot'],
    node: false,
    why: 'the contract is read by every floor, the browser included, so it depends on nothing but its validator',
  },
  {
    folder: 'platform',
    imports: ['schema'],
    why: 'it wraps the operating system; if it knew what is done with it, no OS variant could be exchanged',
  },
  {
    folder: 'collectors',
    imports: ['schema', 'platform', 'rules/secrets'],
    why: 'a sensor observes and never judges; one that knew another could not fail alone',
  },
  {
    folder: 'rules/engine',
    imports: ['schema'],
    node: false,
    why: 'judging is pure: no clock, file, socket or process, so that a replay gives the same answer as the live event',
  },
  {
    folder: 'rules/secrets',
    imports: ['schema'],
    why: 'the catalogue is data that also crosses into the thread that holds opens',
  },
  {
    folder: 'rules/intel',
    imports: ['schema'],
    why: 'the index of known-malicious packages works without an agent',
  },
  {
    folder: 'rules',
    imports: ['schema', 'rules/engine', 'rules/secrets', 'rules/intel'],
    why: 'rules are used by the agent, the command and the central collector alike',
  },
  {
    folder: 'agent/daemon',
    imports: ['schema', 'platform', 'collectors', 'rules'],
    why: 'the daemon runs as root: no command, console or server code may reach it',
  },
  {
    folder: 'agent/cli',
    imports: ['schema', 'platform', 'rules', 'simulations', 'collectors/node-modules'],
    starts: ['agent/daemon/main.ts', 'central/server/main.ts'],
    why: 'the command meets the daemon and the central collector only as a client or a parent process',
  },
  {
    folder: 'simulations',
    imports: ['schema', 'platform'],
    why: 'an attack that knew the rules would prove nothing about them',
  },
  {
    folder: 'central/server',
    imports: ['schema', 'rules'],
    why: 'it runs on another machine than the agent',
  },
  {
    folder: 'central/console',
    imports: [],
    types: ['schema'],
    packages: ['lit-html'],
    node: false,
    why: 'it runs in the browser',
  },
  {
    folder: 'bin',
    imports: [],
    packages: [],
    why: 'it must run under any Node from 20 on, before anything is installed',
  },
];
