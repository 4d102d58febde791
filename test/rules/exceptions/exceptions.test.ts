import assert from 'node:assert/strict';
import { covers, subjectOfMatch } from '../../../rules/exceptions/match.ts';
import { readExceptions } from '../../../rules/exceptions/read.ts';
import { completeEvent } from '../../../rules/testing/complete.ts';
import type { Event } from '../../../schema/event.ts';

const head = 'id: x\n    owner: sec@example.com\n    reason: agreed\n    expires: 2027-03-31\n    ';

function exceptions(scope: string): string {
  return `exceptions:\n  - ${head}${scope.replaceAll('\n', '\n    ')}\n`;
}

function event(partial: Record<string, unknown>): Event {
  const complete = completeEvent(partial, 0);
  if (typeof complete === 'string') assert.fail(complete);
  return complete;
}

const acting = {
  name: '@evil/tool',
  version: '1.4.0',
  purl: 'pkg:npm/%40evil/tool@1.4.0',
  project: '/home/dev/app',
  integrity: 'sha512-abc',
};
const read = event({
  kind: 'file',
  action: 'open',
  path: '/home/dev/.npmrc',
  secret: { place: 'npmrc', kind: 'token', group: 'registry' },
  process: {},
  package: acting,
});
const key = event({
  kind: 'file',
  action: 'open',
  path: '/home/dev/.ssh/id',
  secret: { place: 'ssh-key', kind: 'private-key', group: 'ssh' },
  process: {},
  package: acting,
});
const connect = event({
  kind: 'connection',
  direction: 'outbound',
  protocol: 'tcp',
  address: '192.0.2.7',
  port: 443,
  hostname: 'registry.example.com',
  process: {},
  package: acting,
});

describe('exceptions', () => {
  const scopes: readonly (readonly [scope: string, events: readonly Event[], covered: boolean])[] = [
    ['rule: r1', [read], true],
    ['rule: a_name', [read], true],
    ['rule: [r0, r1]', [read], true],
    ['rule: r2', [read], false],
    ['package: pkg:npm/%40evil/tool\nversions: ^1.2', [read], true],
    ['package: pkg:npm/%40evil/tool\nversions: ^2', [read], false],
    ['package: pkg:npm/tool\nversions: ^1.2', [read], false],
    ['package: pkg:npm/%40evil/tool\nintegrity: sha512-abc', [read], true],
    ['package: pkg:npm/%40evil/tool\nintegrity: sha512-other', [read], false],
    ['rule: r1\nsecret: npmrc', [read], true],
    ['rule: r1\nsecret: token', [read], true],
    ['rule: r1\nsecret: registry', [read, connect], true],
    ['rule: r1\nsecret: npmrc', [read, key], false],
    ['rule: r1\nsecret: [npmrc, ssh]', [read, key], true],
    ['rule: r1\nsecret: npmrc', [connect], false],
    ['rule: r1\ndestination: registry.example.com', [connect], true],
    ['rule: r1\ndestination: "*.example.com"', [connect], true],
    ['rule: r1\ndestination: "*.example.org"', [connect], false],
    ['rule: r1\ndestination: 192.0.2.0/24', [connect], true],
    ['rule: r1\ndestination: 198.51.100.0/24', [connect], false],
    ['rule: r1\ndestination: registry.example.com', [read], false],
    ['rule: r1\nproject: /home/dev/app', [read], true],
    ['rule: r1\nproject: /home/dev', [read], true],
    ['rule: r1\nproject: /home/dev/ap', [read], false],
    ['rule: r1\nuser: dev', [read], true],
    ['rule: r1\nuser: root', [read], false],
    ['rule: r1\nsecret: npmrc\ndestination: registry.example.com\nuser: dev', [read, connect], true],
  ];
  for (const [scope, events, expected] of scopes)
    it(`${expected ? 'cover' : 'leave'}: ${scope.replaceAll('\n', '; ')} (${events.length} events)`, () => {
      const {
        exceptions: [exception],
        problems,
      } = readExceptions(exceptions(scope), 'x.yml');
      assert.deepEqual(problems, []);
      assert.ok(exception);
      assert.equal(covers(exception, subjectOfMatch(['r1', 'a_name'], events)), expected);
    });

  it('end with the day on which they expire', () => {
    const {
      exceptions: [exception],
    } = readExceptions(exceptions('rule: r1'), 'x.yml');
    assert.ok(exception);
    const at = (time: string): boolean => covers(exception, subjectOfMatch(['r1'], [{ ...read, time }]));
    assert.equal(at('2027-03-31T23:59:59.000Z'), true);
    assert.equal(at('2027-04-01T00:00:00.000Z'), false);
  });

  const refused: readonly (readonly [text: string, message: RegExp])[] = [
    [exceptions('package: pkg:npm/evil'), /by its name alone/],
    [exceptions('user: dev'), /every rule and package/],
    [exceptions('rule: r1\nversions: ^1'), /package is missing/],
    [exceptions('package: evil\nversions: ^1'), /expected a package URL/],
    [exceptions('package: pkg:npm/evil@1.0.0\nversions: ^1'), /without a version/],
    [exceptions('package: pkg:npm/evil\nversions: "*"'), /a range that ends/],
    [exceptions('package: pkg:npm/evil\nversions: ">=1"'), /a range that ends/],
    [exceptions('rule: r1\ndestination: "*"'), /neither a host name nor a network/],
    [exceptions('rule: r1\ncolour: red'), /unknown key colour/],
    [exceptions('rule: r1').replace('sec@example.com', '""'), /owner is empty/],
    [exceptions('rule: r1').replace('2027-03-31', 'never'), /expected a day/],
    [exceptions('rule: r1').replace('reason: agreed', 'user: a'), /reason is missing/],
    [`${exceptions('rule: r1')}  - ${head}rule: r2\n`, /x is there twice/],
    ['exceptions: none\n', /a map with id/],
  ];
  for (const [text, message] of refused)
    it(`are refused: ${message.source}`, () => {
      const { problems, exceptions: found } = readExceptions(text, 'x.yml');
      assert.match(problems.map((problem) => problem.message).join(), message);
      assert.ok(problems.every(({ line, column }) => line >= 1 && column >= 1));
      assert.ok(found.length <= 1);
    });
});
