// The YAML that pnpm and yarn write: nested block maps, scalars, one-line flow collections. The general parser takes
// 830 ms and 75 MB for 2,000 packages, this one 10 ms, so the general one only sees what does not fit here, and little of it.
import { parse } from 'yaml';
import { Budget, LockfileError, MAX_LOCKFILE } from './lockfile.ts';

export type Yaml = string | Yaml[] | YamlMap;
export type YamlMap = Map<string, Yaml>;

const MAX_DEPTH = 64;
/** What the general parser reads in about a third of a second. */
const MAX_GENERAL = 256 * 1024;

/** The mapping that `text` holds; every scalar is its text. Throws a LockfileError and nothing else. */
export function readYaml(text: string): YamlMap {
  if (text.length > MAX_LOCKFILE)
    throw new LockfileError('E_LOCKFILE_TOO_LARGE', 'the file is larger than 64 MiB');
  try {
    return new BlockReader(text).read();
  } catch (error) {
    if (error instanceof LockfileError && error.code === 'E_LOCKFILE_SYNTAX' && text.length <= MAX_GENERAL)
      return general(text);
    throw error;
  }
}

function general(text: string): YamlMap {
  try {
    const value: unknown = parse(text, {
      schema: 'failsafe',
      mapAsMap: true,
      maxAliasCount: 16,
      logLevel: 'silent',
    });
    return plain(value, 0) as YamlMap;
  } catch (cause) {
    throw new LockfileError('E_LOCKFILE_SYNTAX', 'the file is not YAML that a package manager writes', {
      cause,
    });
  }
}

/** Refuses everything but maps, lists and text: aliases make a value that contains itself, keys may be maps. */
function plain(value: unknown, depth: number): Yaml {
  if (typeof value === 'string') return value;
  if (value === null) return '';
  if (depth > MAX_DEPTH) throw new LockfileError('E_LOCKFILE_TOO_DEEP', `nested deeper than ${MAX_DEPTH}`);
  if (Array.isArray(value)) return value.map((item) => plain(item, depth + 1));
  if (!(value instanceof Map)) throw new LockfileError('E_LOCKFILE_SHAPE', 'not a mapping');
  return new Map([...value].map(([key, item]) => [String(key), plain(item, depth + 1)]));
}

interface Level {
  indent: number;
  map: YamlMap;
  /** Key that waits for a value on deeper lines. */
  open: string | undefined;
}

class BlockReader {
  readonly #text: string;
  readonly #budget = new Budget();
  readonly #root: YamlMap = new Map();
  readonly #levels: Level[] = [{ indent: 0, map: this.#root, open: undefined }];
  #at = 0;

  constructor(text: string) {
    this.#text = text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
  }

  read(): YamlMap {
    for (let line = this.#next(); line !== undefined; line = this.#next()) this.#line(line);
    return this.#root;
  }

  #next(): string | undefined {
    if (this.#at >= this.#text.length) return undefined;
    const end = this.#text.indexOf('\n', this.#at);
    const stop = end < 0 ? this.#text.length : end;
    const line = this.#text.slice(this.#at, this.#text.charCodeAt(stop - 1) === 0x0d ? stop - 1 : stop);
    this.#at = stop + 1;
    this.#budget.step();
    return line;
  }

  #line(line: string): void {
    let indent = 0;
    while (line.charCodeAt(indent) === 0x20) indent += 1;
    const content = indent === 0 ? line.trimEnd() : line.slice(indent).trimEnd();
    if (content === '' || content.startsWith('#') || (indent === 0 && content === '---')) return;
    if (content.charCodeAt(0) === 0x09) throw syntax('a tab indents a line');
    const level = this.#levelFor(indent, content.startsWith('- '));
    if (content.startsWith('- ')) this.#item(level, content.slice(2).trimStart());
    else this.#entry(level, content);
  }

  /** The map that a line at `indent` belongs to; opens one below the waiting key where the line is deeper. */
  #levelFor(indent: number, isItem: boolean): Level {
    let level = this.#levels.at(-1) as Level;
    while (indent < level.indent) {
      this.#levels.pop();
      level = this.#levels.at(-1) ?? fail('a line is indented less than the document');
    }
    if (indent === level.indent) return level;
    if (level.open === undefined) throw syntax('a line is indented without a key above it');
    if (isItem) return level;
    if (this.#levels.length > MAX_DEPTH)
      throw new LockfileError('E_LOCKFILE_TOO_DEEP', `nested deeper than ${MAX_DEPTH}`);
    const below: Level = { indent, map: new Map(), open: undefined };
    if (level.map.get(level.open) !== '') throw syntax('two indentations below one key');
    level.map.set(level.open, below.map);
    level.open = undefined;
    this.#levels.push(below);
    return below;
  }

  #item(level: Level, content: string): void {
    if (level.open === undefined) throw syntax('a list item without a key above it');
    const list = level.map.get(level.open);
    const items = Array.isArray(list) ? list : [];
    if (list !== '' && !Array.isArray(list)) throw syntax('a list item below a mapping');
    if (/^[^'"].*:(?: |$)/.test(content)) throw syntax('a mapping in a list');
    items.push(this.#value(content));
    level.map.set(level.open, items);
  }

  #entry(level: Level, content: string): void {
    if (content === ':' && level.open !== undefined) return;
    if (content.startsWith('? ')) {
      this.#put(level, scalar(content.slice(2)), '');
      return;
    }
    const { key, rest } = splitKey(content);
    if (/^[|>][-+0-9]*$/.test(rest)) {
      this.#skipBlock(level.indent);
      this.#put(level, key, '');
      level.open = undefined;
      return;
    }
    this.#put(level, key, rest === '' ? '' : this.#value(rest));
    if (rest !== '') level.open = undefined;
  }

  #put(level: Level, key: string, value: Yaml): void {
    if (level.map.has(key)) throw syntax('a key appears twice');
    level.map.set(key, value);
    level.open = key;
  }

