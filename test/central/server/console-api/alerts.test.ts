import assert from 'node:assert/strict';
import type { AlertDocument, AlertPage, AlertRow, DevicePage, Me } from '../../../../schema/api.ts';
import { sampleAlert } from '../../fixtures/alert.ts';
import { type AgentSocket, connected, type Enrolled, enrolled, heartbeat } from '../../fixtures/agent.ts';
import { testCentral, type TestCentral } from '../../fixtures/central.ts';
import { ask, events, post, signedIn } from '../../fixtures/console.ts';

const hostile = '<img src=x onerror=alert(1)>\u202Egnp.exe\u0000\u200B\uD800 \'"`${1}';

describe('alerts in the console’s API', () => {
  let central: TestCentral;
  let session: string;
  let device: Enrolled;
  let agent: AgentSocket;
  const alerts = [
    sampleAlert({ summary: 'the first', level: 'critical' }),
    sampleAlert({ summary: `Résumé ${hostile}`, level: 'low', user: hostile, host: hostile }),
    sampleAlert({ summary: '100% of a wallet', level: 'medium', time: '2020-01-01T00:00:00.000Z' }),
    sampleAlert({ summary: 'the last', level: 'informational' }),
  ];
  const positions = (page: { alerts: readonly AlertRow[] }) => page.alerts.map(({ position }) => position);

  before(async () => {
    central = await testCentral();
    session = await signedIn(central);
    device = await enrolled(central.agentUrl, await central.createToken());
    ({ agent } = await connected(central.agentUrl, device));
    agent.alerts(
      'spool-1',
      alerts.map((alert, index) => ({ seq: index + 1, alert })),
    );
    await agent.expect('ack');
  });
  after(() => central.remove());

  it('come newest arrival first, a page at a time', async () => {
    const first = await ask<AlertPage>(central, session, '/api/alerts?limit=3');
    assert.deepEqual(positions(first), [4, 3, 2]);
    const second = await ask<AlertPage>(central, session, `/api/alerts?limit=3&before=${first.next}`);
    assert.deepEqual([positions(second), second.next, second.latest], [[1], undefined, 4]);
  });

  it('are found by least level and by words, which are no pattern', async () => {
    const cases: readonly [query: string, positions: number[]][] = [
      ['level=medium', [3, 1]],
      ['level=critical', [1]],
      ['q=THE', [4, 1]],
      ['q=%25', [3]],
      ['q=.*', []],
      ['q=r%C3%A9sum%C3%A9', [2]],
      ['q=evil%401.0.1&level=critical', [1]],
      [`q=${encodeURIComponent('onerror=alert(1)')}`, [2]],
    ];
    for (const [query, expected] of cases)
      assert.deepEqual(
        positions(await ask<AlertPage>(central, session, `/api/alerts?${query}`)),
        expected,
        query,
      );
  });

  it('are given whole, as they were sent', async () => {
    for (const alert of alerts) {
      const found = await ask<AlertDocument>(central, session, `/api/alerts/${device.device}/${alert.id}`);
      assert.deepEqual(found.alert, alert);
    }
  });

  it('arrive in an open stream within a second, and are caught up after a break', async () => {
    const stop = new AbortController();
    const stream = events(central, session, '?after=2', stop.signal);
    const seen: string[] = [];
    const alert = sampleAlert({ summary: 'live' });
    let sent = 0;
    for await (const { event, data } of stream) {
      if (event !== 'alert') continue;
      seen.push((data as AlertRow).summary);
      if (seen.length === 2) {
        sent = performance.now();
        agent.alerts('spool-1', [{ seq: 5, alert }]);
      }
      if (seen.length === 3) break;
    }
    stop.abort();
    assert.ok(performance.now() - sent < 1000);
    assert.deepEqual(seen, ['100% of a wallet', 'the last', 'live']);
    await agent.expect('ack');
  });

  it('tell an open stream of devices, whose heartbeat shows in their list', async () => {
    const stop = new AbortController();
    const beat = heartbeat({ drops: { 'sensor.netlink-overflow': 3 }, pending: 7 });
    for await (const { event } of events(central, session, '', stop.signal)) {
      if (event === 'open') agent.send(beat);
      if (event === 'devices') break;
    }
    stop.abort();
    const { devices, total } = await ask<DevicePage>(central, session, '/api/devices');
    assert.equal(total, 1);
    const [row] = devices;
    assert.deepEqual([row?.id, row?.connected, row?.alerts], [device.device, true, 5]);
    assert.deepEqual(row?.heartbeat, beat);
    assert.equal(row && 'publicKey' in row, false);
    assert.equal((await ask<DevicePage>(central, session, '/api/devices?q=LAPTOP')).total, 1);
    assert.equal((await ask<DevicePage>(central, session, '/api/devices?q=nothing')).total, 0);
    const { connected: now } = (await ask<Me>(central, session, '/api/me')).central;
    assert.equal(now, 1);
  });

  it('end with the session: a stream does not outlive it', async () => {
    const brief = await testCentral({ bounds: { signIn: { session: 300 } } });
    const stop = new AbortController();
    const seen: string[] = [];
    for await (const { event } of events(brief, await signedIn(brief), '', stop.signal)) seen.push(event);
    assert.deepEqual(seen, ['open']);
    await brief.remove();
  });

  it('stop with a sign-out', async () => {
    const own = await signedIn(central);
    const authorization = `Bearer ${own}`;
    await post(central, '/api/sign-out', {}, { authorization });
    assert.equal(
      (await fetch(`${central.consoleUrl}/api/alerts`, { headers: { authorization } })).status,
      401,
    );
  });
});
