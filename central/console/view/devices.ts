import { html, nothing, type TemplateResult } from 'lit-html';
import { repeat } from 'lit-html/directives/repeat.js';
import type { DeviceRow, Me } from '../../../schema/api.ts';
import type { Capability } from '../../../schema/capability.ts';
import type { Heartbeat } from '../../../schema/wire.ts';
import { state } from '../state.ts';
import { exact, fact, failure, said, waiting, when } from './part.ts';

export function devicesView(): TemplateResult {
  const { devices } = state;
  if (devices.state === 'loading') return waiting();
  if (devices.state === 'failed') return failure(devices.reason);
  const { devices: rows, total, me } = devices.value;
  return html`
    <h1 tabindex="-1">Devices</h1>
    <p class="small">
      ${total} enrolled, ${me.central.connected} connected now${total > rows.length ? html`; the ${rows.length} seen last are shown` : nothing}.
    </p>
    ${
      rows.length === 0
        ? none()
        : repeat(
            rows,
            (row) => row.id,
            (row) => deviceView(row, rows.length === 1),
          )
    }
    ${door(me)}
  `;
}

function none(): TemplateResult {
  return html`
    <section class="empty">
      <h2>No device has joined</h2>
      <p>Print a token that one agent can use once, and hand it to <code>lifeguard enroll</code> on the laptop:</p>
      <pre class="command"><code>npx lifeguard central token</code></pre>
    </section>
  `;
}

function deviceView(device: DeviceRow, open: boolean): TemplateResult {
  const { host, heartbeat } = device;
  const presence = device.revoked === undefined ? (device.connected ? 'connected' : 'away') : 'revoked';
  return html`
    <article class="device card ${presence}">
      <header>
        <h2>${said(host.hostname)}</h2>
        <span class="presence">${presence}</span>
        ${heartbeat ? html`<span class="mode ${heartbeat.mode}">${heartbeat.mode} mode</span>` : nothing}
      </header>
      <dl class="row-of-facts">
        ${fact('System', said(`${host.osRelease} · ${host.architecture}`))}
        ${fact('Agent', said(host.agentVersion))}
        ${fact('Seen', device.lastSeen === undefined ? 'never' : when(device.lastSeen))}
        ${fact('Alerts', html`<a href="/?q=${encodeURIComponent(host.hostname)}">${device.alerts}</a>`)}
        ${heartbeat ? heartbeatFacts(heartbeat) : nothing}
        ${fact('Device', exact(device.id))}
      </dl>
      ${heartbeat ? html`${drops(heartbeat)}${capabilities(heartbeat.capabilities, open)}` : nothing}
    </article>
  `;
}

function heartbeatFacts({ pending, rules, resources }: Heartbeat): TemplateResult {
  const memory = `${Math.round(resources.rss / 1e6)} MB`;
  return html`
    ${fact('Waiting to be sent', String(pending))}
    ${fact('Rules', rules.broken > 0 ? html`${rules.loaded}, <b class="bad">${rules.broken} broken</b>` : String(rules.loaded))}
    ${fact('Memory', memory)} ${fact('CPU time', `${resources.cpuSeconds.toFixed(0)} s`)}
  `;
}

function drops({ drops: counts }: Heartbeat): TemplateResult {
  const lost = Object.entries(counts).filter(([, count]) => count > 0);
  if (lost.length === 0) return html`<p class="drops good">Nothing was lost since the agent started.</p>`;
  return html`
    <div class="drops bad">
      <strong>Lost since the agent started</strong>
      <ul>${lost.slice(0, 64).map(([cause, count]) => html`<li>${exact(cause)} ${count}</li>`)}</ul>
    </div>
  `;
}

const stateWords = { yes: 'yes', degraded: 'degraded', no: 'no' } as const;

function capabilities(rows: readonly Capability[], open: boolean): TemplateResult {
  const short = (name: Capability['state']) => rows.filter(({ state: found }) => found === name).length;
  const gaps = [`${short('yes')} yes`, `${short('degraded')} degraded`, `${short('no')} no`];
  return html`
    <details ?open=${open}>
      <summary>What its sensors can do <span class="small">${gaps.join(' · ')}</span></summary>
      <div class="scroll">
        <table class="capabilities">
          <thead>
            <tr><th scope="col">Capability</th><th scope="col">Proven</th><th scope="col">Why, and what to do</th></tr>
          </thead>
          <tbody>
            ${rows.map(
              (row) => html`<tr>
                <th scope="row">${said(row.name)} <span class="small">${said(row.collector)}</span></th>
                <td><span class="proven ${row.state}">${stateWords[row.state]}</span></td>
                <td>${said(row.why)}${row.remedy === undefined ? nothing : html`<p class="remedy">${said(row.remedy)}</p>`}</td>
              </tr>`,
            )}
          </tbody>
        </table>
      </div>
    </details>
  `;
}

function door({ central }: Me): TemplateResult {
  const refused = Object.entries(central.refused);
  return html`
    <section class="door">
      <h2>At the door</h2>
      ${
        refused.length === 0
          ? html`<p class="small">The central collector ${central.version} has refused nobody since it started (${when(central.started)}).</p>`
          : html`
            <p class="small">Refused by the central collector ${central.version} since it started (${when(central.started)}):</p>
            <ul class="refused">${refused.map(([code, count]) => html`<li>${exact(code)} ${count}</li>`)}</ul>
          `
      }
    </section>
  `;
}
