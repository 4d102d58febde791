// Ways to reach a secret. Each is run as package code against a home of its own.
import { linkSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export const CONTENT = 'decoy key, worth nothing\n';

/** A directory with a home in it, and room outside of that home. */
export interface Place {
  readonly home: string;
  readonly outside: string;
  /** `home/.ssh/id_rsa`, there before the sensor is. */
  readonly key: string;
}

export interface Way {
  readonly name: string;
  /** What happens after the sensor is armed and before the read. */
  prepare?(place: Place): void;
  /** Program and arguments that print the secret. */
  command(place: Place): readonly [string, ...string[]];
  readonly env?: Readonly<Record<string, string>>;
  /** A directory appears and is marked a moment later (0.5 ms, more on a busy machine): the first reads may be missed. */
  readonly appears?: true;
  /** Row of the catalogue; `ssh/rsa` where it is absent. */
  readonly id?: string;
  /** Program without which this cannot be tried. */
  readonly needs?: string;
}

const node = process.execPath;
const odd = join(import.meta.dirname, 'odd-reads.py');
const read = 'process.stdout.write(require("node:fs").readFileSync(process.argv[1]))';
const readLater =
  'require("node:fs").readFile(process.argv[1], (e, b) => { if (e) throw e; process.stdout.write(b); })';

/** `mount` in a mount namespace of its own, then a program there. */
function inside(mounts: string, ...command: string[]): readonly [string, ...string[]] {
  return ['unshare', '-m', 'sh', '-c', `${mounts} && exec "$@"`, 'sh', ...command];
}

export const ways: readonly Way[] = [
  { name: 'node, synchronously', command: ({ key }) => [node, '-e', read, key] },
  {
    name: 'node, through io_uring',
    command: ({ key }) => [node, '-e', readLater, key],
    env: { UV_USE_IO_URING: '1' },
  },
  { name: 'cat', command: ({ key }) => ['cat', key] },
  { name: 'a shell builtin', command: ({ key }) => ['sh', '-c', `read -r line < ${key} && echo "$line"`] },
  { name: 'openat2', command: ({ key }) => ['python3', odd, 'openat2', key], needs: 'python3' },
  { name: 'mmap', command: ({ key }) => ['python3', odd, 'mapped', key], needs: 'python3' },
  {
    name: 'O_PATH, then open through /proc/self/fd',
    command: ({ key }) => ['python3', odd, 'reopened', key],
    needs: 'python3',
  },
  { name: 'open_by_handle_at', command: ({ key }) => ['python3', odd, 'handle', key], needs: 'python3' },
  {
    name: 'a hardlink made outside',
    prepare: ({ key, outside }) => linkSync(key, join(outside, 'innocent.txt')),
    command: ({ outside }) => ['cat', join(outside, 'innocent.txt')],
  },
  {
    name: 'a hardlink under the name of a lesser place',
    prepare: ({ key, home }) => linkSync(key, join(home, '.ssh', 'known_hosts.old')),
    command: ({ home }) => ['cat', join(home, '.ssh', 'known_hosts.old')],
  },
  {
    name: 'a secret moved out',
    prepare: ({ key, outside }) => renameSync(key, join(outside, 'moved')),
    command: ({ outside }) => ['cat', join(outside, 'moved')],
  },
  {
    name: 'its directory moved away',
    prepare: ({ home, outside }) => renameSync(join(home, '.ssh'), join(outside, 'elsewhere')),
    command: ({ outside }) => ['cat', join(outside, 'elsewhere', 'id_rsa')],
  },
  {
    name: 'a symbolic link',
    prepare: ({ key, outside }) => symlinkSync(key, join(outside, 'link')),
    command: ({ outside }) => ['cat', join(outside, 'link')],
  },
  {
    name: 'a bind mount in another mount namespace',
    prepare: ({ outside }) => mkdirSync(join(outside, 'bound')),
    command: ({ home, outside }) =>
      inside(`mount --bind ${home}/.ssh ${outside}/bound`, 'cat', join(outside, 'bound', 'id_rsa')),
    needs: 'unshare',
  },
  {
    name: 'an overlay in a user namespace',
    prepare: ({ outside }) => {
      for (const name of ['upper', 'work', 'merged']) mkdirSync(join(outside, name));
    },
    command: ({ home, outside }) => {
      const layers = `lowerdir=${home}/.ssh,upperdir=${outside}/upper,workdir=${outside}/work`;
      const mount = `mount -t overlay overlay -o ${layers} ${outside}/merged`;
      return ['unshare', '-Urm', 'sh', '-c', `${mount} && exec cat ${outside}/merged/id_rsa`];
    },
    needs: 'unshare',
  },
  { name: 'a user namespace', command: ({ key }) => ['unshare', '-Ur', 'cat', key], needs: 'unshare' },
  { name: 'a pid namespace', command: ({ key }) => ['unshare', '-pf', 'cat', key], needs: 'unshare' },
  {
    name: 'another file mounted over an expected reader',
    command: ({ key }) =>
      inside('mount --bind "$(readlink -f "$(command -v cat)")" /usr/bin/ssh-keygen', 'ssh-keygen', key),
    needs: 'ssh-keygen',
  },
  {
    name: 'a key that is made later',
    prepare: ({ home }) => writeFileSync(join(home, '.ssh', 'id_ed25519'), CONTENT),
    command: ({ home }) => ['cat', join(home, '.ssh', 'id_ed25519')],
    id: 'ssh/ed25519',
  },
  {
    name: 'a key that replaces the old one',
    prepare({ key, outside }) {
      writeFileSync(join(outside, 'new'), CONTENT);
      renameSync(join(outside, 'new'), key);
    },
    command: ({ key }) => ['cat', key],
  },
  {
    name: 'a file of the home itself that is replaced',
    prepare({ home, outside }) {
      writeFileSync(join(outside, 'new'), CONTENT);
      renameSync(join(outside, 'new'), join(home, '.netrc'));
    },
    command: ({ home }) => ['cat', join(home, '.netrc')],
    id: 'git/netrc',
  },
  {
    name: 'a directory that is made later',
    appears: true,
    prepare({ home }) {
      mkdirSync(join(home, '.aws'));
      writeFileSync(join(home, '.aws', 'credentials'), CONTENT);
    },
    command: ({ home }) => ['cat', join(home, '.aws', 'credentials')],
    id: 'cloud/aws',
  },
  {
    name: 'a directory that is deleted and made again',
    appears: true,
    prepare({ home, key }) {
      rmSync(join(home, '.ssh'), { recursive: true });
      mkdirSync(join(home, '.ssh'));
      writeFileSync(key, CONTENT);
    },
    command: ({ key }) => ['cat', key],
  },
  {
    name: 'a directory that is moved in',
    appears: true,
    prepare({ home, outside }) {
      mkdirSync(join(outside, 'gcloud'));
      writeFileSync(join(outside, 'gcloud', 'credentials.db'), CONTENT);
      mkdirSync(join(home, '.config'));
      renameSync(join(outside, 'gcloud'), join(home, '.config', 'gcloud'));
    },
    command: ({ home }) => ['cat', join(home, '.config', 'gcloud', 'credentials.db')],
    id: 'cloud/gcloud',
  },
  {
    name: 'a browser profile that is made later',
    appears: true,
    prepare({ home }) {
      const profile = join(home, '.config', 'google-chrome', 'Profile 7');
      mkdirSync(profile, { recursive: true });
      writeFileSync(join(profile, 'Login Data'), CONTENT);
    },
    command: ({ home }) => ['cat', join(home, '.config', 'google-chrome', 'Profile 7', 'Login Data')],
    id: 'browser/chrome-login-db',
  },
  {
    name: 'a directory that is a link to elsewhere',
    appears: true,
    prepare({ home, outside }) {
      mkdirSync(join(outside, 'dotfiles'));
      symlinkSync(join(outside, 'dotfiles'), join(home, '.kube'));
      writeFileSync(join(outside, 'dotfiles', 'config'), CONTENT);
    },
    command: ({ outside }) => ['cat', join(outside, 'dotfiles', 'config')],
    id: 'cloud/kube',
  },
];
