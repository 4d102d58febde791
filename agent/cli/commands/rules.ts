// `lifeguard rules …`: what a person who writes rules runs all the time.
import { stat, writeFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { checkRules } from '../../../rules/check.ts';
import { builtinRules } from '../../../rules/index.ts';
import { testRules } from '../../../rules/testing.ts';
import { CommandFailure } from '../failure.ts';
import { previewExceptions } from '../rules/exceptions.ts';
import { junit } from '../rules/junit.ts';
import { printProblem, printResult } from '../rules/print.ts';
import { watchAndRun } from '../rules/watch.ts';
import { colour, printable } from '../terminal.ts';

interface WatchOptions {
  readonly watch?: boolean;
}

interface TestOptions extends WatchOptions {
  readonly junit?: string;
  readonly failed?: boolean;
}

export function registerRules(program: Command): void {
  const rules = program.command('rules').description('Check Sigma rules and run their own events');
  rules
    .command('check')
    .description('Say what is wrong with rules, and what can never match; exit 1 when there are errors')
    .argument('<path...>', 'rule files or directories')
    .option('--watch', 'check again after every change')
    .action((paths: string[], { watch }: WatchOptions) => repeat(paths, watch, () => check(paths)));
  rules
    .command('test')
    .description('Run each rule against the events beside it; exit 1 when one does not behave')
    .argument('[path...]', 'rule files or directories; without one the built-in rules')
    .option('--watch', 'test again after every change')
    .option('--failed', 'print only what failed')
    .option('--junit <file>', 'write the results as JUnit XML too')
    .action((given: string[], options: TestOptions) => {
      const paths = given.length > 0 ? given : [builtinRules];
      return repeat(paths, options.watch, () => test(paths, options));
    });
  rules
    .command('exceptions')
    .description('Check exceptions and say which past alerts they would have kept quiet')
    .argument('<path...>', 'files with exceptions, or directories')
    .requiredOption(
      '--alerts <file>',
      'alerts as `lifeguard alerts --json` prints them; - is the standard input',
    )
    .action(previewExceptions);
}

async function repeat(
  paths: readonly string[],
  watch: boolean | undefined,
  run: () => Promise<void>,
): Promise<void> {
  await mustExist(paths);
  if (!watch) return run();
  const ended = new AbortController();
  process.once('SIGINT', () => ended.abort());
  process.once('SIGTERM', () => ended.abort());
  const once = async (): Promise<void> => {
    process.exitCode = 0;
    if (process.stdout.isTTY) process.stdout.write('\u001b[2J\u001b[3J\u001b[H');
    await run().catch((error: unknown) =>
      console.error(error instanceof Error ? error.message : String(error)),
    );
    console.log(colour('dim', 'watching; Ctrl-C ends'));
  };
  return watchAndRun(paths, once, ended.signal);
}

async function check(paths: readonly string[]): Promise<void> {
  const { problems, rules, files } = await checkRules(paths);
  for (const problem of problems) printProblem(problem);
  const errors = problems.filter(({ severity }) => severity === 'error').length;
  const warnings = problems.length - errors;
  console.log(`${files} files, ${rules} rules: ${errors} errors, ${warnings} warnings`);
  if (files === 0) throw new CommandFailure('there are no rule files');
  if (errors > 0) process.exitCode = 1;
}

async function test(paths: readonly string[], options: TestOptions): Promise<void> {
  const run = await testRules(paths);
  const { results, untested, problems } = run;
  const errors = problems.filter(({ severity }) => severity === 'error');
  for (const problem of errors) printProblem(problem);
  for (const result of results) if (!options.failed || !result.passed) printResult(result);
  for (const file of untested) console.log(`${colour('yellow', 'no events')} ${printable(file)}`);
  const failed = results.filter(({ passed }) => !passed).length;
  console.log(`${results.length - failed} passed, ${failed} failed, ${untested.length} without events`);
  if (options.junit !== undefined) await writeFile(options.junit, junit(run));
  if (results.length === 0 && errors.length === 0 && untested.length === 0)
    throw new CommandFailure('there are no rule files');
  if (failed > 0 || errors.length > 0) process.exitCode = 1;
}

async function mustExist(paths: readonly string[]): Promise<void> {
  for (const path of paths)
    await stat(path).catch((cause: unknown) => {
      throw new CommandFailure(`no rules at ${path}`, { cause });
    });
}
