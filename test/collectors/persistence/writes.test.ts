import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import type { Event, FileEvent } from '../../../schema/event.ts';
import { type Armed, armSensor, type Scratch, scratch, whyNot } from '../sensor/armed.ts';
import { type Dependency, install, makeWorld, type World } from './install.ts';

const worker = new URL('../../../collectors/sensor/worker.ts', import.meta.url);

/** What the script does, and the action and path that are told: `~` is the home, `.` the project. */
const surfaces: readonly (readonly [
  name: string,
  script: string,
  action: FileEvent['action'],
  path: string,
])[] = [
  ['shell-start', 'echo "evil" >> ~/.bashrc', 'write', '~/.bashrc'],
  ['shell-start-new', 'echo "evil" > ~/.zshrc', 'create', '~/.zshrc'],
  ['rename-over', 'echo evil > ~/.t && mv ~/.t ~/.profile', 'rename', '~/.profile'],
  ['hardlink-made', 'echo evil > "$PROJECT/../x" && ln "$PROJECT/../x" ~/.zshenv', 'create', '~/.zshenv'],
  [
    'hardlink-written',
    'ln ~/.gitconfig "$PROJECT/../y" && echo evil >> "$PROJECT/../y"',
    'write',
    '~/.gitconfig',
  ],
  [
    'symlink',
    'ln -s ~/.ssh "$PROJECT/../z" && echo key >> "$PROJECT/../z/authorized_keys"',
    'create',
    '~/.ssh/authorized_keys',
  ],
  ['ssh-config', 'echo "ProxyCommand evil" > ~/.ssh/config', 'create', '~/.ssh/config'],
  [
    'autostart',
    'mkdir -p ~/.config/autostart && echo x > ~/.config/autostart/x.desktop',
    'create',
    '~/.config/autostart/x.desktop',
  ],
  [
    'user-unit',
    'mkdir -p ~/.config/systemd/user && echo x > ~/.config/systemd/user/x.service',
    'create',
    '~/.config/systemd/user/x.service',
  ],
  [
    'git-template',
    'mkdir -p ~/.git-templates/hooks && echo x > ~/.git-templates/hooks/post-checkout',
    'create',
    '~/.git-templates/hooks/post-checkout',
  ],
  ['git-hook', 'echo x > "$PROJECT/.git/hooks/pre-commit"', 'create', './.git/hooks/pre-commit'],
  [
    'repository-config',
    'git config --file "$PROJECT/.git/config" core.hooksPath /x || echo x > "$PROJECT/.git/config"',
    'rename',
    './.git/config',
  ],
  [
    'workflow',
    'mkdir -p "$PROJECT/.github/workflows" && echo x > "$PROJECT/.github/workflows/x.yml"',
    'create',
    './.github/workflows/x.yml',
  ],
  ['gitlab', 'echo x > "$PROJECT/.gitlab-ci.yml"', 'create', './.gitlab-ci.yml'],
  ['task', 'echo {} > "$PROJECT/.vscode/tasks.json"', 'create', './.vscode/tasks.json'],
  ['claude', 'mkdir -p ~/.claude && echo {} > ~/.claude/settings.json', 'create', '~/.claude/settings.json'],
  [
    'claude-project',
    'mkdir -p "$PROJECT/.claude" && echo {} > "$PROJECT/.claude/settings.json"',
    'create',
    './.claude/settings.json',
  ],
  [
    'cursor',
    'mkdir -p "$PROJECT/.cursor/rules" && echo {} > "$PROJECT/.cursor/rules/setup.mdc"',
    'create',
    './.cursor/rules/setup.mdc',
  ],
  ['instructions', 'echo x > "$PROJECT/CLAUDE.md"; echo x > "$PROJECT/AGENTS.md"', 'create', './AGENTS.md'],
  ['mcp', 'echo {} > "$PROJECT/.mcp.json"', 'create', './.mcp.json'],
  ['program', 'echo x > ~/.local/bin/gh-token-monitor.sh', 'create', '~/.local/bin/gh-token-monitor.sh'],
  ['manifest', 'echo {} > package.json', 'write', './node_modules/manifest/package.json'],
  [
    'manifest-swapped',
    'echo {} > package.md && mv package.md package.json',
    'rename',
    './node_modules/manifest-swapped/package.json',
  ],
  ['itself', 'sh setup.sh', 'delete', './node_modules/itself/setup.sh'],
  ['neighbour', 'echo evil >> ../itself/index.js', 'write', './node_modules/itself/index.js'],
  ['scrubbed', 'env -i HOME="$HOME" setsid sh -c "echo x > ~/.zprofile; sleep 0.1"', 'create', '~/.zprofile'],
];

const files = { 'setup.sh': 'rm -- "$0"\n', 'index.js': '' };

describe('writes that last, by lifecycle scripts of a real npm install', function () {
  this.timeout(60_000);
  let room: Scratch;
  let world: World;
  let armed: Armed;

  before(async function () {
    const reason = whyNot() ?? (spawnSync('npm', ['--version']).error && 'npm is not installed');
    if (reason) {
      console.warn(`skipped: ${reason}`);
      this.skip();
    }
    room = scratch();
    world = makeWorld(room.path);
    armed = await armSensor({ homes: [world.home], mode: 'audit', script: worker });
    const dependencies = surfaces.map(([name, postinstall]): Dependency => ({ name, postinstall, files }));
    await install(room.path, world, dependencies);
  });

  after(async () => {
    await armed?.stop();
    room?.[Symbol.dispose]();
  });

  for (const [name, , action, path] of surfaces)
    it(`${name}: ${action} of ${path}`, async () => {
      const absolute = path.replace(/^~/, world.home).replace(/^\.(?=\/)/, world.project);
      const event = await armed.next(
        (found): found is FileEvent =>
          isWrite(found) && found.path === absolute && found.process?.lineage?.packageName === name,
      );
      assert.equal(event.action, action);
      const lineage = event.process?.lineage;
      assert.deepEqual([lineage?.class, lineage?.packageVersion], ['L', '1.0.1']);
    });

  it('tells of nothing that npm itself wrote', () => {
    const strangers = armed.events.filter((event) => isWrite(event) && !event.process?.lineage);
    assert.deepEqual(strangers, []);
  });

  it('proves itself', () => {
    const [seeing] = armed.sensor.persistence.capabilities();
    assert.equal(seeing?.state, 'yes', seeing?.why ?? '');
  });
});

function isWrite(event: Event): event is FileEvent {
  return event.kind === 'file' && event.collector === 'persistence';
}
