// Makes an event fit to be stored and to leave the machine: home directories become `~`, credentials in free text go.
import type { Event } from '../../../schema/event.ts';
import type { PackageRef } from '../../../schema/package.ts';
import type { Ancestor, Lineage, ProcessInfo } from '../../../schema/process.ts';
import { MAX_PATH, truncate } from '../../../schema/primitives.ts';
import { scrub } from './scrub.ts';

export interface Home {
  readonly directory: string;
  /** Login name of its owner. */
  readonly user: string;
}

/** Redacts for one user: their own homes are `~`, those of others `~name`. */
export class Redactor {
  readonly #homes: readonly (readonly [find: RegExp, replace: string])[];

  constructor(homes: readonly Home[], user: string) {
    this.#homes = homes
      .toSorted((a, b) => b.directory.length - a.directory.length)
      .map((home) => [occurrences(home.directory), home.user === user ? '~' : `~${home.user}`] as const);
  }

  /** A path, or text that holds paths but no credentials. */
  path(path: string): string {
    let redacted = path;
    for (const [find, replace] of this.#homes) redacted = redacted.replace(find, () => replace);
    // What replaces may be longer than what it replaces; a text that grew beyond its bound would make the alert invalid.
    return truncate(redacted, Math.max(path.length, MAX_PATH));
  }

  /** Free text: a command line, a history line, a script. */
  text(text: string): string {
    return truncate(scrub(this.path(text)));
  }

  package(found: PackageRef): PackageRef {
    const { directory, project } = found;
    return {
      ...found,
      directory: this.path(directory),
      ...(project !== undefined && { project: this.path(project) }),
    };
  }

  process(found: ProcessInfo): ProcessInfo {
    const { workingDirectory, lineage } = found;
    return {
      ...found,
      ...this.#ancestor(found),
      ...(workingDirectory !== undefined && { workingDirectory: this.path(workingDirectory) }),
      ancestors: found.ancestors.map((ancestor) => this.#ancestor(ancestor)),
      ...(lineage !== undefined && { lineage: this.#lineage(lineage) }),
    };
  }

  event(event: Event): Event {
    const common = {
      ...(event.process !== undefined && { process: this.process(event.process) }),
      ...(event.package !== undefined && { package: this.package(event.package) }),
    };
    switch (event.kind) {
      case 'process':
        return { ...event, ...common, process: this.process(event.process) };
      case 'file':
        return {
          ...event,
          ...common,
          path: this.path(event.path),
          ...(event.from !== undefined && { from: this.path(event.from) }),
          ...(event.secret !== undefined && {
            secret: { ...event.secret, path: this.path(event.secret.path) },
          }),
        };
      case 'package': {
        const scripts = event.scripts && Object.entries(event.scripts);
        return {
          ...event,
          ...common,
          package: this.package(event.package),
          ...(scripts && {
            scripts: Object.fromEntries(scripts.map(([name, line]) => [name, this.text(line)])),
          }),
        };
      }
      case 'shell':
        return {
          ...event,
          ...common,
          line: this.text(event.line),
          historyFile: this.path(event.historyFile),
        };
      case 'connection':
      case 'dns':
      case 'loss':
        break;
    }
    return { ...event, ...common };
  }

  #ancestor({ pid, startTime, image, commandLine }: Ancestor): Ancestor {
    return { pid, startTime, image: this.path(image), commandLine: this.text(commandLine) };
  }

  #lineage(lineage: Lineage): Lineage {
    const { packageDirectory, outerPackageDirectory, project } = lineage;
    return {
      ...lineage,
      ...(packageDirectory !== undefined && { packageDirectory: this.path(packageDirectory) }),
      ...(outerPackageDirectory !== undefined && { outerPackageDirectory: this.path(outerPackageDirectory) }),
      ...(project !== undefined && { project: this.path(project) }),
    };
  }
}

/**
 * `/home/al` but not the beginning of `/home/alice`. In the middle of a path as well (`/mnt/home/al`), but for a home of
 * one segment: `/proc/1/root` is not root's.
 */
function occurrences(directory: string): RegExp {
  const literal = directory.replace(/[\\^$.*+?()[\]{}|/-]/g, String.raw`\$&`);
  const start = directory.lastIndexOf('/') === 0 ? '(?<![\\w.~-])' : '';
  return new RegExp(`${start}${literal}(?![\\w.-])`, 'g');
}
