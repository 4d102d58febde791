// What `lifeguard up` shows of its children's logs: warnings and errors, everything with --verbose, and whatever is no log
// line at all (a crash speaks in plain text).
import { printable } from '../terminal.ts';

const labels: Readonly<Record<string, number>> = {
  trace: 10,
  debug: 20,
  info: 30,
  warn: 40,
  error: 50,
  fatal: 60,
};
const WARN = 40;

/** `central warn: the disk is full`, or undefined where the line is not shown. */
export function readable(name: string, line: string, verbose: boolean): string | undefined {
  const entry = parse(line);
  if (!entry) return line.trim() === '' ? undefined : `${name}: ${printable(line)}`;
  const number = typeof entry.level === 'number' ? entry.level : (labels[String(entry.level)] ?? WARN);
  if (number < WARN && !verbose) return undefined;
  const label = Object.entries(labels).find(([, value]) => value === number)?.[0] ?? 'log';
  const { level: _, time: __, pid: ___, hostname: ____, name: _____, msg, ...details } = entry;
  const rest = Object.keys(details).length > 0 ? ` ${JSON.stringify(details)}` : '';
  return printable(`${name} ${label}: ${typeof msg === 'string' ? msg : ''}${rest}`);
}

function parse(line: string): Record<string, unknown> | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    return JSON.parse(line) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}
