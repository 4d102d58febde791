// Ends every run with the line `N passed, N failed`. In CI a skipped test counts as a failure, unless
// test/allowed-skips.json names it with a reason; so does a run that found no tests. A test that passed only when it was
// tried again is named: on a loaded machine the real kernel keeps nobody's time, but a habit of it is a defect.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Mocha from 'mocha';

interface AllowedSkip {
  /** Beginning of the full title. */
  readonly title: string;
  readonly reason: string;
}

const inCI = process.env['CI'] === 'true';
const Shown = inCI ? Mocha.reporters.Spec : Mocha.reporters.Dot;

export default class Reporter extends Shown {
  readonly #skipped: Mocha.Test[] = [];
  readonly #retried: string[] = [];
  readonly #passed: () => number;

  constructor(runner: Mocha.Runner, options: Mocha.MochaOptions) {
    super(runner, options);
    runner.on('pending', (test) => this.#skipped.push(test));
    runner.on('retry', (test, error: Error) => this.#retried.push(`${test.fullTitle()}: ${error.message}`));
    this.#passed = () => runner.stats?.passes ?? 0;
  }

  /** Called by mocha at the very end; `finish` takes the number that becomes the exit code. */
  override done(failures: number, finish: (failures: number) => void): void {
    const refused = inCI ? refusedSkips(this.#skipped) : [];
    for (const title of refused) console.log(`not allowed to be skipped in CI: ${title}`);
    if (!inCI)
      for (const [suite, count] of bySuite(this.#skipped)) console.log(`skipped: ${count} × ${suite}`);
    for (const retried of this.#retried) console.log(`tried again: ${retried}`);
    const none = this.#passed() + failures + this.#skipped.length === 0;
    if (none) console.log('no test was run');
    const failed = failures + refused.length + (none ? 1 : 0);
    const skipped = this.#skipped.length - refused.length;
    console.log(`${this.#passed()} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
    finish(failed);
  }
}

function bySuite(tests: readonly Mocha.Test[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { parent } of tests) {
    const suite = parent?.fullTitle() ?? '';
    counts.set(suite, (counts.get(suite) ?? 0) + 1);
  }
  return counts;
}

function refusedSkips(tests: readonly Mocha.Test[]): string[] {
  const file = join(import.meta.dirname, 'allowed-skips.json');
  const allowed = JSON.parse(readFileSync(file, 'utf8')) as readonly AllowedSkip[];
  const titles = tests.map((test) => test.fullTitle());
  return titles.filter((title) => !allowed.some((skip) => title.startsWith(skip.title)));
}
