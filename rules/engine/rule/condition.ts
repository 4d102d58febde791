// The condition language: or, and, not, `1 of`, `all of`, `them`, name patterns, parentheses.
import { RuleFault } from '../problem.ts';
import { type Expression, join } from './expression.ts';

/** Bounds the recursion that a hostile condition could ask for. */
const MAX_TOKENS = 4096;
const MAX_DEPTH = 128;

interface Token {
  readonly text: string;
  readonly at: number;
}

/** The identifiers that a condition may name, in the order of the rule. */
export type Identifiers = ReadonlyMap<string, Expression>;

/** `offset` is where the condition stands in the file; `used` collects the identifiers that it names. */
export function parseCondition(
  text: string,
  offset: number,
  identifiers: Identifiers,
  used: Set<string>,
): Expression {
  const parser = new ConditionParser(tokens(text, offset), offset, identifiers, used);
  return parser.whole();
}

function tokens(text: string, offset: number): readonly Token[] {
  const found: Token[] = [];
  const pattern = /\s+|\(|\)|\||[^\s()|]+/g;
  for (const { 0: token, index } of text.matchAll(pattern)) {
    if (token === '|')
      throw new RuleFault(
        'E_CONDITION_DEPRECATED',
        offset + index,
        'an aggregation behind | is no longer part of Sigma',
        'write a correlation rule (correlation: type: event_count, …)',
      );
    if (token.trim() !== '') found.push({ text: token, at: offset + index });
    if (found.length > MAX_TOKENS)
      throw new RuleFault('E_RULE_LIMIT', offset, `the condition has more than ${MAX_TOKENS} words`);
  }
  return found;
}

class ConditionParser {
  readonly #tokens: readonly Token[];
  readonly #start: number;
  readonly #identifiers: Identifiers;
  readonly #used: Set<string>;
  #next = 0;
  #depth = 0;

  constructor(list: readonly Token[], start: number, identifiers: Identifiers, used: Set<string>) {
    this.#tokens = list;
    this.#start = start;
    this.#identifiers = identifiers;
    this.#used = used;
  }

  whole(): Expression {
    const expression = this.#or();
    const rest = this.#tokens[this.#next];
    if (rest) throw this.#syntax(`unexpected ${JSON.stringify(rest.text)}, expected and, or, or the end`);
    return expression;
  }

  #or(): Expression {
    const of = [this.#and()];
    while (this.#take('or')) of.push(this.#and());
    return join('any', of);
  }

  #and(): Expression {
    const of = [this.#not()];
    while (this.#take('and')) of.push(this.#not());
    return join('all', of);
  }

  #not(): Expression {
    let negations = 0;
    while (this.#take('not')) negations += 1;
    const of = this.#operand();
    return negations % 2 === 1 ? { kind: 'not', of } : of;
  }

  #operand(): Expression {
    if (this.#take('(')) {
      this.#depth += 1;
      if (this.#depth > MAX_DEPTH) throw this.#syntax(`deeper than ${MAX_DEPTH} parentheses`);
      const inner = this.#or();
      this.#depth -= 1;
      if (!this.#take(')')) throw this.#syntax('missing )');
      return inner;
    }
    const token = this.#tokens[this.#next];
    if (!token) throw this.#syntax('ends where a selection was expected');
    if (/^(and|or|not|of|\))$/i.test(token.text))
      throw this.#syntax(
        `unexpected ${JSON.stringify(token.text)}, expected a selection, not, 1 of, all of or (`,
      );
    this.#next += 1;
    if (this.#tokens[this.#next]?.text.toLowerCase() === 'of') return this.#quantified(token);
    return this.#named(token);
  }

  #quantified(quantity: Token): Expression {
    this.#next += 1;
    const kind = quantifier(quantity);
    const target = this.#tokens[this.#next];
    if (!target || /^(and|or|not|of|\(|\))$/i.test(target.text))
      throw this.#syntax(`${quantity.text} of … needs them or a name such as selection_*`);
    this.#next += 1;
    const names = [...this.#identifiers.keys()].filter((name) => covers(target.text, name));
    if (names.length === 0)
      throw new RuleFault(
        'E_CONDITION_NAME',
        target.at,
        `${quantity.text} of ${target.text} names no selection; there are ${this.#known()}`,
        'rename a selection or the pattern',
      );
    return join(
      kind,
      names.map((name) => this.#use(name)).filter((found) => found !== undefined),
    );
  }

  #named(token: Token): Expression {
    const found = this.#use(token.text);
    if (found) return found;
    const hint = token.text.includes('*')
      ? `write 1 of ${token.text} or all of ${token.text}`
      : 'check the spelling';
    throw new RuleFault(
      'E_CONDITION_NAME',
      token.at,
      `no selection is named ${JSON.stringify(token.text)}; there are ${this.#known()}`,
      hint,
    );
  }

  #use(name: string): Expression | undefined {
    const found = this.#identifiers.get(name);
    if (found) this.#used.add(name);
    return found;
  }

  #known(): string {
    return [...this.#identifiers.keys()].slice(0, 12).join(', ') || 'none';
  }

  #take(word: string): boolean {
    if (this.#tokens[this.#next]?.text.toLowerCase() !== word) return false;
    this.#next += 1;
    return true;
  }

  #syntax(message: string): RuleFault {
    const at = this.#tokens[this.#next]?.at ?? this.#tokens.at(-1)?.at ?? this.#start;
    return new RuleFault('E_CONDITION_SYNTAX', at, `condition: ${message}`);
  }
}

function quantifier(token: Token): 'any' | 'all' {
  const text = token.text.toLowerCase();
  if (text === '1' || text === 'any') return 'any';
  if (text === 'all') return 'all';
  throw new RuleFault(
    'E_CONDITION_SYNTAX',
    token.at,
    `unknown quantity ${token.text} of, expected 1 of or all of`,
  );
}

/** `them` is every identifier without a leading underscore; `*` stands for any number of characters. */
function covers(pattern: string, name: string): boolean {
  if (pattern.toLowerCase() === 'them') return !name.startsWith('_');
  const [head = '', ...rest] = pattern.split('*');
  if (rest.length === 0) return name === head;
  const tail = rest.pop() ?? '';
  if (!name.startsWith(head) || name.length < head.length + tail.length || !name.endsWith(tail)) return false;
  let at = head.length;
  for (const part of rest) {
    const found = name.indexOf(part, at);
    if (found < 0 || found + part.length > name.length - tail.length) return false;
    at = found + part.length;
  }
  return true;
}
