// Names the package whose code acted: exact for lifecycle scripts and package code, a shortlist for a project's own runtime.
import { type InstalledPackage, readInventory } from '../../../collectors/node-modules/index.ts';
import { npmPurl } from '../../../collectors/node-modules/purl.ts';
import type { IntelMatch, PackageRef } from '../../../schema/package.ts';
import type { Lineage } from '../../../schema/process.ts';
import { identify } from './identity.ts';
import type { Inventory } from './inventory.ts';
import { type Manifest, readManifest } from './manifest.ts';
import { Recent } from './recent.ts';

/** An import-time attack is found out within days or never; older packages would make every alert a list of everything. */
const SUSPECT_FOR = 72 * 3_600_000;
const MAX_SUSPECTS = 16;
/** A shortlist is made anew at most this often for one project, ms. */
const SHORTLIST_FOR = 2_000;

export interface PackagesOptions {
  readonly inventory: Inventory;
  /** Records that name this version as malicious. */
  readonly intel: (name: string, version: string) => IntelMatch[];
}

export class Packages {
  readonly #options: PackagesOptions;
  readonly #manifests = new Recent<Manifest>(512);
  readonly #shortlists = new Recent<{ readonly at: number; readonly suspects: readonly PackageRef[] }>(64);

  constructor(options: PackagesOptions) {
    this.#options = options;
  }

  /** The package of this lineage; undefined for classes that name none. */
  async of(lineage: Lineage): Promise<PackageRef | undefined> {
    const { packageDirectory: directory, lifecycle, project } = lineage;
    if (project !== undefined) this.#options.inventory.noteProject(project);
    if (directory === undefined) return undefined;
    const claim = await this.#claim(lineage, directory);
    const locked = this.#options.inventory.find(project ?? directory, directory, claim.version);
    const identity = identify(directory, locked, claim);
    return {
      ...identity,
      // A purl without a version has no @ either; percent-encoding makes names of other scripts nine times as long.
      purl: npmPurl(identity.name, identity.version).replace(/@$/, '').slice(0, 1024),
      ...(lifecycle !== undefined && { lifecycle }),
      directory,
      ...(project !== undefined && { project }),
      dependencyPath: dependencyPath(locked),
      ...(locked?.integrity && { integrity: locked.integrity }),
    };
  }

  /**
   * Packages of a runtime's project that came or changed lately: those that intelligence names first, then the newest;
   * at most 16. Undefined where the class is another. `now` is in ms since 1970.
   */
  suspects({ class: kind, project }: Lineage, now: number): readonly PackageRef[] | undefined {
    if (kind !== 'J') return undefined;
    if (project === undefined) return [];
    const known = this.#shortlists.get(project);
    if (known !== undefined && Math.abs(now - known.at) < SHORTLIST_FOR) return known.suspects;
    const suspects = this.#shortlist(project, now);
    this.#shortlists.set(project, { at: now, suspects });
    return suspects;
  }

  /**
   * Reads the project of a runtime that nobody has watched until now: an application may be the first to run in it. Call
   * before `suspects`. An index that cannot be read leaves the shortlist empty.
   */
  async prepare({ class: kind, project }: Lineage, now: number): Promise<void> {
    if (kind !== 'J' || project === undefined || this.#shortlists.get(project) !== undefined) return;
    const { inventory } = this.#options;
    if (inventory.recentlyChanged(project, 0).length > 0) return;
    inventory.noteProject(project);
    const read = await readInventory(project).catch(() => undefined);
    const recent = read?.recentlyChanged(now - SUSPECT_FOR) ?? [];
    if (recent.length > 0)
      this.#shortlists.set(project, { at: now, suspects: this.#ranked(recent, project) });
  }

  #shortlist(project: string, now: number): PackageRef[] {
    const { inventory } = this.#options;
    inventory.noteProject(project);
    return this.#ranked(inventory.recentlyChanged(project, now - SUSPECT_FOR), project);
  }

  #ranked(recent: readonly InstalledPackage[], project: string): PackageRef[] {
    const { intel } = this.#options;
    return recent
      .map((found) => ({ found, isNamed: intel(found.name, found.version).length > 0 }))
      .sort((a, b) => Number(b.isNamed) - Number(a.isNamed))
      .slice(0, MAX_SUSPECTS)
      .map(({ found }) => suspect(found, project));
  }

  /** The environment that the package manager set, else the manifest as it was first seen: droppers put a clean one back. */
  async #claim({ tree, packageName, packageVersion }: Lineage, directory: string): Promise<Manifest> {
    if (packageName !== undefined && packageVersion !== undefined)
      return { name: packageName, version: packageVersion };
    const key = `${tree}\0${directory}`;
    const known = this.#manifests.get(key) ?? (await readManifest(directory)) ?? {};
    this.#manifests.set(key, known);
    return {
      ...known,
      ...(packageName !== undefined && { name: packageName }),
      ...(packageVersion !== undefined && { version: packageVersion }),
    };
  }
}

function suspect(found: InstalledPackage, project: string): PackageRef {
  const { name, version, purl, directory, integrity } = found;
  return {
    name,
    version,
    purl,
    directory,
    project,
    dependencyPath: dependencyPath(found),
    confidence: 'suspect',
    ...(integrity && { integrity }),
  };
}

function dependencyPath(found: InstalledPackage | undefined): string[] {
  return found?.dependencyPath.slice(0, 64) ?? [];
}
