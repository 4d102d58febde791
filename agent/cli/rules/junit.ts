// The results of `rules test` as JUnit XML, which every CI reads.
import type { RuleTestRun } from '../../../rules/testing.ts';

export function junit({ results, problems }: RuleTestRun): string {
  const errors = problems.filter(({ severity }) => severity === 'error');
  const suites = [...Map.groupBy(results, ({ file }) => file)].map(([file, cases]) => {
    const failed = cases.filter(({ passed }) => !passed).length;
    const body = cases.map(({ name, passed, detail }) => {
      const open = `    <testcase classname="${escape(file)}" name="${escape(name)}"`;
      if (passed) return `${open}/>`;
      return `${open}>\n      <failure message="${escape(name)}">${escape(detail ?? '')}</failure>\n    </testcase>`;
    });
    return `  <testsuite name="${escape(file)}" tests="${cases.length}" failures="${failed}">\n${body.join('\n')}\n  </testsuite>`;
  });
  const broken = errors.map(
    ({ file, line, column, code, message }) =>
      `    <testcase classname="${escape(file)}" name="${code}">\n      <error message="${escape(`${file}:${line}:${column}`)}">${escape(message)}</error>\n    </testcase>`,
  );
  if (broken.length > 0)
    suites.push(
      `  <testsuite name="rules that cannot be read" tests="${broken.length}" errors="${broken.length}">\n${broken.join('\n')}\n  </testsuite>`,
    );
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n${suites.join('\n')}\n</testsuites>\n`;
}

const names: Readonly<Record<string, string>> = { '&': 'amp', '<': 'lt', '>': 'gt', '"': 'quot' };

/** XML 1.0 has no way to write most control characters: they become a question mark. */
function escape(text: string): string {
  return (
    text
      .toWellFormed()
      // oxlint-disable-next-line no-control-regex -- control characters are what is replaced
      .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '?')
      .replace(/[&<>"]/g, (found) => `&${names[found] ?? 'amp'};`)
      .replaceAll('\n', '&#10;')
  );
}
