// One event in words.
import { html, nothing, type TemplateResult } from 'lit-html';
import type { Event } from '../../../schema/event.ts';
import { exact, said } from './part.ts';

type Of<K extends Event['kind']> = Extract<Event, { kind: K }>;

export function sentence(event: Event): TemplateResult {
  switch (event.kind) {
    case 'process':
      return processSentence(event);
    case 'file':
      return fileSentence(event);
    case 'connection':
      return connectionSentence(event);
    case 'dns':
      return html`asked for the address of ${exact(event.query)}${answers(event.answers)}`;
    case 'package':
      return packageSentence(event);
    case 'shell':
      return html`typed in ${event.shell}: ${exact(event.line)}`;
    case 'loss':
      return html`the sensor lost ${event.lost} events: ${exact(event.cause)}`;
    default:
      return html`an event of a kind that this console does not know`;
  }
}

function processSentence(event: Of<'process'>): TemplateResult {
  const verb = { fork: 'forked', exec: 'started', exit: 'ended' }[event.action];
  const code = event.exitCode === undefined ? nothing : html` with exit code ${event.exitCode}`;
  return html`${verb}${event.action === 'exec' ? html` ${exact(event.process.image)}` : nothing}${code}`;
}

const fileVerbs = {
  open: 'opened',
  write: 'wrote',
  create: 'created',
  delete: 'deleted',
  rename: 'renamed',
} as const;

function fileSentence(event: Of<'file'>): TemplateResult {
  const from = event.from === undefined ? nothing : html` (was ${exact(event.from)})`;
  const kind = event.secret ? html` · ${said(`${event.secret.group} ${event.secret.kind}`)}` : nothing;
  return html`${fileVerbs[event.action]} ${exact(event.path)}${from}${kind}${verdict(event.verdict)}`;
}

function connectionSentence(event: Of<'connection'>): TemplateResult {
  const verb = event.direction === 'outbound' ? 'connected to' : 'was connected to from';
  const name = event.hostname === undefined ? nothing : html` (${exact(event.hostname)})`;
  return html`${verb} ${exact(`${event.address} ${event.protocol}/${event.port}`)}${name}${verdict(event.verdict)}`;
}

function packageSentence(event: Of<'package'>): TemplateResult {
  const { name, version } = event.package;
  const previous =
    event.previousVersion === undefined ? nothing : html`, before ${exact(event.previousVersion)}`;
  const scripts = Object.keys(event.scripts ?? {}).slice(0, 8);
  return html`package ${exact(`${name}@${version}`)} ${event.action}${previous}${
    scripts.length > 0 ? html` · scripts ${exact(scripts.join(', '))}` : nothing
  }${(event.intel ?? []).map((match) => html` · ${exact(match.id)} ${said(match.summary)}`)}`;
}

const verdicts = {
  allowed: 'allowed',
  denied: 'denied',
  'would-deny': 'allowed; protect mode would deny',
} as const;

function verdict(given: keyof typeof verdicts | undefined): TemplateResult | typeof nothing {
  return given === undefined ? nothing : html` · <span class="verdict ${given}">${verdicts[given]}</span>`;
}

function answers(found: readonly string[]): TemplateResult | typeof nothing {
  return found.length === 0 ? nothing : html`: ${exact(found.slice(0, 8).join(', '))}`;
}
