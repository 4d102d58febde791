import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import type { Event, FileEvent } from '../../../schema/event.ts';
import { type Armed, armSensor, type Scratch, scratch, whyNot } from '../sensor/armed.ts';
import { type Finding, judged } from './judged.ts';
import { type Dependency, install, makeWorld, type World } from './install.ts';

const worker = new URL('../../../collectors/sensor/worker.ts', import.meta.url);

/** What the script does, and the action and path that are told: `~` is the home, `.` the project. */
const rules = {
  shell: 'Shell start file changed by package code',
  git: 'Git hook or configuration planted by a lifecycle script',
  ssh: 'SSH trust changed by a package or project',
  autostart: 'Autostart entry written by package code',
  ci: 'CI workflow written by package code',
  program: 'Program left in a home by a lifecycle script',
  manifest: 'Installed manifest rewritten by its own script',
  itself: 'Install script deletes itself',
  neighbour: 'Another package’s program changed by a lifecycle script',
  agent: 'IDE or coding-agent configuration written by package code',
} as const;

/** What the script does, the action and path that are told (`~` is the home, `.` the project), and the rule that fires. */
const surfaces: readonly (readonly [
  name: string,
  script: string,
  action: FileEvent['action'],
  path: string,
  rule: string,
])[] = [
  ['shell-start', 'echo "evil" >> ~/.bashrc', 'write', '~/.bashrc', rules.shell],
  ['shell-start-new', 'echo "evil" > ~/.zshrc', 'create', '~/.zshrc', rules.shell],
  ['rename-over', 'echo evil > ~/.t && mv ~/.t ~/.profile', 'rename', '~/.profile', rules.shell],
  [
    'hardlink-made',
    'echo evil > "$PROJECT/../x" && ln "$PROJECT/../x" ~/.zshenv',
    'create',
    '~/.zshenv',
    rules.shell,
  ],
  [
    'hardlink-written',
    'ln ~/.gitconfig "$PROJECT/../y" && echo evil >> "$PROJECT/../y"',
    'write',
    '~/.gitconfig',
    rules.git,
  ],
  [
    'symlink',
    'ln -s ~/.ssh "$PROJECT/../z" && echo key >> "$PROJECT/../z/authorized_keys"',
    'create',
    '~/.ssh/authorized_keys',
    rules.ssh,
  ],
  ['ssh-config', 'echo "ProxyCommand evil" > ~/.ssh/config', 'create', '~/.ssh/config', rules.ssh],
  [
    'autostart',
    'mkdir -p ~/.config/autostart && echo x > ~/.config/autostart/x.desktop',
    'create',
    '~/.config/autostart/x.desktop',
    rules.autostart,
  ],
  [
    'user-unit',
    'mkdir -p ~/.config/systemd/user && echo x > ~/.config/systemd/user/x.service',
    'create',
    '~/.config/systemd/user/x.service',
    rules.autostart,
  ],
  [
    'git-template',
    'mkdir -p ~/.git-templates/hooks && echo x > ~/.git-templates/hooks/post-checkout',
    'create',
    '~/.git-templates/hooks/post-checkout',
    rules.git,
  ],
  ['git-hook', 'echo x > "$PROJECT/.git/hooks/pre-commit"', 'create', './.git/hooks/pre-commit', rules.git],
  [
    'repository-config',
    'git config --file "$PROJECT/.git/config" core.hooksPath /x || echo x > "$PROJECT/.git/config"',
    'rename',
    './.git/config',
    rules.git,
  ],
  [
    'workflow',
    'mkdir -p "$PROJECT/.github/workflows" && echo x > "$PROJECT/.github/workflows/x.yml"',
    'create',
    './.github/workflows/x.yml',
    rules.ci,
  ],
  ['gitlab', 'echo x > "$PROJECT/.gitlab-ci.yml"', 'create', './.gitlab-ci.yml', rules.ci],
  ['task', 'echo {} > "$PROJECT/.vscode/tasks.json"', 'create', './.vscode/tasks.json', rules.agent],
  [
    'claude',
    'mkdir -p ~/.claude && echo {} > ~/.claude/settings.json',
    'create',
    '~/.claude/settings.json',
    rules.agent,
  ],
  [
    'claude-project',
    'mkdir -p "$PROJECT/.claude" && echo {} > "$PROJECT/.claude/settings.json"',
    'create',
    './.claude/settings.json',
    rules.agent,
  ],
  [
    'cursor',
    'mkdir -p "$PROJECT/.cursor/rules" && echo {} > "$PROJECT/.cursor/rules/setup.mdc"',
    'create',
    './.cursor/rules/setup.mdc',
    rules.agent,
  ],
  [
    'instructions',
    'echo x > "$PROJECT/CLAUDE.md"; echo x > "$PROJECT/AGENTS.md"',
    'create',
    './AGENTS.md',
    rules.agent,
  ],
  ['mcp', 'echo {} > "$PROJECT/.mcp.json"', 'create', './.mcp.json', rules.agent],
  [
    'program',
    'echo x > ~/.local/bin/gh-token-monitor.sh',
    'create',
    '~/.local/bin/gh-token-monitor.sh',
    rules.program,
  ],
  ['manifest', 'echo {} > package.json', 'write', './node_modules/manifest/package.json', rules.manifest],
  [
    'manifest-swapped',
    'echo {} > package.md && mv package.md package.json',
    'rename',
    './node_modules/manifest-swapped/package.json',
    rules.manifest,
  ],
  ['itself', 'sh setup.sh', 'delete', './node_modules/itself/setup.sh', rules.itself],
  [
    'neighbour',
    'echo evil >> ../itself/index.js',
    'write',
    './node_modules/itself/index.js',
    rules.neighbour,
  ],
  [
    'scrubbed',
    'env -i HOME="$HOME" setsid sh -c "echo x > ~/.zprofile; sleep 0.1"',
    'create',
    '~/.zprofile',
    rules.shell,
  ],
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

  it('has a rule for each, and no other package is accused of it', async () => {
    const findings = await judged(armed.events);
    const told = (finding: Finding) => `${finding.packageName}: ${finding.title}`;
    const wanted = surfaces.map(([name, , , , rule]) => `${name}: ${rule}`);
    assert.deepEqual([...new Set(findings.map(told))].sort(), wanted.sort());
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
