// Whether a reader is one that the catalogue expects at a place. Looked up while the kernel holds the open.
import { expandBraces } from './pattern.ts';
import type { SecretPlace } from './place.ts';
import { type Interpreter, interpreters, type ReaderSet, readerSets } from './readers.ts';
import { createPathTrie, type PathTrie } from './trie.ts';

export interface Reader {
  /** Executable as the kernel resolves it, verified to be that file in the host's own view; '' where it is not known. */
  readonly image: string;
  /** Images of the ancestors, nearest first. */
  readonly parents: readonly string[];
  /** Real path of the script that an interpreter runs, only where no option or variable preloads other code. */
  readonly mainScript?: string;
}

/** Patterns with the two anchors that readers.ts uses: `~` a home, `project:` the `node_modules` of a project. */
interface Locations {
  readonly inHome: PathTrie<true>;
  readonly absolute: PathTrie<true>;
  readonly inProject: PathTrie<true>;
}

interface CompiledSet {
  readonly images: Locations;
  readonly scripts: ReadonlyMap<Interpreter, Locations>;
}

const homeShape = /^(\/root|(?:\/var)?\/home\/[^/]+|\/Users\/[^/]+|[A-Za-z]:\/Users\/[^/]+)\//;
const temporary = /^\/(tmp|var\/tmp|dev\/shm|run\/user)\//;
const compiled = new Map<ReaderSet, CompiledSet>();
const interpreterImages = new Map<Interpreter, Locations>();

/**
 * True when `reader` is a program (or an interpreter with the main script) that one of the place's reader sets names.
 * `homes` are directories that count as `~` besides the usual ones (/home/x, /root, /Users/x, C:/Users/x).
 */
export function isExpectedReader(place: SecretPlace, reader: Reader, homes: readonly string[] = []): boolean {
  const { image, mainScript } = reader;
  if (image === '' || temporary.test(image)) return false;
  return place.readers.some((name) => {
    const { images, scripts } = setNamed(name);
    if (isIn(images, image, homes)) return true;
    if (mainScript === undefined || temporary.test(mainScript)) return false;
    for (const [interpreter, locations] of scripts) {
      if (isIn(imagesOf(interpreter), image, homes) && isIn(locations, mainScript, homes)) return true;
    }
    return false;
  });
}

function isIn(locations: Locations, path: string, homes: readonly string[]): boolean {
  let hit = false;
  const segments = path.split('/');
  const found = () => {
    hit = true;
  };
  locations.absolute.find(segments, 0, found);
  const home = homes.find((candidate) => path.startsWith(`${candidate}/`)) ?? homeShape.exec(path)?.[1];
  if (!hit && home !== undefined) locations.inHome.find(segments, home.split('/').length, found);
  if (!hit) {
    const below = projectDependency(segments);
    if (below) locations.inProject.find(below, 0, found);
  }
  return hit;
}

/** The segments below a project's own `node_modules`; undefined for nested ones, which any package can bring along. */
function projectDependency(segments: readonly string[]): readonly string[] | undefined {
  const first = segments.indexOf('node_modules');
  if (first === -1) return undefined;
  const store = segments[first + 1] === '.pnpm' && segments[first + 3] === 'node_modules';
  const below = segments.slice(first + (store ? 4 : 1));
  return below.includes('node_modules') ? undefined : below;
}

function setNamed(name: ReaderSet): CompiledSet {
  let set = compiled.get(name);
  if (!set) compiled.set(name, (set = compileSet(readerSets[name])));
  return set;
}

function imagesOf(interpreter: Interpreter): Locations {
  let locations = interpreterImages.get(interpreter);
  if (!locations)
    interpreterImages.set(interpreter, (locations = compileLocations(interpreters[interpreter])));
  return locations;
}

function compileSet(entries: readonly string[]): CompiledSet {
  const scripts = new Map<Interpreter, Locations>();
  for (const interpreter of Object.keys(interpreters) as Interpreter[]) {
    const own = entries.filter((entry) => entry.startsWith(`${interpreter} `));
    if (own.length > 0) {
      scripts.set(interpreter, compileLocations(own.map((entry) => entry.slice(interpreter.length + 1))));
    }
  }
  const images = entries.filter(
    (entry) => !Object.keys(interpreters).some((name) => entry.startsWith(`${name} `)),
  );
  return { images: compileLocations(images), scripts };
}

function compileLocations(patterns: readonly string[]): Locations {
  const locations = {
    inHome: createPathTrie<true>(),
    absolute: createPathTrie<true>(),
    inProject: createPathTrie<true>(),
  };
  for (const pattern of patterns.flatMap(expandBraces)) {
    if (pattern.startsWith('project:')) locations.inProject.insert(pattern.slice(8).split('/'), true);
    else if (pattern.startsWith('~/')) locations.inHome.insert(pattern.slice(2).split('/'), true);
    else locations.absolute.insert(pattern.split('/'), true);
  }
  return locations;
}
