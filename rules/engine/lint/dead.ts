// Which parts of a condition can never be true.
import type { Expression, FieldTest } from '../rule/expression.ts';
import { contradiction } from './contradiction.ts';

/** Why something can never be true, and where it stands. */
export interface Dead {
  readonly offset: number;
  readonly reason: string;
  readonly hint: string;
}

export type Judge = (test: FieldTest) => Omit<Dead, 'offset'> | undefined;

export interface Verdict {
  /** Why the expression itself is dead. */
  readonly dead: Dead | undefined;
  /** Dead parts of an expression that is alive. */
  readonly parts: readonly Dead[];
}

export function findDead(expression: Expression, judge: Judge): Verdict {
  switch (expression.kind) {
    case 'test': {
      const found = judge(expression);
      return { dead: found && { ...found, offset: expression.offset }, parts: [] };
    }
    case 'selection':
      return findDead(expression.of, judge);
    case 'not': {
      // What is negated may be dead: then it never takes anything away.
      const { dead, parts } = findDead(expression.of, judge);
      return { dead: undefined, parts: dead ? [dead] : parts };
    }
    case 'all': {
      const verdicts = expression.of.map((part) => findDead(part, judge));
      const dead = verdicts.find((verdict) => verdict.dead)?.dead ?? contradiction(expression);
      return { dead, parts: dead ? [] : verdicts.flatMap(({ parts }) => parts) };
    }
    case 'any':
    default: {
      const verdicts = expression.of.map((part) => findDead(part, judge));
      const alive = verdicts.filter(({ dead }) => !dead);
      if (alive.length === 0) return { dead: verdicts[0]?.dead, parts: [] };
      return { dead: undefined, parts: verdicts.flatMap(({ dead, parts }) => (dead ? [dead] : parts)) };
    }
  }
}
