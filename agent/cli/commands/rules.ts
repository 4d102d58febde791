// `lifeguard rules check` and `lifeguard rules test`: what a person who writes rules runs all the time.
import { stat } from 'node:fs/promises';
import type { Command } from 'commander';
import { checkRules, type CheckedProblem } from '../../../rules/check.ts';
import { builtinRules } from '../../../rules/index.ts';
import { testRules, type RuleTestResult } from '../../../rules/testing.ts';
import { CommandFailure } from '../failure.ts';
import { colour, printable } from '../terminal.ts';

export function registerRules(program: Command): void {
  const rules = program.command('rules').description('Check Sigma rules and run their own events');
  rules
    .command('check')
    .description('Say what is wrong with rules, and what can never match; exit 1 when there are errors')
    .argument('<path...>', 'rule files or directories')
    .action(check);
  rules
    .command('test')
    .description('Run each rule against the events beside it; exit 1 when one does not behave')
    .argument('[path...]', 'rule files or directories; without one the built-in rules')
    .action(test);
}

async function check(paths: readonly string[]): Promise<void> {
  await mustExist(paths);
  const { problems, rules, files } = await checkRules(paths);
  for (const problem of problems) printProblem(problem);
  const errors = problems.filter(({ severity }) => severity === 'error').length;
  const warnings = problems.length - errors;
  console.log(`${files} files, ${rules} rules: ${errors} errors, ${warnings} warnings`);
  if (files === 0) throw new CommandFailure('there are no rule files');
  if (errors > 0) process.exitCode = 1;
}

function printProblem({ file, line, column, code, severity, message, hint }: CheckedProblem): void {
  const place = colour('bold', printable(`${file}:${line}:${column}`));
  const word = severity === 'error' ? colour('red', 'error') : colour('yellow', 'warning');
  console.log(`${place}: ${word} ${code}: ${printable(message)}`);
  if (hint !== undefined) console.log(`    ${colour('cyan', 'hint')}: ${printable(hint)}`);
}

async function test(given: readonly string[]): Promise<void> {
  const paths = given.length > 0 ? given : [builtinRules];
  await mustExist(paths);
  const { results, untested, problems } = await testRules(paths);
  const errors = problems.filter(({ severity }) => severity === 'error');
  for (const problem of errors) printProblem(problem);
  for (const result of results) printResult(result);
  for (const file of untested) console.log(`${colour('yellow', 'no events')} ${printable(file)}`);
  const failed = results.filter(({ passed }) => !passed).length;
  console.log(`${results.length - failed} passed, ${failed} failed, ${untested.length} without events`);
  if (results.length === 0 && errors.length === 0 && untested.length === 0)
    throw new CommandFailure('there are no rule files');
  if (failed > 0 || errors.length > 0) process.exitCode = 1;
}

function printResult({ file, name, passed, detail }: RuleTestResult): void {
  const word = passed ? colour('green', 'ok') : colour('red', 'FAILED');
  console.log(`${word} ${printable(file)} › ${printable(name)}`);
  if (detail !== undefined) console.log(`    ${printable(detail)}`);
}

async function mustExist(paths: readonly string[]): Promise<void> {
  for (const path of paths)
    await stat(path).catch((cause: unknown) => {
      throw new CommandFailure(`no rules at ${path}`, { cause });
    });
}
