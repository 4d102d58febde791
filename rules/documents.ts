// Files → Sigma documents, exceptions, and everything that is wrong with them.
import type { FiledProblem } from './engine/rule/collection.ts';
import { readRules } from './engine/rule/read.ts';
import type { SigmaDocument } from './engine/rule/rule.ts';
import type { Exception } from './exceptions/exception.ts';
import { readExceptions } from './exceptions/read.ts';
import { readRuleFiles } from './load.ts';
import { readPlaceholders } from './placeholders.ts';
import { ruleTaxonomy } from './taxonomy/rule-fields.ts';

/** Folders beside the tactics that hold no rules. */
const notRules = ['engine', 'exceptions', 'intel', 'replay', 'secrets', 'taxonomy', 'testing'];

export interface Documents {
  readonly documents: readonly SigmaDocument[];
  readonly exceptions: readonly Exception[];
  /** Errors and warnings. */
  readonly problems: readonly FiledProblem[];
  /** Every file that was found, also those that are broken. */
  readonly files: readonly string[];
}

export async function readDocuments(paths: readonly string[]): Promise<Documents> {
  const { files, unreadable } = await readRuleFiles(paths, notRules);
  const documents: SigmaDocument[] = [];
  const exceptions: Exception[] = [];
  const problems: FiledProblem[] = unreadable.map(({ path, reason }) => ({
    file: path,
    line: 1,
    column: 1,
    code: 'E_RULE_FILE',
    severity: 'error',
    message: `cannot be read: ${reason}`,
  }));
  const placeholders = new Map<string, readonly string[]>();
  // Before any rule is read: it may stand in another file than the placeholders that it uses.
  for (const { path: file, text } of files)
    if (/^placeholders:/m.test(text))
      problems.push(...readPlaceholders(text, placeholders).map((problem) => ({ file, ...problem })));
  for (const { path: file, text } of files) {
    const read = readRules(text, file, { placeholders, taxonomy: ruleTaxonomy });
    documents.push(...read.documents);
    problems.push(...read.problems.map((problem) => ({ file, ...problem })));
    if (!/^exceptions:/m.test(text)) continue;
    const excepted = readExceptions(text, file);
    exceptions.push(...excepted.exceptions);
    problems.push(...excepted.problems.map((problem) => ({ file, ...problem })));
  }
  return { documents, exceptions, problems, files: [...files, ...unreadable].map(({ path }) => path) };
}
