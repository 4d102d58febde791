import { group, type PathByPlatform } from '../place.ts';

/** An editor's state database, by the name of its configuration directory. */
function editorState(directory: string): PathByPlatform {
  const file = `${directory}/User/globalStorage/state.vscdb`;
  return {
    linux: `~/.config/${file}`,
    darwin: `~/Library/Application Support/${file}`,
    win32: `~/AppData/Roaming/${file}`,
  };
}

const editorSignIn =
  'Sign out of the editor’s accounts (GitHub, Microsoft, settings sync) everywhere and sign in again.';

export const git = group(
  'git',
  {
    rotate:
      'Revoke the forge token that this file holds, create a new one, and read the forge’s audit log for its use.',
  },
  [
    ['credentials', 'credential-store', 'A', '~/.git-credentials', { readers: ['git-credential'] }],
    [
      'credentials-xdg',
      'credential-store',
      'A',
      { unix: '~/.config/git/credentials' },
      { readers: ['git-credential'], relocatedBy: ['XDG_CONFIG_HOME'] },
    ],
    ['config', 'config', 'C', '~/.gitconfig', { readers: ['git'] }],
    [
      'config-xdg',
      'config',
      'C',
      { unix: '~/.config/git/config' },
      { readers: ['git'], relocatedBy: ['XDG_CONFIG_HOME'] },
    ],
    ['repository-config', 'repo-config', 'B', '**/.git/config', { readers: ['git'] }],
    ['netrc', 'netrc', 'A', { unix: '~/.netrc', win32: '~/_netrc' }, { readers: ['git-credential'] }],
    [
      'gh',
      'gh-token',
      'A',
      { unix: '~/.config/gh/hosts.yml', win32: '~/AppData/Roaming/GitHub CLI/hosts.yml' },
      { readers: ['gh'], relocatedBy: ['GH_CONFIG_DIR', 'XDG_CONFIG_HOME'] },
    ],
    [
      'glab',
      'glab-token',
      'A',
      {
        linux: '~/.config/glab-cli/config.yml',
        darwin: '~/Library/Application Support/glab-cli/config.yml',
        win32: '~/AppData/Local/glab-cli/config.yml',
      },
      { readers: ['glab'] },
    ],
    ['python-gitlab', 'token', 'A', '~/.python-gitlab.cfg'],
    ['hub', 'token', 'B', { unix: '~/.config/hub' }],
    ['tea', 'token', 'B', { unix: '~/.config/tea/config.yml' }],
    ['mercurial', 'token', 'B', { unix: '~/.hgrc' }],
    ['subversion', 'token', 'B', { unix: '~/.subversion/auth/**' }],
    ['credential-manager', 'token', 'B', { unix: '~/.gcm/**' }],
    ['vscode', 'ide-auth-store', 'A', editorState('Code'), { readers: ['vscode'], rotate: editorSignIn }],
    [
      'vscode-insiders',
      'ide-auth-store',
      'A',
      editorState('Code - Insiders'),
      { readers: ['vscode'], rotate: editorSignIn },
    ],
    [
      'vscodium',
      'ide-auth-store',
      'A',
      editorState('VSCodium'),
      { readers: ['vscode'], rotate: editorSignIn },
    ],
    [
      'windsurf',
      'ide-auth-store',
      'A',
      editorState('Windsurf'),
      { readers: ['vscode'], rotate: editorSignIn },
    ],
    ['cursor', 'ide-auth-store', 'A', editorState('Cursor'), { readers: ['cursor'], rotate: editorSignIn }],
    [
      'jetbrains',
      'ide-auth-store',
      'A',
      {
        linux: '~/.config/JetBrains/*/c.kdbx',
        darwin: '~/Library/Application Support/JetBrains/*/c.kdbx',
        win32: '~/AppData/Roaming/JetBrains/*/c.kdbx',
      },
      { readers: ['jetbrains'], rotate: editorSignIn },
    ],
    [
      'github-desktop',
      'ide-auth-store',
      'B',
      {
        linux: '~/.config/GitHub Desktop/**',
        darwin: '~/Library/Application Support/GitHub Desktop/**',
        win32: '~/AppData/Roaming/GitHub Desktop/**',
      },
      { readers: ['github-desktop'] },
    ],
  ],
);
