// The projects that are watched, by root.
import { dirname } from 'node:path';
import { createProject } from './project.ts';
import type { Project } from './project.ts';

/** 500 projects are 1,000 to 1,500 watches and some 50 MB of packages at 1,000 each; few developers have 100. */
const MAX_PROJECTS = 500;
const MAX_UP = 64;

export interface Projects {
  readonly size: number;
  /** Projects that were left out because there are too many. */
  readonly refused: number;
  /** The project, made where it is new; undefined where there is no room for another. */
  add(root: string): { project: Project; isNew: boolean } | undefined;
  remove(root: string): void;
  get(root: string): Project | undefined;
  /** The nearest project that holds this absolute path. */
  holding(path: string): Project | undefined;
  all(): Iterable<Project>;
}

export function createProjects(): Projects {
  const projects = new Map<string, Project>();
  let refused = 0;
  return {
    get size() {
      return projects.size;
    },
    get refused() {
      return refused;
    },
    add(root) {
      const known = projects.get(root);
      if (known) return { project: known, isNew: false };
      if (projects.size >= MAX_PROJECTS) {
        refused += 1;
        return undefined;
      }
      const project = createProject(root);
      projects.set(root, project);
      return { project, isNew: true };
    },
    remove: (root) => void projects.delete(root),
    get: (root) => projects.get(root),
    holding(path) {
      let at = path;
      for (let up = 0; up < MAX_UP; up += 1) {
        const found = projects.get(at);
        if (found) return found;
        const parent = dirname(at);
        if (parent === at) return undefined;
        at = parent;
      }
      return undefined;
    },
    all: () => projects.values(),
  };
}
