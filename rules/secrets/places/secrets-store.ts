import { group } from '../place.ts';

const vault =
  'Change the vault’s master password, then every password and token stored in it, most valuable first.';
const certificates = [
  '/node_modules/',
  '/site-packages/',
  '/dist-packages/',
  '/etc/ssl/',
  '/usr/share/',
  '/usr/lib/',
];

export const secretsStore = group('secrets-store', { rotate: vault }, [
  ['gnome-keyring', 'vault', 'A', { linux: '~/.local/share/keyrings/**' }, { readers: ['keyring'] }],
  ['kwallet', 'vault', 'A', { linux: '~/.local/share/kwalletd/**' }, { readers: ['keyring'] }],
  ['login-keychain', 'vault', 'A', { darwin: '~/Library/Keychains/**' }],
  ['system-keychain', 'vault', 'A', { darwin: '/Library/Keychains/System.keychain' }],
  ['dpapi', 'vault', 'A', { win32: '~/AppData/Roaming/Microsoft/Protect/**' }],
  [
    'windows-credentials',
    'vault',
    'A',
    {
      win32: [
        '~/AppData/Roaming/Microsoft/Credentials/**',
        '~/AppData/Local/Microsoft/Credentials/**',
        '~/AppData/Local/Microsoft/Vault/**',
      ],
    },
  ],
  [
    '1password',
    'vault',
    'A',
    {
      linux: '~/.config/1Password/**',
      darwin: '~/Library/Group Containers/2BUA8C4S2C.com.1password/**',
      win32: '~/AppData/Local/1Password/**',
    },
    { readers: ['one-password'] },
  ],
  ['1password-cli', 'vault', 'A', { unix: '~/.config/op/**' }, { readers: ['one-password'] }],
  [
    'bitwarden',
    'vault',
    'A',
    {
      linux: '~/.config/Bitwarden/data.json',
      darwin: '~/Library/Application Support/Bitwarden/data.json',
      win32: '~/AppData/Roaming/Bitwarden/data.json',
    },
    { readers: ['bitwarden'] },
  ],
  [
    'bitwarden-cli',
    'vault',
    'A',
    {
      linux: '~/.config/Bitwarden CLI/data.json',
      darwin: '~/Library/Application Support/Bitwarden CLI/data.json',
      win32: '~/AppData/Roaming/Bitwarden CLI/data.json',
    },
    { readers: ['bitwarden'] },
  ],
  ['keepass', 'vault', 'B', '~/**/*.kdbx', { readers: ['keepassxc'] }],
  ['pass', 'vault', 'A', { unix: '~/.password-store/**' }, { readers: ['gnupg', 'secrets', 'gopass'] }],
  [
    'gopass',
    'vault',
    'A',
    { unix: ['~/.local/share/gopass/**', '~/.config/gopass/**'] },
    { readers: ['gopass', 'gnupg'] },
  ],
  [
    'gnupg',
    'private-key',
    'A',
    {
      unix: '~/.gnupg/private-keys-v1.d/**',
      win32: ['~/.gnupg/private-keys-v1.d/**', '~/AppData/Roaming/gnupg/private-keys-v1.d/**'],
    },
    {
      readers: ['gnupg'],
      relocatedBy: ['GNUPGHOME'],
      rotate: 'Revoke the OpenPGP key, publish the revocation, and create a new key.',
    },
  ],
  [
    'gnupg-classic',
    'private-key',
    'A',
    '~/.gnupg/secring.gpg',
    {
      readers: ['gnupg'],
      relocatedBy: ['GNUPGHOME'],
      rotate: 'Revoke the OpenPGP key, publish the revocation, and create a new key.',
    },
  ],
  [
    'sops-age',
    'private-key',
    'A',
    { linux: '~/.config/sops/age/keys.txt', darwin: '~/Library/Application Support/sops/age/keys.txt' },
    {
      readers: ['secrets'],
      rotate:
        'Create a new age key, re-encrypt every file, and change the secrets that were encrypted to the old one.',
    },
  ],
  [
    'shadow',
    'password-hashes',
    'A',
    { linux: '/etc/shadow' },
    { readers: ['login'], rotate: 'Change the passwords of the local accounts.' },
  ],
  ['accounts', 'accounts', 'C', { unix: '/etc/passwd' }],
  [
    'certificate-key',
    'key-file',
    'B',
    '**/*.{pem,p12,pfx,jks,keystore,keyfile}',
    { except: certificates, rotate: 'Replace the key and its certificate.' },
  ],
  [
    'process-memory',
    'process-memory',
    'A',
    { linux: '/proc/*/{environ,mem,maps}' },
    { rotate: 'Treat every secret in that process’s environment and memory as stolen.' },
  ],
]);
