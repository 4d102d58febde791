// Files that look like secrets and hold none: no value has the form of a real token, so that no provider takes it for one.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const inert = 'FAKE-LIFEGUARD-DECOY this is no secret\n';

const decoys = {
  'ssh-key': '.ssh/id_ed25519',
  'aws-credentials': '.aws/credentials',
  'github-token': '.config/gh/hosts.yml',
  'solana-key': '.config/solana/id.json',
  'chrome-passwords': '.config/google-chrome/Default/Login Data',
  'metamask-storage':
    '.config/google-chrome/Default/Local Extension Settings/nkbihfbeogaeaoehlefnkodbefgpgknn/000003.log',
  'shell-history': '.bash_history',
  npmrc: '.npmrc',
} as const;

/** Writes every decoy below `home`. The `.npmrc` is one that npm can read. */
export function placeDecoys(home: string): void {
  for (const [name, path] of Object.entries(decoys)) {
    const file = join(home, path);
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    writeFileSync(file, name === 'npmrc' ? '; FAKE-LIFEGUARD-DECOY\nfund=false\n' : inert, { mode: 0o600 });
  }
}
