// What is wrong with a rule, said so that its author can fix it: a stable code, the place, what was expected.

export type Severity = 'error' | 'warning';

/** Stable; a caller may rely on them. Errors keep a rule out, warnings do not. */
export type ProblemCode =
  | 'E_RULE_FILE'
  | 'E_RULE_YAML'
  | 'E_RULE_KIND'
  | 'E_RULE_MISSING'
  | 'E_RULE_TYPE'
  | 'E_RULE_VALUE'
  | 'E_RULE_DUPLICATE'
  | 'E_RULE_TAXONOMY'
  | 'E_RULE_LIMIT'
  | 'E_DETECTION_EMPTY'
  | 'E_DETECTION_SHAPE'
  | 'E_MODIFIER_UNKNOWN'
  | 'E_MODIFIER_VALUE'
  | 'E_MODIFIER_ORDER'
  | 'E_PLACEHOLDER'
  | 'E_REGEX'
  | 'E_CONDITION_SYNTAX'
  | 'E_CONDITION_NAME'
  | 'E_CONDITION_DEPRECATED'
  | 'E_CORRELATION_REFERENCE'
  | 'E_CORRELATION_CYCLE'
  | 'E_FILTER_REFERENCE'
  | 'E_EXCEPTION'
  | `W_${string}`;

export interface Problem {
  /** Position in the rule's text, counted from 1. */
  readonly line: number;
  readonly column: number;
  readonly code: ProblemCode;
  readonly severity: Severity;
  /** What, where, what was expected. */
  readonly message: string;
  /** How to fix it, where that is known. */
  readonly hint?: string;
}

/** Thrown inside the compiler at an offset of the text; caught once per document, where it becomes a Problem. */
export class RuleFault extends Error {
  readonly code: ProblemCode;
  readonly offset: number;
  readonly hint: string | undefined;

  constructor(code: ProblemCode, offset: number, message: string, hint?: string) {
    super(message);
    this.name = 'RuleFault';
    this.code = code;
    this.offset = offset;
    this.hint = hint;
  }
}
