// Names the package whose code acted: exact for lifecycle scripts and package code, a shortlist for a project's own runtime.
import { npmPurl } from '../../../collectors/node-modules/purl.ts';
import type { PackageRef } from '../../../schema/package.ts';
import type { Lineage } from '../../../schema/process.ts';
import { identify } from './identity.ts';
import { type Manifest, readManifest } from './manifest.ts';

/** What the package inventory knows, by absolute directory. */
export interface Inventory {
  /** The package in `directory` as its project's lockfile has it. */
  find(directory: string): PackageRef | undefined;
  /** Packages of the project that came or changed at or after `since` (ms since 1970), newest first. */
  changedSince(project: string, since: number): readonly PackageRef[];
}

/** An import-time attack is found out within days or never; older packages would make every alert a list of everything. */
const SUSPECT_FOR = 72 * 3_600_000;
const MAX_SUSPECTS = 16;
const MAX_REMEMBERED = 512;

export class Packages {
  readonly #inventory: Inventory;
  readonly #manifests = new Map<string, Manifest>();

  constructor(inventory: Inventory) {
    this.#inventory = inventory;
  }

  /** The package of this lineage; undefined for classes that name none. */
  async of(lineage: Lineage): Promise<PackageRef | undefined> {
    const { packageDirectory: directory, lifecycle, project } = lineage;
    if (directory === undefined) return undefined;
    const locked = this.#inventory.find(directory);
    const identity = identify(directory, locked, await this.#claim(lineage, directory));
    return {
      ...identity,
      // A purl without a version has no @ either.
      purl: npmPurl(identity.name, identity.version).replace(/@$/, ''),
      ...(lifecycle !== undefined && { lifecycle }),
      directory,
      ...(project !== undefined && { project }),
      dependencyPath: locked?.dependencyPath ?? [],
      ...(locked?.integrity !== undefined && { integrity: locked.integrity }),
    };
  }

  /** Packages of a runtime's project that are new enough to be suspected, newest first, at most 16; undefined where the class is another. */
  suspects(lineage: Lineage, now: number): PackageRef[] | undefined {
    if (lineage.class !== 'J') return undefined;
    if (lineage.project === undefined) return [];
    return this.#inventory
      .changedSince(lineage.project, now - SUSPECT_FOR)
      .slice(0, MAX_SUSPECTS)
      .map((suspect) => ({ ...suspect, confidence: 'suspect' as const }));
  }

  /** The environment that the package manager set, else the manifest as it was first seen: droppers put a clean one back. */
  async #claim({ tree, packageName, packageVersion }: Lineage, directory: string): Promise<Manifest> {
    if (packageName !== undefined && packageVersion !== undefined)
      return { name: packageName, version: packageVersion };
    const key = `${tree}\0${directory}`;
    const known = this.#manifests.get(key) ?? (await readManifest(directory)) ?? {};
    this.#remember(key, known);
    return {
      ...known,
      ...(packageName !== undefined && { name: packageName }),
      ...(packageVersion !== undefined && { version: packageVersion }),
    };
  }

  #remember(key: string, manifest: Manifest): void {
    this.#manifests.delete(key);
    this.#manifests.set(key, manifest);
    const [oldest] = this.#manifests.keys();
    if (this.#manifests.size > MAX_REMEMBERED && oldest !== undefined) this.#manifests.delete(oldest);
  }
}
