// What changed between two package sets. A set is names with versions: a second copy of a version that is already here,
// or one that moved to another directory, brings no new code.
import type { Row, Table } from './table.ts';

export interface Change {
  readonly action: 'added' | 'removed' | 'changed';
  readonly row: Row;
  /** Of a change: equal to the new version where only the content (integrity) is another. */
  readonly previousVersion?: string;
}

export function diff(before: Table, after: Table): Change[] {
  const old = byIdentity(before);
  const now = byIdentity(after);
  const gone = group([...old].flatMap(([identity, row]) => (now.has(identity) ? [] : [row])));
  const come = group([...now].flatMap(([identity, row]) => (old.has(identity) ? [] : [row])));
  const changes: Change[] = [];
  for (const [identity, row] of now) {
    const was = old.get(identity);
    if (was && otherContent(was, row)) changes.push({ action: 'changed', row, previousVersion: was.version });
  }
  for (const [name, rows] of come) {
    const left = gone.get(name) ?? [];
    for (const row of rows) {
      const was = predecessor(row, left, rows.length);
      if (was) left.splice(left.indexOf(was), 1);
      changes.push(was ? { action: 'changed', row, previousVersion: was.version } : { action: 'added', row });
    }
  }
  for (const rows of gone.values()) for (const row of rows) changes.push({ action: 'removed', row });
  return changes;
}

export function identityOf(one: { readonly name: string; readonly version: string }): string {
  return `${one.name}@${one.version}`;
}

/** Both dialects know the content's hash, by the same algorithm, and it is another. */
export function otherContent(a: { readonly integrity: string }, b: { readonly integrity: string }): boolean {
  const algorithm = /^(?:sha\d+-|\w+\/)/;
  const [ours] = algorithm.exec(a.integrity) ?? [];
  const [theirs] = algorithm.exec(b.integrity) ?? [];
  return ours !== undefined && ours === theirs && a.integrity !== b.integrity;
}

export function byIdentity(table: Table): Map<string, Row> {
  const rows = new Map<string, Row>();
  for (const row of table.rows()) {
    const identity = identityOf(row);
    if (!rows.has(identity)) rows.set(identity, row);
  }
  return rows;
}

/** The version that this one replaced: it lay in the same directory, or it was the only other one of that name. */
function predecessor(row: Row, left: readonly Row[], arrivals: number): Row | undefined {
  return (
    left.find((was) => was.directory === row.directory) ??
    (left.length === 1 && arrivals === 1 ? left[0] : undefined)
  );
}

function group(rows: readonly Row[]): Map<string, Row[]> {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const same = groups.get(row.name);
    if (same) same.push(row);
    else groups.set(row.name, [row]);
  }
  return groups;
}
