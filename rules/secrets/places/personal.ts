import { group } from '../place.ts';

/** `~/.config/X`, `~/Library/Application Support/X`, `~/AppData/Roaming/X`. */
function application(directory: string) {
  return {
    linux: `~/.config/${directory}`,
    darwin: `~/Library/Application Support/${directory}`,
    win32: `~/AppData/Roaming/${directory}`,
  };
}

export const messaging = group(
  'messaging',
  { rotate: 'End all other sessions of this account in its settings and sign in again.' },
  [
    [
      'telegram',
      'telegram',
      'A',
      {
        linux: '~/.local/share/TelegramDesktop/tdata/**',
        darwin: [
          '~/Library/Application Support/Telegram Desktop/tdata/**',
          '~/Library/Group Containers/6N38VWS5BX.ru.keepcoder.Telegram/**',
        ],
        win32: '~/AppData/Roaming/Telegram Desktop/tdata/**',
      },
      { readers: ['telegram'] },
    ],
    ['discord', 'discord', 'A', application('discord/Local Storage/leveldb/**'), { readers: ['discord'] }],
    [
      'discord-ptb',
      'discord',
      'A',
      application('discordptb/Local Storage/leveldb/**'),
      { readers: ['discord'] },
    ],
    [
      'discord-canary',
      'discord',
      'A',
      application('discordcanary/Local Storage/leveldb/**'),
      { readers: ['discord'] },
    ],
    ['slack-cookies', 'slack', 'A', application('Slack/Cookies'), { readers: ['slack'] }],
    [
      'slack-storage',
      'slack',
      'A',
      application('Slack/{Local Storage/leveldb,storage,IndexedDB}/**'),
      { readers: ['slack'] },
    ],
    [
      'slack-store',
      'slack',
      'A',
      { darwin: '~/Library/Containers/com.tinyspeck.slackmacgap/Data/Library/Application Support/Slack/**' },
      { readers: ['slack'] },
    ],
    ['signal', 'signal', 'A', application('Signal/{config.json,sql/db.sqlite}'), { readers: ['signal'] }],
    ['element', 'element', 'B', application('Element/**'), { readers: ['element'] }],
    ['imessage', 'imessage', 'A', { darwin: '~/Library/Messages/chat.db' }],
    [
      'apple-notes',
      'apple-notes',
      'A',
      { darwin: '~/Library/Group Containers/group.com.apple.notes/NoteStore.sqlite' },
    ],
    [
      'thunderbird',
      'mail',
      'A',
      {
        linux: '~/.thunderbird/*/{logins.json,key4.db}',
        darwin: '~/Library/Thunderbird/Profiles/*/logins.json',
        win32: '~/AppData/Roaming/Thunderbird/Profiles/*/logins.json',
      },
      { readers: ['mozilla'], rotate: 'Change the mail passwords that Thunderbird stores.' },
    ],
    [
      'filezilla',
      'ftp',
      'A',
      {
        linux: '~/.config/filezilla/sitemanager.xml',
        win32: '~/AppData/Roaming/FileZilla/{sitemanager,recentservers}.xml',
      },
      { readers: ['filezilla'], rotate: 'Change the passwords of the servers that FileZilla stores.' },
    ],
  ],
);

export const history = group(
  'history',
  {
    readers: ['shell'],
    rotate: 'Look through this history for pasted passwords and tokens and replace those.',
  },
  [
    ['bash', 'shell-history', 'A', { unix: '~/.bash_history' }],
    ['zsh', 'shell-history', 'A', { unix: '~/.{zsh_history,zhistory}' }],
    ['zsh-sessions', 'shell-history', 'A', { unix: '~/.zsh_sessions/**' }],
    ['fish', 'shell-history', 'A', { unix: '~/.local/share/fish/fish_history' }],
    ['atuin', 'shell-history', 'B', { unix: '~/.local/share/atuin/history.db' }, { readers: ['atuin'] }],
    [
      'powershell',
      'shell-history',
      'A',
      {
        unix: '~/.local/share/powershell/PSReadLine/ConsoleHost_history.txt',
        win32: '~/AppData/Roaming/Microsoft/Windows/PowerShell/PSReadLine/ConsoleHost_history.txt',
      },
      { readers: ['powershell'] },
    ],
    ['node', 'repl-history', 'B', '~/.node_repl_history'],
    ['python', 'repl-history', 'B', '~/.python_history'],
    ['psql', 'sql-history', 'B', { unix: '~/.psql_history' }, { readers: ['sql-client'] }],
    ['mysql', 'sql-history', 'B', { unix: '~/.mysql_history' }, { readers: ['sql-client'] }],
    ['redis', 'sql-history', 'B', { unix: '~/.rediscli_history' }, { readers: ['sql-client'] }],
    ['sqlite', 'sql-history', 'B', { unix: '~/.sqlite_history' }, { readers: ['sql-client'] }],
    ['mongodb', 'sql-history', 'B', '~/.mongodb/mongosh/**', { readers: ['sql-client'] }],
    ['nushell', 'shell-history', 'B', { unix: '~/.config/nushell/history.*' }],
  ],
);

export const envFile = group('env-file', { rotate: 'Replace every secret that this file holds.' }, [
  ['home', 'dotenv', 'A', '~/.env'],
  ['project', 'dotenv', 'C', '**/.env'],
  ['project-variant', 'dotenv', 'C', '**/.env.{local,development,production,staging,test}'],
  ['direnv', 'dotenv', 'C', '**/.envrc'],
]);
