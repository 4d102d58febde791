import { group } from '../place.ts';

export const ssh = group(
  'ssh',
  {
    readers: ['ssh', 'keyring'],
    rotate:
      'Create a new SSH key pair and remove the old public key from every forge and host that trusts it.',
  },
  [
    ['rsa', 'private-key', 'A', '~/.ssh/id_rsa'],
    ['ed25519', 'private-key', 'A', '~/.ssh/id_ed25519'],
    ['ecdsa', 'private-key', 'A', '~/.ssh/id_ecdsa'],
    ['dsa', 'private-key', 'A', '~/.ssh/id_dsa'],
    ['ed25519-sk', 'private-key', 'A', '~/.ssh/id_ed25519_sk'],
    ['ecdsa-sk', 'private-key', 'A', '~/.ssh/id_ecdsa_sk'],
    ['identity', 'private-key', 'A', '~/.ssh/identity'],
    ['pem', 'private-key', 'A', '~/.ssh/*.pem', { readers: ['ssh', 'ansible'] }],
    ['directory', 'private-key-dir', 'B', '~/.ssh/*', { readers: ['ssh', 'keyring', 'vscode', 'cursor'] }],
    ['public-key', 'public-key', 'C', '~/.ssh/*.pub'],
    ['config', 'config', 'C', '~/.ssh/config'],
    ['known-hosts', 'known-hosts', 'C', '~/.ssh/known_hosts*'],
    ['authorized-keys', 'authorized-keys', 'C', '~/.ssh/authorized_keys*', { readers: ['sshd', 'ssh'] }],
    [
      'host-key',
      'host-key',
      'A',
      { unix: '/etc/ssh/ssh_host_*_key' },
      { readers: ['sshd'], rotate: 'Create new SSH host keys and tell the people who log in here.' },
    ],
    ['putty-session', 'private-key', 'B', '~/.putty/sessions/*'],
    ['putty-key', 'private-key', 'B', '~/**/*.ppk'],
    ['agent', 'agent-socket', 'C', { unix: '$SSH_AUTH_SOCK' }, { ops: ['connect'] }],
    [
      '1password-agent',
      'agent-socket',
      'C',
      {
        linux: '~/.1password/agent.sock',
        darwin: '~/Library/Group Containers/2BUA8C4S2C.com.1password/t/agent.sock',
        win32: '~/.1password/agent.sock',
      },
      { ops: ['connect'] },
    ],
  ],
);
