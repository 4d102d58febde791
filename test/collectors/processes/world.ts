// A machine on paper for the classifier: names that exist, programs as /proc showed them for npm 11, pnpm 10 and 12, yarn 1
// and 4, bun 1.4.
import assert from 'node:assert/strict';
import { classify } from '../../../collectors/processes/classify.ts';
import { scriptEnvironment } from '../../../collectors/processes/environment.ts';
import type { ManagerRole, Position } from '../../../collectors/processes/evidence.ts';
import type { Lineage } from '../../../schema/process.ts';

export const NODE = '/usr/bin/node';
export const DASH = '/usr/bin/dash';

/** Names that exist, and where links lead. */
const links: Record<string, string> = {
  '/usr/bin/npm': '/usr/lib/node_modules/npm/bin/npm-cli.js',
  '/usr/bin/npx': '/usr/lib/node_modules/npm/bin/npx-cli.js',
  '/usr/bin/yarn': '/usr/lib/node_modules/yarn/bin/yarn.js',
  '/usr/bin/claude': '/usr/lib/node_modules/@anthropic-ai/claude-code/cli.js',
  '/p/node_modules/.bin/vite': '/p/node_modules/vite/bin/vite.js',
};
const present = new Set([
  ...Object.values(links),
  '/p/package.json',
  '/p/server.js',
  '/p/node_modules/evil/steal.js',
  '/p/node_modules/evil/package.json',
  '/p/node_modules/react/index.js',
  '/p/node_modules/npm/bin/npm-cli.js',
  '/p/node_modules/.bin/shim',
  '/p/lib/node_modules/npm/bin/npm-cli.js',
  '/p/.yarn/releases/yarn-4.1.0.cjs',
  '/p/node_modules/@anthropic-ai/claude-code/cli.js',
  '/usr/lib/node_modules/npm/node_modules/node-gyp/bin/node-gyp.js',
  '/home/ann/tool.js',
  '/home/ann/.cache/node/corepack/v1/yarn/4.1.0/yarn.js',
  '/home/ann/.cache/node/corepack/v1/yarn/1.22.22/bin/yarn.js',
  '/home/ann/.vscode/extensions/x.y-1.0.0/node_modules/z/server.js',
]);
export const files = {
  realPath: (path: string) => links[path] ?? (present.has(path) ? path : undefined),
  exists: (path: string) => present.has(path),
};

export const npmInstall: ManagerRole = { manager: 'npm', directory: '/p', installs: true, trusted: true };
export const npmRun: ManagerRole = { ...npmInstall, installs: false };

export const inEvil: Lineage = {
  class: 'L',
  tree: 'b-1-1',
  lifecycle: 'postinstall',
  packageDirectory: '/p/node_modules/evil',
  packageName: 'evil',
  packageVersion: '1.0.1',
  via: 'environment',
};
export const runsVite: Lineage = {
  class: 'P',
  tree: 'b-2-2',
  packageDirectory: '/p/node_modules/vite',
  packageName: 'vite',
  via: 'script-path',
};

export function script(
  event: string,
  directory: string,
  name: string,
  version = '1.0.1',
): Record<string, string> {
  return {
    npm_lifecycle_event: event,
    npm_package_json: `${directory}/package.json`,
    npm_package_name: name,
    npm_package_version: version,
    npm_config_user_agent: 'npm/11.19.1 node/v20.20.2 linux x64',
    INIT_CWD: '/p',
  };
}

export const postinstall = script('postinstall', '/p/node_modules/evil', 'evil');
export const asReact = script('postinstall', '/p/node_modules/react', 'react', '19.0.0');

export interface Case {
  readonly title: string;
  readonly image: string;
  readonly words: readonly string[];
  readonly directory?: string;
  /** `null`: gone before it was read. */
  readonly environment?: Record<string, string> | null;
  readonly at?: Partial<Position>;
  readonly terminal?: boolean;
  readonly expected: Partial<Lineage> | undefined;
}

/** One test for each. */
export function check(cases: readonly Case[]): void {
  for (const { title, at, expected, ...shown } of cases) {
    it(title, () => {
      const { lineage } = classified(shown, at);
      if (expected === undefined) assert.equal(lineage, undefined);
      for (const [key, value] of Object.entries(expected ?? {})) {
        assert.equal(lineage?.[key as keyof Lineage], value, key);
      }
    });
  }
}

export function classified(shown: Omit<Case, 'title' | 'expected'>, at: Partial<Position> = {}) {
  const { image, words, directory = '/p', environment = {}, terminal } = shown;
  const known = environment === null ? undefined : scriptEnvironment(new Map(Object.entries(environment)));
  const seen = { image, words, directory, environment: known, onTerminal: () => terminal === true };
  const position: Position = {
    inherited: undefined,
    tree: 'new',
    startedByManager: undefined,
    late: false,
    managerAbove: undefined,
    missedBetween: false,
    witnessed: true,
    ...at,
  };
  return classify(seen, position, files);
}
