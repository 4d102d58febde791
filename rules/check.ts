// Everything that can be said about rule files without an event.
import { Engine } from './engine/engine.ts';
import type { FiledProblem } from './engine/rule/collection.ts';
import { lintRule } from './engine/lint/lint.ts';
import { readDocuments } from './documents.ts';
import { know } from './taxonomy/known-fields.ts';

export type CheckedProblem = FiledProblem;

export interface Checked {
  /** In the order of files and lines. */
  readonly problems: readonly CheckedProblem[];
  readonly files: number;
  readonly rules: number;
}

export async function checkRules(paths: readonly string[]): Promise<Checked> {
  const { documents, problems, files } = await readDocuments(paths);
  const engine = new Engine(documents);
  const linted = documents.flatMap((document) =>
    document.kind === 'rule'
      ? lintRule(document, know).map((problem) => ({ file: document.head.file, ...problem }))
      : [],
  );
  const all = [...problems, ...engine.problems, ...linted].toSorted(
    (a, b) => a.file.localeCompare(b.file) || a.line - b.line || a.column - b.column,
  );
  return { problems: all, files: files.length, rules: engine.rules.length };
}
