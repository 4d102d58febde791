// Follows the configuration file. A file that turns bad while the agent runs changes nothing: the last good one holds,
// and `problem` says what is wrong.
import { dirname } from 'node:path';
import type { FSWatcher } from 'chokidar';
import { formatProblem, readConfig } from '../../platform/config.ts';
import { type AgentConfig, agentConfig } from '../../schema/config.ts';
import type { Log } from './log.ts';
import type { Settings } from './settings.ts';

/** Editors write, rename and touch in quick succession, ms. */
const SETTLE = 100;

export class ConfigFile {
  readonly #file: string;
  readonly #settings: Settings;
  readonly #log: Log;
  /** As the file said it at the start: what was said elsewhere is no change of the file. */
  readonly #first: AgentConfig | undefined;
  #watcher: FSWatcher | undefined;
  #timer: NodeJS.Timeout | undefined;
  #problem: string | undefined;

  /** `file` is an absolute path. */
  constructor(file: string, settings: Settings, log: Log) {
    this.#file = file;
    this.#settings = settings;
    this.#log = log;
    const read = readConfig(file, agentConfig);
    this.#first = read.ok ? read.value : undefined;
  }

  /** What a person should know of the file: that it is refused, or that a change waits for a restart. */
  get problem(): string | undefined {
    return this.#problem;
  }

  /** Resolves when changes are seen. */
  async watch(): Promise<void> {
    const { watch } = await import('chokidar');
    // Its directory, because most editors put a new file in the place of the old one.
    const directory = dirname(this.#file);
    const ready = Promise.withResolvers<void>();
    this.#watcher = watch(directory, {
      depth: 0,
      ignoreInitial: true,
      ignored: (path) => path !== directory && path !== this.#file,
    });
    this.#watcher.on('all', () => {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.#read(), SETTLE).unref();
    });
    this.#watcher.on('ready', ready.resolve);
    this.#watcher.on('error', (error) => {
      this.#log.warn({ err: error }, 'the configuration file cannot be watched; changes need a restart');
      ready.resolve();
    });
    await ready.promise;
  }

  async close(): Promise<void> {
    clearTimeout(this.#timer);
    await this.#watcher?.close();
  }

  #read(): void {
    const read = readConfig(this.#file, agentConfig);
    if (!read.ok) {
      const problems = read.problems.map(formatProblem);
      this.#problem = `E_CONFIG: the changed configuration is refused, the last good one holds: ${problems.join('; ')}`;
      this.#log.error({ problems }, 'the changed configuration is refused; the last good one holds');
      return;
    }
    const fixed = this.#first && needsRestart(this.#first, read.value);
    this.#problem = fixed && `the change of ${fixed} in ${this.#file} takes effect at the next start`;
    this.#settings.update(read.value);
    this.#log.info({ file: this.#file, mode: read.value.mode }, 'the changed configuration holds');
  }
}

/** What of the change only a start applies. */
function needsRestart(now: AgentConfig, next: AgentConfig): string | undefined {
  const changed = [
    ...(now.stateDir === next.stateDir ? [] : ['stateDir']),
    ...(now.central?.url === next.central?.url ? [] : ['central.url']),
  ];
  return changed.length === 0 ? undefined : changed.join(' and ');
}
