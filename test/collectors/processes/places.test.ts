import assert from 'node:assert/strict';
import { hostOf } from '../../../collectors/processes/hosts.ts';
import { managerAt } from '../../../collectors/processes/managers.ts';
import { packageAt } from '../../../collectors/processes/places.ts';

const packages: readonly [string, string | undefined, string | undefined, string | undefined][] = [
  ['/p/node_modules/evil/lib/x.js', 'evil', undefined, '/p'],
  ['/p/node_modules/@scope/evil', '@scope/evil', undefined, '/p'],
  ['/p/node_modules/a/node_modules/b/x.js', 'b', undefined, '/p'],
  ['/p/node_modules/.pnpm/@s+b@1.2.3_react@19.0.0/node_modules/@s/b/x.js', '@s/b', '1.2.3', '/p'],
  ['/p/node_modules/.pnpm/b@file+..+b.tgz/node_modules/b/x.js', 'b', undefined, '/p'],
  ['/p/node_modules/.bun/b@1.2.3+abc/node_modules/b/x.js', 'b', '1.2.3+abc', '/p'],
  [
    '/h/.local/share/pnpm/store/v11/links/@/b/1.2.3/0af1/node_modules/b/x.js',
    'b',
    '1.2.3',
    '/h/.local/share/pnpm/store/v11/links/@/b/1.2.3/0af1',
  ],
  ['/p/.yarn/unplugged/@s-b-npm-1.2.3-0123456789/node_modules/@s/b/x.js', '@s/b', '1.2.3', '/p'],
  ['/p/.yarn/cache/b-npm-1.2.3-0123456789-8.zip/node_modules/b/x.js', 'b', '1.2.3', '/p'],
  [
    '/h/.cache/deno/npm/registry.example.org/@s/b/1.2.3/x.js',
    '@s/b',
    '1.2.3',
    '/h/.cache/deno/npm/registry.example.org',
  ],
  ['/p/node_modules/.bin/x', undefined, undefined, '/p'],
  ['/p/node_modules/bad name\n/x.js', undefined, undefined, '/p'],
  [`/p/node_modules/${'a'.repeat(300)}/x.js`, undefined, undefined, '/p'],
];

const present = new Set(['/p/package.json', '/home/ann/package.json', '/q/lib/package.json']);

const managers: readonly [string, string, boolean | undefined, boolean?][] = [
  ['/usr/lib/node_modules/npm/bin/npm-cli.js', 'npm', true],
  ['/usr/lib/node_modules/npm/node_modules/node-gyp/bin/node-gyp.js', 'npm', true, false],
  ['/h/.nvm/versions/node/v22.1.0/lib/node_modules/npm/bin/npx-cli.js', 'npm', true],
  ['/usr/share/nodejs/npm/bin/npm-cli.js', 'npm', true],
  ['/usr/lib/node_modules/corepack/dist/yarn.js', 'yarn', true],
  ['/h/.cache/node/corepack/v1/pnpm/10.1.0/bin/pnpm.cjs', 'pnpm', true],
  ['/usr/lib/node_modules/pnpm/node_modules/@pnpm/exe.linux-x64/pnpm', 'pnpm', true],
  ['/h/.local/share/pnpm/.tools/pnpm/10.1.0/node_modules/pnpm/bin/pnpm.cjs', 'pnpm', true],
  ['/h/.npm/_npx/0a1b2c/node_modules/pnpm/bin/pnpm.cjs', 'pnpm', true],
  ['/h/.bun/bin/bun', 'bun', true],
  ['/usr/lib/node_modules/@oven/bun-linux-x64/bin/bun', 'bun', true],
  ['/p/node_modules/npm/bin/npm-cli.js', 'npm', false],
  ['/p/lib/node_modules/npm/bin/npm-cli.js', 'npm', false],
  ['/q/lib/node_modules/npm/bin/npm-cli.js', 'npm', false],
  ['/usr/lib/node_modules/semantic-release/node_modules/npm/bin/npm-cli.js', 'npm', false],
  ['/p/.yarn/releases/yarn-4.1.0.cjs', 'yarn', false],
  ['/p/_npx/0a1b/node_modules/npm/bin/npm-cli.js', 'npm', false],
  ['/p/node_modules/evil/lib/node_modules/npm/bin/npm-cli.js', 'npm', false],
  ['/p/node_modules/evil/.volta/tools/image/npm/1.0.0/bin/npm-cli.js', 'npm', undefined],
  ['/p/node_modules/evil/.bun/bin/bun', 'bun', undefined],
  ['/p/.cache/node/corepack/v1/pnpm/10.1.0/bin/pnpm.cjs', 'pnpm', undefined],
  ['/home/ann/.nvm/versions/node/v22.1.0/lib/node_modules/npm/bin/npm-cli.js', 'npm', true],
  ['/usr/lib/node_modules/npm-evil/bin/npm-cli.js', 'npm', undefined],
  ['/p/node_modules/evil/npm/bin/npm-cli.js', 'npm', undefined],
  ['/home/ann/npm-cli.js', 'npm', undefined],
];

describe('collectors/processes, what paths say', () => {
  for (const [path, name, version, root] of packages) {
    it(`package: ${path.slice(0, 80).replace('\n', '\\n')}`, () => {
      const place = packageAt(path);
      assert.equal(place?.name, name);
      assert.equal(place?.version, version);
      assert.equal(place?.root, root);
      if (name !== undefined) assert.ok(path.startsWith(place?.directory ?? '-'));
    });
  }

  it('no package: outside node_modules', () => {
    for (const path of ['/p/server.js', '/p/node_modules_of_mine/a/x.js', '/', ''])
      assert.equal(packageAt(path), undefined);
  });

  for (const [path, manager, trusted, entry = true] of managers) {
    it(`manager: ${path}`, () => {
      const identity = managerAt(path, (name) => present.has(name));
      assert.equal(identity?.trusted, trusted);
      if (identity) assert.deepEqual([identity.manager, identity.entry], [manager, entry]);
    });
  }

  const hosts: readonly [string, string | undefined, ReturnType<typeof hostOf>][] = [
    ['/usr/share/code/code', undefined, 'ide'],
    ['/usr/bin/node', '/h/.vscode-server/bin/0a/out/bootstrap-fork.js', 'ide'],
    ['/usr/share/code/resources/app/node_modules/@vscode/ripgrep/bin/rg', undefined, 'ide'],
    ['/usr/bin/node', '/h/.claude/local/node_modules/@anthropic-ai/claude-code/cli.js', 'coding-agent'],
    ['/usr/lib/node_modules/@openai/codex/vendor/x86_64/codex/codex', undefined, 'coding-agent'],
    ['/usr/bin/node', '/p/node_modules/@openai/codex/bin/codex.js', undefined],
    ['/usr/bin/node', '/p/lib/node_modules/@openai/codex/bin/codex.js', undefined],
    ['/p/node_modules/evil/claude', undefined, undefined],
    ['/usr/bin/node', '/p/node_modules/evil/lib/code/x.js', undefined],
    ['/usr/bin/node', '/p/node_modules/evil/.vscode/extensions/x.js', undefined],
    ['/usr/bin/node', '/p/.vscode/extensions/x.js', undefined],
    ['/usr/bin/node', '/p/.claude/local/x.js', undefined],
    ['/usr/bin/cat', undefined, undefined],
  ];
  for (const [image, code, host] of hosts) {
    it(`host: ${code ?? image}`, () =>
      assert.equal(
        hostOf(image, code, (name) => present.has(name)),
        host,
      ));
  }
});
