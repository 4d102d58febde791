import assert from 'node:assert/strict';
import { catalogue, isExpectedReader } from '../../../rules/secrets/index.ts';

const places = catalogue('linux');
const nvm = '/home/u/.nvm/versions/node/v22.1.0';

interface Case {
  readonly id: string;
  readonly image: string;
  readonly script?: string;
  readonly expected: boolean;
}

const cases: readonly Case[] = [
  { id: 'ssh/ed25519', image: '/usr/bin/ssh', expected: true },
  { id: 'ssh/ed25519', image: '/usr/bin/ssh-add', expected: true },
  { id: 'ssh/ed25519', image: '/usr/bin/cat', expected: false },
  { id: 'ssh/ed25519', image: '/usr/bin/git', expected: false },
  { id: 'ssh/ed25519', image: '/tmp/ssh', expected: false },
  { id: 'ssh/ed25519', image: '/home/u/project/node_modules/.bin/ssh', expected: false },
  { id: 'ssh/ed25519', image: '', expected: false },
  { id: 'git/credentials', image: '/usr/lib/git-core/git-credential-store', expected: true },
  { id: 'git/netrc', image: '/usr/bin/curl', expected: false },
  {
    id: 'registry/npmrc',
    image: '/usr/bin/node',
    script: '/usr/lib/node_modules/npm/bin/npm-cli.js',
    expected: true,
  },
  {
    id: 'registry/npmrc',
    image: `${nvm}/bin/node`,
    script: `${nvm}/lib/node_modules/npm/bin/npm-cli.js`,
    expected: true,
  },
  {
    id: 'registry/npmrc',
    image: '/usr/bin/node',
    script: '/usr/share/nodejs/npm/bin/npm-cli.js',
    expected: true,
  },
  {
    id: 'registry/npmrc',
    image: '/usr/bin/node',
    script: '/home/u/.cache/node/corepack/v1/pnpm/10.1.0/bin/pnpm.cjs',
    expected: true,
  },
  {
    id: 'registry/npmrc',
    image: '/usr/bin/node',
    script: '/home/u/p/node_modules/npm/bin/npm-cli.js',
    expected: false,
  },
  {
    id: 'registry/npmrc',
    image: '/usr/bin/node',
    script: '/home/u/p/node_modules/evil/lib/node_modules/npm/bin/npm-cli.js',
    expected: false,
  },
  {
    id: 'registry/npmrc',
    image: '/usr/bin/node',
    script: '/tmp/lib/node_modules/npm/bin/npm-cli.js',
    expected: false,
  },
  {
    id: 'registry/npmrc',
    image: '/home/u/p/node_modules/evil/node',
    script: '/usr/lib/node_modules/npm/bin/npm-cli.js',
    expected: false,
  },
  { id: 'registry/npmrc', image: '/usr/bin/node', expected: false },
  {
    id: 'registry/npmrc',
    image: '/usr/bin/node',
    script: '/home/u/p/node_modules/evil/install.js',
    expected: false,
  },
  {
    id: 'ssh/ed25519',
    image: '/usr/bin/node',
    script: '/usr/lib/node_modules/npm/bin/npm-cli.js',
    expected: false,
  },
  { id: 'browser/chrome-login-db', image: '/opt/google/chrome/chrome', expected: true },
  { id: 'browser/chrome-login-db', image: '/usr/bin/sqlite3', expected: false },
  { id: 'browser/firefox-key4', image: '/snap/firefox/4173/usr/lib/firefox/firefox', expected: true },
  { id: 'browser/firefox-key4', image: '/opt/google/chrome/chrome', expected: false },
  {
    id: 'cloud/cloudflare',
    image: '/usr/bin/node',
    script: '/home/u/p/node_modules/wrangler/wrangler-dist/cli.js',
    expected: true,
  },
  {
    id: 'cloud/cloudflare',
    image: '/usr/bin/node',
    script: '/home/u/p/node_modules/.pnpm/wrangler@4.1.0/node_modules/wrangler/bin/wrangler.js',
    expected: true,
  },
  {
    id: 'cloud/cloudflare',
    image: '/usr/bin/node',
    script: '/home/u/p/node_modules/evil/node_modules/wrangler/bin/wrangler.js',
    expected: false,
  },
  {
    id: 'cloud/cloudflare',
    image: '/usr/bin/node',
    script: '/home/u/p/node_modules/wrangler/postinstall.js',
    expected: false,
  },
  { id: 'cloud/aws', image: '/usr/local/aws-cli/v2/2.15.0/dist/aws', expected: true },
  { id: 'cloud/aws', image: '/usr/bin/python3.11', script: '/usr/bin/aws', expected: true },
  { id: 'cloud/aws', image: '/usr/bin/python3.11', script: '/home/u/steal.py', expected: false },
  {
    id: 'ai-agent/claude',
    image: '/usr/bin/node',
    script: '/usr/lib/node_modules/@anthropic-ai/claude-code/cli.js',
    expected: true,
  },
  {
    id: 'cloud/kube',
    image: '/home/linuxbrew/.linuxbrew/Cellar/kubernetes-cli/1.34.0/bin/kubectl',
    expected: true,
  },
  {
    id: 'cloud/kube',
    image: '/home/u/.local/share/mise/installs/kubectl/1.34.0/bin/kubectl',
    expected: true,
  },
  { id: 'cloud/kube', image: '/home/u/project/bin/kubectl', expected: false },
  { id: 'cloud/supabase', image: '/home/u/project/node_modules/supabase/bin/supabase', expected: true },
  {
    id: 'cloud/supabase',
    image: '/home/u/project/node_modules/evil/node_modules/supabase/bin/supabase',
    expected: false,
  },
  { id: 'secrets-store/shadow', image: '/usr/sbin/unix_chkpwd', expected: true },
];

describe('expected readers', () => {
  for (const { id, image, script, expected } of cases) {
    it(`${image || 'an unknown program'}${script ? ` ${script}` : ''} ${expected ? 'may read' : 'is a stranger at'} ${id}`, () => {
      const place = places.find((candidate) => candidate.id === id);
      assert.ok(place);
      const reader = { image, parents: [], ...(script === undefined ? {} : { mainScript: script }) };
      assert.equal(isExpectedReader(place, reader), expected);
    });
  }

  it('takes further homes for `~`', () => {
    const npmrc = places.find((place) => place.id === 'registry/npmrc');
    assert.ok(npmrc);
    const root = '/data/people/u/.nvm/versions/node/v22.1.0';
    const reader = {
      image: `${root}/bin/node`,
      parents: [],
      mainScript: `${root}/lib/node_modules/npm/bin/npm-cli.js`,
    };
    assert.equal(isExpectedReader(npmrc, reader), false);
    assert.equal(isExpectedReader(npmrc, reader, ['/data/people/u']), true);
  });
});
