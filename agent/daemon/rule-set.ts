// The rules of this moment. They are loaded anew when their files or the list of directories change; while that fails,
// the ones that were loaded last go on.
import type { FSWatcher } from 'chokidar';
import { builtinRules, type Detector, loadDetector, type RuleProblem } from '../../rules/index.ts';
import type { Log } from './log.ts';

/** Files are often written in several steps, ms. */
const SETTLE = 300;

export class RuleSet {
  readonly #log: Log;
  #detector: Detector;
  #paths: readonly string[] = [];
  #watcher: FSWatcher | undefined;
  #timer: NodeJS.Timeout | undefined;
  #loading: Promise<void> = Promise.resolve();

  private constructor(detector: Detector, log: Log) {
    this.#detector = detector;
    this.#log = log;
  }

  /** The rules of this repository and those below `paths`. Rejects only when not even the first can be read. */
  static async load(paths: readonly string[], log: Log): Promise<RuleSet> {
    const rules = new RuleSet(await loadDetector([]), log);
    rules.#paths = paths;
    // Watched first: what changes while they are read is then read again.
    await rules.#watch();
    rules.#detector = await loadDetector([builtinRules, ...paths]);
    rules.#report();
    return rules;
  }

  get detector(): Detector {
    return this.#detector;
  }

  /** One line for each rule that does not work. */
  get broken(): string[] {
    return this.#detector.problems.map(describe);
  }

  /** Loads from other directories, if they are others. */
  use(paths: readonly string[]): void {
    if (paths.join('\0') === this.#paths.join('\0')) return;
    this.#paths = paths;
    void this.#watch().then(() => this.#reload());
  }

  async close(): Promise<void> {
    clearTimeout(this.#timer);
    await this.#loading;
    await this.#watcher?.close();
  }

  async #watch(): Promise<void> {
    await this.#watcher?.close();
    this.#watcher = undefined;
    if (this.#paths.length === 0) return;
    const { watch } = await import('chokidar');
    this.#watcher = watch([...this.#paths], { ignoreInitial: true, depth: 16 });
    this.#watcher.on('all', () => {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => void this.#reload(), SETTLE).unref();
    });
    const ready = Promise.withResolvers<void>();
    this.#watcher.on('ready', ready.resolve);
    this.#watcher.on('error', (error) => {
      this.#log.warn({ err: error }, 'a directory of rules cannot be watched');
      ready.resolve();
    });
    await ready.promise;
  }

  #reload(): Promise<void> {
    this.#loading = this.#loading.then(async () => {
      try {
        this.#detector = await loadDetector([builtinRules, ...this.#paths]);
        this.#report();
      } catch (error) {
        this.#log.error(
          { err: error },
          'the rules could not be loaded anew; the ones that were loaded go on',
        );
      }
    });
    return this.#loading;
  }

  #report(): void {
    const { rules, problems } = this.#detector;
    this.#log.info({ rules: rules.length, broken: problems.length }, 'rules loaded');
    for (const problem of problems.slice(0, 32)) this.#log.warn({ code: problem.code }, describe(problem));
  }
}

function describe({ file, line, column, message, hint }: RuleProblem): string {
  return `${file}:${line}:${column}: ${message}${hint === undefined ? '' : ` (${hint})`}`;
}
