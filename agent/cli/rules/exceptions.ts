// `lifeguard rules exceptions`: what exceptions would have kept quiet, before anybody accepts them.
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { safeParse } from 'valibot';
import { readDocuments } from '../../../rules/documents.ts';
import type { Exception } from '../../../rules/exceptions/exception.ts';
import { covers, subjectOfAlert } from '../../../rules/exceptions/match.ts';
import { readRecords } from '../../../rules/replay/records.ts';
import { type Alert, alert } from '../../../schema/alert.ts';
import { CommandFailure } from '../failure.ts';
import { colour, printable } from '../terminal.ts';
import { printProblem } from './print.ts';

/** Alerts that are shown of each exception; all are counted. */
const SHOWN = 5;

export async function previewExceptions(
  paths: readonly string[],
  { alerts }: { alerts: string },
): Promise<void> {
  const { exceptions, problems } = await readDocuments(paths);
  const errors = problems.filter(({ severity }) => severity === 'error');
  for (const problem of errors) printProblem(problem);
  if (exceptions.length === 0 && errors.length === 0) throw new CommandFailure('there are no exceptions');
  const covered = new Map<Exception, Alert[]>(exceptions.map((one) => [one, []]));
  let total = 0;
  let quiet = 0;
  for await (const past of readAlerts(alerts)) {
    total += 1;
    const found = exceptions.filter((exception) => covers(exception, subjectOfAlert(past)));
    if (found.length > 0) quiet += 1;
    for (const exception of found) covered.get(exception)?.push(past);
  }
  for (const [exception, list] of covered) printException(exception, list);
  console.log(`${quiet} of ${total} alerts would have been quiet`);
  if (errors.length > 0) process.exitCode = 1;
}

async function* readAlerts(path: string): AsyncGenerator<Alert> {
  const input = path === '-' ? process.stdin : createReadStream(path);
  if (path !== '-')
    await stat(path).catch((cause: unknown) => {
      throw new CommandFailure(`no alerts at ${path}`, { cause });
    });
  for await (const { line, value, broken } of readRecords(input)) {
    const parsed = broken === undefined ? safeParse(alert, value) : undefined;
    if (parsed?.success) yield parsed.output;
    else console.error(`${path === '-' ? 'stdin' : path}:${line}: ${broken ?? 'not an alert'}`);
  }
}

function printException({ id, owner, expires, reason }: Exception, alerts: readonly Alert[]): void {
  const until = new Date(expires).toISOString().slice(0, 10);
  console.log(
    `${colour('bold', printable(id))}: ${alerts.length} alerts, until ${until}, ${printable(owner)}: ${printable(reason)}`,
  );
  for (const { time, level, summary } of alerts.slice(0, SHOWN))
    console.log(`    ${time} ${level} ${printable(summary)}`);
  if (alerts.length > SHOWN) console.log(`    … ${alerts.length - SHOWN} more`);
}
