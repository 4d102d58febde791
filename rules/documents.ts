// Files → Sigma documents and everything that is wrong with them.
import type { FiledProblem } from './engine/engine.ts';
import { readRules } from './engine/rule/read.ts';
import type { SigmaDocument } from './engine/rule/rule.ts';
import { readRuleFiles } from './load.ts';

/** Folders beside the tactics that hold no rules. */
const notRules = ['engine', 'taxonomy', 'secrets', 'intel'];

export interface Documents {
  readonly documents: readonly SigmaDocument[];
  /** Errors and warnings. */
  readonly problems: readonly FiledProblem[];
  /** Every file that was found, also those that are broken. */
  readonly files: readonly string[];
}

export async function readDocuments(paths: readonly string[]): Promise<Documents> {
  const { files, unreadable } = await readRuleFiles(paths, notRules);
  const documents: SigmaDocument[] = [];
  const problems: FiledProblem[] = unreadable.map(({ path, reason }) => ({
    file: path,
    line: 1,
    column: 1,
    code: 'E_RULE_FILE',
    severity: 'error',
    message: `cannot be read: ${reason}`,
  }));
  for (const { path, text } of files) {
    const read = readRules(text, path);
    documents.push(...read.documents);
    problems.push(...read.problems.map((problem) => ({ file: path, ...problem })));
  }
  return { documents, problems, files: [...files, ...unreadable].map(({ path }) => path) };
}
