// How problems and results of rules look.
import type { CheckedProblem } from '../../../rules/check.ts';
import type { RuleTestResult } from '../../../rules/testing.ts';
import { colour, printable } from '../terminal.ts';

export function printProblem({ file, line, column, code, severity, message, hint }: CheckedProblem): void {
  const place = colour('bold', printable(`${file}:${line}:${column}`));
  const word = severity === 'error' ? colour('red', 'error') : colour('yellow', 'warning');
  console.log(`${place}: ${word} ${code}: ${printable(message)}`);
  if (hint !== undefined) console.log(`    ${colour('cyan', 'hint')}: ${printable(hint)}`);
}

export function printResult({ file, name, passed, detail }: RuleTestResult): void {
  const word = passed ? colour('green', 'ok') : colour('red', 'FAILED');
  console.log(`${word} ${printable(file)} › ${printable(name)}`);
  for (const line of detail?.split('\n') ?? []) {
    const text = `    ${printable(line)}`;
    if (/^ *- /.test(line)) console.log(colour('red', text));
    else console.log(/^ *\+ /.test(line) ? colour('green', text) : text);
  }
}
