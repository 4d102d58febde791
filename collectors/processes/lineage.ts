// Makes lineages: which tree they join, which package they keep.
import type { Lineage } from '../../schema/process.ts';
import type { Position } from './evidence.ts';
import type { PackagePlace } from './places.ts';

export function nameOf({ directory, name, version }: PackagePlace): Identity {
  // A package that deno names instead of a file has no directory that we know of.
  return name === undefined
    ? {}
    : { packageDirectory: directory || undefined, packageName: name, packageVersion: version };
}

export function inPackageTree(at: Position): boolean {
  return at.inherited?.class === 'L' || at.inherited?.class === 'P';
}

export type Fields = Pick<Lineage, 'class' | 'via'> & {
  [Key in keyof Omit<Lineage, 'tree'>]?: Lineage[Key] | undefined;
};

/** Whose code it is. */
export type Identity = Pick<Fields, 'lifecycle' | 'packageDirectory' | 'packageName' | 'packageVersion'>;

/** L or P: inside another L or P it joins that tree and keeps the outermost package beside its own. */
export function nested(at: Position, fields: Fields): Lineage {
  if (!inPackageTree(at)) return defined({ ...fields, tree: at.tree });
  const outer = at.inherited?.outerPackageDirectory ?? at.inherited?.packageDirectory;
  const own = fields.packageDirectory;
  return defined({
    ...fields,
    tree: at.inherited?.tree ?? at.tree,
    ...(outer !== undefined && outer !== own && { outerPackageDirectory: outer }),
  });
}

/** J, G or I: a program of the class that it was started by belongs to the same tree. */
export function rooted(at: Position, fields: Fields): Lineage {
  const { inherited } = at;
  if (inherited?.class === fields.class && inherited.project === fields.project) return inherited;
  return defined({ ...fields, tree: inherited?.class === fields.class ? inherited.tree : at.tree });
}

function defined(fields: Fields & Pick<Lineage, 'tree'>): Lineage {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Lineage;
}
