// Where a write lasts: what starts with a shell, a session, a schedule, a commit, an editor, a coding agent or a build.
// Their reads are nothing special, so no open of them is held. `**/` places are looked for below a project.
import { group, type PathByPlatform } from '../place.ts';

const editors = '{Code,Code - Insiders,Cursor,Windsurf,VSCodium}';

function editorUser(files: string): PathByPlatform {
  return {
    linux: `~/.config/${editors}/User/${files}`,
    darwin: `~/Library/Application Support/${editors}/User/${files}`,
    win32: `~/AppData/Roaming/${editors}/User/${files}`,
  };
}

export const persistence = group(
  'persistence-surface',
  { ops: ['write'], rotate: 'Look at what was written, take it away, and treat the account as compromised.' },
  [
    [
      'shell-start',
      'shell-start',
      'B',
      {
        unix: [
          '~/.{bashrc,bash_profile,bash_login,bash_logout,bash_aliases,profile,zshrc,zprofile,zshenv,zlogin,kshrc}',
          '~/.config/fish/{config.fish,conf.d/*}',
        ],
      },
    ],
    [
      'system-shell-start',
      'shell-start',
      'A',
      { unix: '/etc/{profile,profile.d/*,bash.bashrc,zsh/*,environment}' },
    ],
    ['ssh-trust', 'ssh-trust', 'A', '~/.ssh/{authorized_keys*,config,rc,environment}'],
    ['user-unit', 'autostart', 'A', { linux: '~/.config/systemd/user/**' }],
    [
      'autostart',
      'autostart',
      'A',
      {
        linux: '~/.config/autostart/*.desktop',
        darwin: ['~/Library/LaunchAgents/*.plist', '/Library/Launch{Agents,Daemons}/*.plist'],
        win32: '~/AppData/Roaming/Microsoft/Windows/Start Menu/Programs/Startup/*',
      },
    ],
    ['system-unit', 'autostart', 'A', { linux: '/etc/systemd/system/**' }],
    ['cron', 'schedule', 'A', { unix: ['/var/spool/cron/**', '/etc/cron*', '/etc/cron*/*'] }],
    [
      'system-trust',
      'system-trust',
      'A',
      { unix: '/etc/{sudoers,sudoers.d/*,resolv.conf,hosts,ld.so.preload}' },
    ],
    ['git-config', 'git-config', 'B', '~/{.gitconfig,.config/git/config}'],
    ['git-template', 'git-hook', 'B', '~/{.git-templates,.config/git/template,.config/git/hooks}/**'],
    ['git-hook', 'git-hook', 'B', '**/.git/hooks/*'],
    ['repository-config', 'git-config', 'B', '**/.git/config'],
    ['workflow', 'ci', 'A', '**/.github/{workflows/*,setup.js,actions/**}'],
    [
      'pipeline',
      'ci',
      'A',
      '**/{.gitlab-ci.yml,.circleci/config.yml,azure-pipelines.yml,bitbucket-pipelines.yml,Jenkinsfile}',
    ],
    ['editor-user', 'editor', 'B', editorUser('{tasks,settings}.json')],
    ['editor-extension', 'editor', 'B', '~/.{vscode,cursor,windsurf,antigravity}/extensions/*'],
    [
      'editor-project',
      'editor',
      'B',
      '**/{.vscode/{tasks.json,settings.json,launch.json,setup.mjs},.idea/runConfigurations/*,.devcontainer/devcontainer.json,.zed/tasks.json}',
    ],
    [
      'agent-user',
      'coding-agent',
      'B',
      '~/{.claude/{settings*.json,CLAUDE.md,hooks/**,agents/**,commands/**,skills/**},.claude.json,.codex/AGENTS.md,.gemini/GEMINI.md,.cursor/rules/**}',
    ],
    [
      'agent-project',
      'coding-agent',
      'B',
      '**/{.claude/{settings*.json,CLAUDE.md,hooks/**,agents/**,commands/**,skills/**},.cursor/{mcp.json,rules/**},.cursorrules,.windsurfrules,.clinerules,.mcp.json,CLAUDE.md,AGENTS.md,GEMINI.md}',
    ],
    [
      'program',
      'program',
      'B',
      {
        unix: [
          '~/.local/bin/*',
          '~/.local/share/*/*.py',
          '~/.local/share/NodeJS/**',
          '~/.config/*monitor*/**',
        ],
      },
    ],
    ['worm', 'program', 'A', { unix: '~/{.dev-env,.truffler-cache}/**' }],
    ['manifest', 'manifest', 'B', '**/node_modules/{*,@*/*}/package.json'],
  ],
);