  /** Passes over a block scalar: the only ones are deprecation notices. */
  #skipBlock(indent: number): void {
    for (;;) {
      const start = this.#at;
      const line = this.#next();
      if (line === undefined) return;
      if (line.trim() !== '' && !line.startsWith(' '.repeat(indent + 1))) {
        this.#at = start;
        return;
      }
    }
  }

  #value(text: string): Yaml {
    const first = text[0];
    if (first !== '{' && first !== '[') return scalar(text);
    const flow = new FlowReader(text, this.#budget);
    return flow.read();
  }
}

/** `{integrity: sha512-…, tarball: https://…}` and `[x64, arm64]`, on one line. */
class FlowReader {
  readonly #text: string;
  readonly #budget: Budget;
  #at = 0;

  constructor(text: string, budget: Budget) {
    this.#text = text;
    this.#budget = budget;
  }

  read(): Yaml {
    const value = this.#value(0);
    this.#blank();
    if (this.#at < this.#text.length && this.#text[this.#at] !== '#')
      throw syntax('text after a flow collection');
    return value;
  }

  #value(depth: number): Yaml {
    this.#budget.step();
    if (depth > 8) throw new LockfileError('E_LOCKFILE_TOO_DEEP', 'flow collections nested deeper than 8');
    this.#blank();
    const open = this.#text[this.#at];
    if (open === '{') return this.#map(depth);
    if (open === '[') return this.#list(depth);
    return this.#scalar(/[,}\]]/g);
  }

  #map(depth: number): YamlMap {
    const map: YamlMap = new Map();
    this.#at += 1;
    while (!this.#closes('}')) {
      const key = this.#scalar(/:(?: |$)|[,}]/g);
      if (this.#text[this.#at] !== ':') throw syntax('a flow mapping without a value');
      this.#at += 1;
      map.set(key, this.#value(depth + 1));
    }
    return map;
  }

  #list(depth: number): Yaml[] {
    const list: Yaml[] = [];
    this.#at += 1;
    while (!this.#closes(']')) list.push(this.#value(depth + 1));
    return list;
  }

  #closes(bracket: string): boolean {
    this.#blank();
    if (this.#text[this.#at] === ',') this.#at += 1;
    this.#blank();
    if (this.#at >= this.#text.length) throw syntax('a flow collection does not end on its line');
    if (this.#text[this.#at] !== bracket) return false;
    this.#at += 1;
    return true;
  }

  #scalar(end: RegExp): string {
    this.#budget.step();
    const quote = this.#text[this.#at];
    if (quote === '"' || quote === "'") {
      const stop = endOfQuoted(this.#text, this.#at);
      const value = unquote(this.#text.slice(this.#at, stop));
      this.#at = stop;
      this.#blank();
      return value;
    }
    end.lastIndex = this.#at;
    const stop = end.exec(this.#text)?.index ?? this.#text.length;
    const value = this.#text.slice(this.#at, stop).trim();
    if (stop === this.#at) throw syntax('an empty value in a flow collection');
    this.#at = stop;
    return plainScalar(value);
  }

  #blank(): void {
    while (this.#text[this.#at] === ' ') this.#at += 1;
  }
}

function splitKey(content: string): { key: string; rest: string } {
  const quote = content[0];
  if (quote === '"' || quote === "'") {
    const stop = endOfQuoted(content, 0);
    if (content[stop] !== ':') throw syntax('a quoted key without a colon');
    return { key: unquote(content.slice(0, stop)), rest: content.slice(stop + 1).trim() };
  }
  const colon = content.indexOf(': ');
  if (colon > 0) return { key: plainScalar(content.slice(0, colon)), rest: content.slice(colon + 2).trim() };
  if (!content.endsWith(':') || content.length === 1)
    throw syntax('a line that is neither a key nor a list item');
  return { key: plainScalar(content.slice(0, -1)), rest: '' };
}

function scalar(text: string): string {
  if (text[0] !== '"' && text[0] !== "'") return plainScalar(text);
  const stop = endOfQuoted(text, 0);
  const rest = text.slice(stop).trim();
  if (rest !== '' && !rest.startsWith('#')) throw syntax('text after a quoted value');
  return unquote(text.slice(0, stop));
}

function plainScalar(text: string): string {
  if (/^[&*!|>%@`{}[\],]/.test(text)) throw syntax('an anchor, alias, tag or block');
  const comment = text.indexOf(' #');
  return comment < 0 ? text : text.slice(0, comment).trimEnd();
}

/** Index after the closing quote. */
function endOfQuoted(text: string, from: number): number {
  const quote = text[from] as string;
  for (let at = from + 1; at < text.length; at += 1) {
    if (quote === '"' && text[at] === '\\') at += 1;
    else if (text[at] === quote) {
      if (quote === '"' || text[at + 1] !== "'") return at + 1;
      at += 1;
    }
  }
  throw syntax('a quoted value does not end on its line');
}

function unquote(text: string): string {
  if (text[0] === "'") return text.slice(1, -1).replaceAll("''", "'");
  if (!text.includes('\\')) return text.slice(1, -1);
  try {
    return JSON.parse(text) as string;
  } catch (cause) {
    throw new LockfileError('E_LOCKFILE_SYNTAX', 'an escape that JSON does not know', { cause });
  }
}

function syntax(what: string): LockfileError {
  return new LockfileError('E_LOCKFILE_SYNTAX', `not the YAML that a package manager writes: ${what}`);
}

function fail(what: string): never {
  throw syntax(what);
}
