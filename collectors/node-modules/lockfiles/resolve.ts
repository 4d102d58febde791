// Node's own resolution, on paths in a lockfile: the nearest node_modules upwards that has the package.
import type { Budget, LockedPackage, Source } from './lockfile.ts';
import { aliasTarget, sourceOf } from './name.ts';

/** The key of `name` as code in `from` would find it (`''` is the project itself), or undefined. */
export function resolve(
  from: string,
  name: string,
  packages: ReadonlyMap<string, LockedPackage>,
  budget: Budget,
): string | undefined {
  let base = from;
  for (;;) {
    budget.step(1 + (base.length >> 6));
    const key = base === '' ? `node_modules/${name}` : `${base}/node_modules/${name}`;
    if (packages.has(key)) return key;
    if (base === '') return undefined;
    const up = base.lastIndexOf('/node_modules/');
    base = up < 0 ? '' : base.slice(0, up);
  }
}

/** Keys of `dependencies` as seen from `from`; a specifier that names a URL or a repository marks what it resolves to. */
export function resolveAll(
  from: string,
  dependencies: Iterable<readonly [string, string]>,
  packages: ReadonlyMap<string, LockedPackage>,
  budget: Budget,
): string[] {
  const keys: string[] = [];
  for (const [name, spec] of dependencies) {
    const key = resolve(from, name, packages, budget);
    if (key === undefined) continue;
    keys.push(key);
    const target = packages.get(key);
    if (target?.source === 'registry' && aliasTarget(spec) === '')
      target.source = lessTrusted(sourceOf(spec));
  }
  return keys;
}

/** A link to a package that has an entry of its own is no link: it is a workspace that was found by its name. */
function lessTrusted(source: Source): Source {
  return source === 'link' ? 'registry' : source;
}
