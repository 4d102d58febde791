import { html, nothing, type TemplateResult } from 'lit-html';
import type { Alert } from '../../../schema/alert.ts';
import type { AlertDocument } from '../../../schema/api.ts';
import { inertJson } from '../inert.ts';
import { full } from '../moment.ts';
import { changed, state } from '../state.ts';
import { chainView } from './chain.ts';
import { actionTag, exact, fact, failure, levelTag, said, waiting, when } from './part.ts';
import { timelineView } from './timeline.ts';

export function alertView(): TemplateResult {
  const { alert } = state;
  return html`
    <p class="back"><a href="/">← All alerts</a></p>
    ${alert.state === 'loading' ? waiting() : alert.state === 'failed' ? failure(alert.reason) : story(alert.value)}
  `;
}

function story({ alert, device, received }: AlertDocument): TemplateResult {
  return html`
    <article class="story ${alert.level}">
      <header>
        <p class="tags">${levelTag(alert.level)} ${actionTag(alert.response.action)}</p>
        <h1 tabindex="-1">${said(alert.summary)}</h1>
        <p class="meta">
          <span>${said(alert.rule.title)}</span>
          <span>${said(alert.user)} on ${said(alert.host)}</span>
          <span>${full(alert.time)} (${when(alert.time)})</span>
        </p>
      </header>
      <div class="facts">
        ${touched(alert)} ${packageCard(alert)} ${destination(alert)} ${responseCard(alert)}
      </div>
      <section>
        <h2>Process chain</h2>
        ${chainView(alert)}
      </section>
      <section>
        <h2>Timeline</h2>
        ${timelineView(alert.evidence)}
      </section>
      <div class="pair">
        <section>
          <h2>Why it matched</h2>
          ${reasons(alert)}
        </section>
        <section>
          <h2>Record</h2>
          <dl class="card">
            ${fact('Alert', exact(alert.id))} ${fact('Device', exact(device))}
            ${fact('Received', html`${full(received)}`)}
            ${fact('Process tree', alert.tree && exact(alert.tree.id))}
            ${fact('ATT&CK', said([...alert.rule.techniques, ...alert.rule.tactics].join(', ') || 'not mapped'))}
          </dl>
        </section>
      </div>
      <details class="raw">
        <summary>JSON</summary>
        <button @click=${() => void copy(alert)}>${state.copied ? 'Copied' : 'Copy'}</button>
        <pre tabindex="0">${inertJson(alert)}</pre>
      </details>
    </article>
  `;
}

function touched({ secret }: Alert): TemplateResult | typeof nothing {
  if (!secret) return nothing;
  return html`
    <section class="card touched">
      <h2>What was touched</h2>
      <p class="big">${exact(secret.path)}</p>
      <dl>
        ${fact('Kind', html`${said(secret.group)}, ${said(secret.kind)}`)}
        ${fact('Tier', tiers[secret.tier])}
      </dl>
    </section>
  `;
}

const tiers = {
  A: 'A: alone enough for an alert',
  B: 'B: counts together with other events',
  C: 'C: context',
} as const;

const confidences = {
  exact: 'exact: its own code was running',
  probable: 'probable: its code was on the stack',
  suspect: 'suspect: changed lately in this project',
} as const;

function packageCard({ package: found, tree }: Alert): TemplateResult | typeof nothing {
  if (!found) return nothing;
  return html`
    <section class="card whose">
      <h2>Whose code</h2>
      <p class="big">${exact(`${found.name}@${found.version}`)}</p>
      <dl>
        ${fact('Confidence', confidences[found.confidence])}
        ${fact('Script', found.lifecycle === undefined ? undefined : exact(found.lifecycle))}
        ${fact('Started by', tree && starter(tree.startedBy))}
        ${fact('Why it is there', found.dependencyPath.length > 0 ? dependencyPath(found.dependencyPath) : undefined)}
        ${fact('Project', found.project === undefined ? undefined : exact(found.project))}
        ${fact('Directory', exact(found.directory))} ${fact('purl', exact(found.purl))}
      </dl>
    </section>
  `;
}

function dependencyPath(names: readonly string[]): TemplateResult {
  return html`<ol class="path">${names.map((name) => html`<li>${exact(name)}</li>`)}</ol>`;
}

const starters = {
  terminal: 'a terminal',
  ide: 'an IDE',
  'coding-agent': 'a coding agent',
  service: 'a service',
  unknown: 'unknown',
} as const;

function starter({ kind, image }: NonNullable<Alert['tree']>['startedBy']): TemplateResult {
  return html`${starters[kind]}${image === undefined ? nothing : html` ${exact(image)}`}`;
}

function destination({ destination: to }: Alert): TemplateResult | typeof nothing {
  if (!to) return nothing;
  return html`
    <section class="card">
      <h2>Where it went</h2>
      <p class="big">${exact(to.name ?? to.address)}</p>
      <dl>${fact('Address', exact(`${to.address}${to.address.includes(':') ? ' ' : ':'}${to.port}`))}</dl>
    </section>
  `;
}

function responseCard({ response }: Alert): TemplateResult {
  return html`
    <section class="card">
      <h2>Response</h2>
      <p class="big">${actionTag(response.action)}</p>
      <p>${said(response.detail)}</p>
    </section>
  `;
}

function reasons(alert: Alert): TemplateResult {
  if (alert.reasons.length === 0) return html`<p class="small">The rule named no fields.</p>`;
  return html`
    <div class="scroll">
      <table>
        <thead>
          <tr><th scope="col">Selection</th><th scope="col">Field</th><th scope="col">Value</th></tr>
        </thead>
        <tbody>
          ${alert.reasons.map(
            ({ selection, field, value }) =>
              html`<tr><td>${said(selection)}</td><td>${exact(field)}</td><td>${exact(value)}</td></tr>`,
          )}
        </tbody>
      </table>
    </div>
  `;
}

async function copy(alert: Alert): Promise<void> {
  await navigator.clipboard.writeText(inertJson(alert));
  state.copied = true;
  changed();
}
