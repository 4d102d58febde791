// Small pieces that several views share.
import { html, nothing, type TemplateResult } from 'lit-html';
import type { AlertRow } from '../../../schema/api.ts';
import { visible } from '../inert.ts';
import { ago, full } from '../moment.ts';

const levelWords = {
  informational: 'Info',
  low: 'Low',
  medium: 'Medium',
  high: 'High',
  critical: 'Critical',
} as const;

export function levelTag(level: AlertRow['level']): TemplateResult {
  return html`<span class="level ${level}">${levelWords[level]}</span>`;
}

const actionWords = {
  observed: 'Observed',
  denied: 'Denied',
  contained: 'Contained',
  terminated: 'Terminated',
} as const;

export function actionTag(action: AlertRow['action']): TemplateResult {
  return html`<span class="action ${action}">${actionWords[action]}</span>`;
}

/** A path, command, name: something exact, in the order of its characters whatever their script. */
export function exact(text: string): TemplateResult {
  return html`<code class="exact">${visible(text)}</code>`;
}

/** A sentence or a name: isolated, so that its direction does not reach what stands around it. */
export function said(text: string): TemplateResult {
  return html`<bdi dir="ltr">${visible(text)}</bdi>`;
}

export function when(time: string): TemplateResult {
  return html`<time datetime=${time} title=${full(time)}>${ago(time)}</time>`;
}

/** A definition; nothing where there is no value. */
export function fact(
  term: string,
  value: TemplateResult | string | undefined,
): TemplateResult | typeof nothing {
  return value === undefined ? nothing : html`<div><dt>${term}</dt><dd>${value}</dd></div>`;
}

export function waiting(): TemplateResult {
  return html`<p class="waiting" role="status">Loading …</p>`;
}

export function failure(reason: string): TemplateResult {
  return html`<p class="problem" role="alert">${reason}</p>`;
}
