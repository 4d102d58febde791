import assert from 'node:assert/strict';
import { scrub } from '../../../agent/daemon/enrich/scrub.ts';

// Made up, in the shape of the real ones.
const letters = 'a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8';
const secret = 'hunter2hunter2';

const leaks: readonly [what: string, line: string, hidden: string][] = [
  ['npm token', `npm config set //registry/:x npm_${letters}`, letters],
  ['npmrc line', `echo "//registry.example/:_authToken=${secret}" >> .npmrc`, secret],
  ['GitHub token', `git push https://ghp_${letters}@github.com/a/b`, letters],
  ['fine-grained token', `GH=github_pat_${letters}_x gh api`, letters],
  ['AWS key id', 'aws configure set x AKIAIOSFODNN7EXAMPLE', 'IOSFODNN7EXAMPLE'],
  ['AWS secret', `AWS_SECRET_ACCESS_KEY=${secret} aws s3 ls`, secret],
  ['option with =', `deploy --token=${secret} --region eu`, secret],
  ['option and word', `deploy --password ${secret} now`, secret],
  ['single-dash option', `tool -api-key ${secret}`, secret],
  ['quoted value', `curl --data 'password="two words ${secret}"' x`, secret],
  ['JSON body', `curl -d '{"user":"a","api_key":"${secret}"}' x`, secret],
  ['authorization header', `curl -H "Authorization: Bearer ${secret}" x`, secret],
  ['authorization, basic', `curl -H 'authorization: Basic ${letters}' x`, letters],
  ['bearer alone', `http x bearer ${secret}`, secret],
  ['x-api-key header', `curl -H 'X-Api-Key: ${secret}' x`, secret],
  ['cookie', `curl -H 'Cookie: sid=${secret}; b=${secret}' x`, secret],
  ['URL with password', `psql postgres://app:${secret}@db/prod`, secret],
  ['URL with token as user', `pip install https://${secret}@host/x`, secret],
  ['query parameter', `curl 'https://x/y?access_token=${secret}&z=1'`, secret],
  ['curl -u', `curl -u admin:${secret} https://x`, secret],
  ['curl --user=', `curl --user=admin:${secret} https://x`, secret],
  ['mysql -p', `mysql -h db -p${secret} prod`, secret],
  ['sshpass', `sshpass -p ${secret} ssh a@b`, secret],
  [
    'PEM',
    `echo "-----BEGIN OPENSSH PRIVATE KEY-----\n${letters}\n-----END OPENSSH PRIVATE KEY-----"`,
    letters,
  ],
  ['PEM without end', `echo -----BEGIN RSA PRIVATE KEY----- ${letters}`, letters],
  ['JWT', `curl x?q=eyJhbGciOiJIUzI1NiJ9.${letters}.${letters}`, letters],
  ['Slack', `notify xoxb-123456-${letters}`, letters],
  ['OpenAI and relatives', `llm sk-ant-api03-${letters}`, letters],
  ['Stripe', `stripe sk_live_${letters}`, letters],
  ['enrolment token of our own', `lifeguard enroll lgt1.${letters}`, letters],
  ['long hex after a key', `export WALLET_PRIVATE_KEY=0x${'ab'.repeat(32)}`, 'abababab'],
  ['colon form', `passphrase: ${secret}`, secret],
];

const kept: readonly string[] = [
  'node steal.js /home/a/.ssh/id_ed25519',
  'npm install --ignore-scripts lodash@4.17.21',
  'git clone ssh://git@github.com/a/b',
  'curl -fsSL https://example.com/install.sh | bash',
  'cat ~/.aws/credentials',
  'docker run image@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef',
  'git commit --author="A B" -m x',
  'cat /run/secrets/token',
  'tar -p -xf x.tar',
  'npm_lifecycle_event=postinstall node x.js',
  'curl -u alice https://x',
];

describe('scrub', () => {
  for (const [what, line, hidden] of leaks)
    it(`takes out: ${what}`, () => {
      const scrubbed = scrub(line);
      assert.ok(!scrubbed.includes(hidden), scrubbed);
      assert.match(scrubbed, /\[redacted/);
      assert.equal(scrub(scrubbed), scrubbed, 'twice is once');
    });

  for (const line of kept) it(`leaves alone: ${line.slice(0, 40)}`, () => assert.equal(scrub(line), line));

  it('takes linear time on hostile lines', () => {
    for (const unit of [
      '-----BEGIN ',
      'token',
      'a://',
      'eyJaaaaaaaaa.',
      '-u a',
      'mysql -p ',
      '"',
      'auth ',
      '-',
    ]) {
      const line = unit.repeat(Math.ceil(8192 / unit.length)).slice(0, 8192);
      const started = performance.now();
      scrub(line);
      assert.ok(performance.now() - started < 250, `${JSON.stringify(unit)} took too long`);
    }
  });
});
