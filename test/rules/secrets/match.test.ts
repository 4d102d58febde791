import assert from 'node:assert/strict';
import { catalogue, createSecretMatcher } from '../../../rules/secrets/index.ts';

const chrome = '/home/u/.config/google-chrome';
const metamask = 'nkbihfbeogaeaoehlefnkodbefgpgknn';

const cases: readonly (readonly [path: string, id: string | undefined])[] = [
  ['/home/u/.ssh/id_ed25519', 'ssh/ed25519'],
  ['/home/u/.ssh/work', 'ssh/directory'],
  ['/home/u/.ssh/prod.pem', 'ssh/pem'],
  ['/home/u/.ssh/config', 'ssh/config'],
  ['/home/u/.ssh/known_hosts.old', 'ssh/known-hosts'],
  ['/home/u/.ssh/id_ed25519.pub', 'ssh/public-key'],
  ['/home/u/.ssh/keys/deep', undefined],
  ['/home/u/.ssh', undefined],
  ['/root/.ssh/id_rsa', 'ssh/rsa'],
  ['/home/other/.ssh/id_rsa', undefined],
  ['/home/u/sub/.ssh/id_rsa', undefined],
  ['/tmp/run-1/home/.ssh/id_rsa', 'ssh/rsa'],
  ['/home/u/.env', 'env-file/home'],
  ['/home/u/project/.env', 'env-file/project'],
  ['/home/u/project/.env.local', 'env-file/project-variant'],
  ['/home/u/.npmrc', 'registry/npmrc'],
  ['/home/u/project/.npmrc', 'registry/npmrc-project'],
  ['/home/u/.config/solana/id.json', 'wallet-devkey/solana'],
  ['/home/u/.config/solana/backup.json', 'wallet-devkey/solana-keypair'],
  ['/home/u/.aws/credentials', 'cloud/aws'],
  ['/home/u/.aws/amazonq/cache/token', 'ai-agent/amazon-q'],
  [`${chrome}/Default/Login Data`, 'browser/chrome-login-db'],
  [`${chrome}/Default/Login Data For Account`, 'browser/chrome-login-db'],
  [`${chrome}/Local State`, 'browser/chrome-os-crypt-key'],
  [`${chrome}/Default/Network/Cookies`, 'browser/chrome-cookies'],
  [`${chrome}/Default/Preferences`, undefined],
  [`${chrome}/Default/Local Extension Settings/${metamask}/000003.ldb`, 'wallet-extension/metamask'],
  [
    `${chrome}/Default/Local Extension Settings/abcdefghijklmnopabcdefghijklmnop/000003.ldb`,
    'browser/chrome-ext-storage',
  ],
  [
    `${chrome}/Profile 1/IndexedDB/chrome-extension_${metamask}_0.indexeddb.leveldb/1.log`,
    'wallet-extension/metamask',
  ],
  ['/home/u/.mozilla/firefox/x.default/key4.db', 'browser/firefox-key4'],
  ['/home/u/.cosmos/keyring-test/address', 'wallet-devkey/cosmos'],
  ['/home/u/.lnd/data/chain/admin.macaroon', 'wallet-devkey/lnd'],
  ['/home/u/backup/wallet.dat', 'wallet-desktop/wallet-file'],
  ['/mnt/usb/UTC--2020-01-01T00-00-00.000Z--ab', 'wallet-desktop/keystore-file'],
  ['/home/u/project/node_modules/agent-base/test/server.pem', undefined],
  ['/home/u/tls/server.pem', 'secrets-store/certificate-key'],
  ['/etc/shadow', 'secrets-store/shadow'],
  ['/proc/812/environ', 'secrets-store/process-memory'],
  ['/proc/812/status', undefined],
  ['/etc/hostname', undefined],
  ['/', undefined],
];

describe('matching a path', () => {
  const matcher = createSecretMatcher(catalogue('linux'), ['/home/u', '/root', '/tmp/run-1/home']);

  for (const [path, id] of cases) {
    it(`${path} is ${id ?? 'no secret'}`, () => assert.equal(matcher.match(path)?.place.id, id));
  }

  it('names the home', () => {
    assert.equal(matcher.match('/root/.ssh/id_rsa')?.home, '/root');
    assert.equal(matcher.match('/etc/shadow')?.home, undefined);
    assert.equal(matcher.match('/home/u/project/.env')?.home, undefined);
  });

  it('takes the inner of two nested homes', () => {
    const nested = createSecretMatcher(catalogue('linux'), ['/home/u', '/home/u/tmp/h']);
    assert.equal(nested.match('/home/u/tmp/h/.ssh/id_rsa')?.home, '/home/u/tmp/h');
  });

  it('ignores case and separators where the platform does', () => {
    const windows = createSecretMatcher(catalogue('win32'), ['C:\\Users\\U'], 'win32');
    assert.equal(windows.match('c:\\users\\u\\.SSH\\ID_RSA')?.place.id, 'ssh/rsa');
    const mac = createSecretMatcher(catalogue('darwin'), ['/Users/u'], 'darwin');
    assert.equal(
      mac.match('/Users/u/Library/keychains/login.keychain-db')?.place.id,
      'secrets-store/login-keychain',
    );
  });

  it('answers at once for the longest path that an attacker can make', () => {
    const long = `/home/u/${'a/'.repeat(2000)}Login Data`.slice(0, 4095);
    const start = performance.now();
    matcher.match(long);
    assert.ok(performance.now() - start < 50);
  });

  it('stays within its budget of 2 µs for a typical path, with room for a busy machine', () => {
    const paths = cases.map(([path]) => path);
    for (let round = 0; round < 500; round++) for (const path of paths) matcher.match(path);
    const start = performance.now();
    for (let round = 0; round < 1000; round++) for (const path of paths) matcher.match(path);
    const micro = ((performance.now() - start) * 1000) / (1000 * paths.length);
    assert.ok(micro < 10, `${micro.toFixed(2)} µs`);
  });
});
