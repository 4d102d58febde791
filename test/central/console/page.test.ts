// The console in a real browser.
import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { sampleAlert } from '../fixtures/alert.ts';
import { type AgentSocket, connected, type Enrolled, enrolled, heartbeat } from '../fixtures/agent.ts';
import { type Browser, chromiumIsHere, openBrowser } from '../fixtures/browser.ts';
import { testCentral, type TestCentral } from '../fixtures/central.ts';

const hostile =
  '<img src=x onerror=alert(1)><script>alert(2)</script>"\'>${alert(3)}{{x}}\u202Egnp.exe\u0000\u001b[2J\u200B\u2066\u{E0041}\uD800';

describe('the console in Chromium', () => {
  let central: TestCentral;
  let browser: Browser;
  let device: Enrolled;
  let agent: AgentSocket;
  let page: Page;
  let seq = 0;

  before(async function () {
    if (!chromiumIsHere) {
      console.warn('SKIPPED the console in Chromium: /usr/bin/chromium is not installed');
      this.skip();
    }
    this.timeout(60_000);
    central = await testCentral();
    device = await enrolled(central.agentUrl, await central.createToken());
    ({ agent } = await connected(central.agentUrl, device));
    browser = await openBrowser();
    page = await browser.page();
  });
  after(async () => {
    if (!chromiumIsHere) return;
    await browser.close();
    await central.remove();
  });

  async function report(alert = sampleAlert()): Promise<void> {
    agent.alerts('spool-1', [{ seq: ++seq, alert }]);
    await agent.expect('ack');
  }

  const row = (text: string) => page.locator('.row', { hasText: text });

  it('shows nothing but the way in to somebody who has not signed in', async () => {
    await report(sampleAlert({ summary: 'SECRET-SENTENCE' }));
    await page.goto(central.consoleUrl);
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    assert.doesNotMatch(await page.content(), /SECRET-SENTENCE|laptop-7/);
  });

  it('lets a link in once, and takes its token out of the address', async () => {
    const link = central.createSignInLink();
    await page.goto(link);
    await row('SECRET-SENTENCE').waitFor();
    assert.equal(page.url(), `${central.consoleUrl}/`);
    const stored = await page.evaluate(() =>
      JSON.stringify([Object.entries(localStorage), Object.entries(sessionStorage), document.cookie]),
    );
    assert.ok(!stored.includes(new URL(link).hash.slice(1)));
    assert.match(stored, /,\[\],""\]$/);
    const other = await openBrowser();
    const stranger = await other.page();
    await stranger.goto(link);
    await stranger.getByText('was used before').waitFor();
    await other.close();
  });

  it('shows an alert within a second of its commit, without asking for it', async () => {
    await page.getByText('Live', { exact: true }).waitFor();
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    const start = performance.now();
    agent.alerts('spool-1', [{ seq: ++seq, alert: sampleAlert({ summary: 'it has just happened' }) }]);
    await row('it has just happened').waitFor();
    const took = performance.now() - start;
    await agent.expect('ack');
    assert.ok(took < 1000, `${took} ms`);
    assert.deepEqual(asked, []);
  });

  it('tells the story of one alert, reached and left by the keyboard', async () => {
    await page.keyboard.press('j');
    await page.keyboard.press('j');
    await page.keyboard.press('k');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'it has just happened' }).waitFor();
    const chain = await page.locator('.chain .process strong').allInnerTexts();
    assert.deepEqual(chain, ['bash', 'node', 'dash', 'node']);
    const story = await page.locator('main').innerText();
    for (const part of [
      '~/.ssh/id_ed25519',
      'evil@1.0.1',
      'nice-dates@2.1.0',
      'sh -c node steal.js',
      '203.0.113.9',
      '+4.050 s',
      'audit mode: the open was allowed',
    ])
      assert.ok(story.includes(part), part);
    await page.keyboard.press('Escape');
    await row('SECRET-SENTENCE').waitFor();
  });

  it('filters by words and level, also what arrives later', async () => {
    await page.keyboard.press('/');
    await page.keyboard.type('needle');
    await page.getByText('Nothing matches').waitFor();
    await report(sampleAlert({ summary: 'hay' }));
    await report(sampleAlert({ summary: 'a needle', level: 'low' }));
    await row('a needle').waitFor();
    assert.equal(await page.locator('.row').count(), 1);
    await page.getByRole('radio', { name: 'High +' }).check();
    await page.getByText('Nothing matches').waitFor();
    assert.match(page.url(), /level=high/);
    await page.getByRole('button', { name: 'Show all alerts' }).click();
    await row('hay').waitFor();
  });

  it('renders hostile text inert and makes what hides in it visible', async () => {
    const base = sampleAlert();
    const text = hostile.slice(0, 200);
    const process = { ...base.process!, image: text, commandLine: text };
    await report({
      ...base,
      summary: text,
      host: text,
      user: text,
      rule: { ...base.rule, id: text, title: text },
      package: {
        ...base.package!,
        name: text,
        version: text,
        directory: text,
        project: text,
        dependencyPath: [text],
      },
      secret: { ...base.secret!, path: text },
      destination: { address: text, port: 1, name: text },
      response: { action: 'observed', detail: text },
      reasons: [{ selection: text, field: text, value: text }],
      process,
      evidence: base.evidence.map((event) => ({ ...event, process, host: text, user: text })),
    });
    agent.send(
      heartbeat({
        drops: { [text]: 1 },
        capabilities: [{ name: text, collector: text, state: 'no', why: text, remedy: text }],
      }),
    );
    await row('onerror').click();
    await page.locator('.story').waitFor();
    await page.locator('.raw summary').click();
    for (const address of ['story', 'devices'] as const) {
      if (address === 'devices') {
        await page.getByRole('link', { name: 'Devices' }).click();
        await page.locator('.device details summary').waitFor();
      }
      const found = await page.evaluate(() => ({
        images: document.querySelectorAll('main img').length,
        scripts: document.querySelectorAll('main script').length,
        text: document.body.textContent,
        title: document.title,
      }));
      assert.deepEqual([found.images, found.scripts], [0, 0]);
      assert.doesNotMatch(found.text.replaceAll(/[\n ]/g, '') + found.title, /[\p{C}\u{200B}]/u);
      assert.match(found.text, /RLO/);
      assert.match(found.text, /<img src=x onerror=alert\(1\)>/);
      assert.equal(await page.evaluate(() => document.documentElement.scrollWidth > innerWidth), false);
    }
  });

  it('shows devices as they say they are', async () => {
    agent.send(heartbeat({ drops: { 'sensor.netlink-overflow': 12 }, mode: 'protect' }));
    await page.getByText('sensor.netlink-overflow').waitFor();
    await page.getByText('protect mode').waitFor();
    await page.getByText('a decoy was read and seen').waitFor();
  });

  it('fits a narrow screen', async () => {
    await page.setViewportSize({ width: 390, height: 844 });
    for (const path of ['/', '/devices']) {
      await page.goto(`${central.consoleUrl}${path}`);
      await page.locator('.row, .device').first().waitFor();
      assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 390, path);
    }
  });

  it('comes back by itself after the central collector was away, and misses nothing', async () => {
    await page.goto(central.consoleUrl);
    await page.locator('.live.live').waitFor();
    central = await central.restart(async () => page.locator('.live.lost').waitFor());
    ({ agent } = await connected(central.agentUrl, device));
    await report(sampleAlert({ summary: 'while nobody looked' }));
    await row('while nobody looked').waitFor();
    await page.locator('.live.live').waitFor();
    assert.equal(await row('while nobody looked').count(), 1);
  });

  it('ends with a sign-out, in every tab', async () => {
    const second = await browser.page();
    await second.goto(central.consoleUrl);
    await second.locator('.row').first().waitFor();
    await page.getByRole('button', { name: 'Sign out' }).click();
    for (const tab of [page, second]) await tab.getByRole('heading', { name: 'Sign in' }).waitFor();
    await page.goto(`${central.consoleUrl}/devices`);
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  });

  it('never met an error, a dialog or code that its policy blocked', () => {
    // Chromium itself notes each try while the central collector was away.
    const away = /net::ERR_CONNECTION_REFUSED/;
    assert.deepEqual(
      browser.complaints.filter((complaint) => !away.test(complaint)),
      [],
    );
  });
});
