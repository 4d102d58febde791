// The tree of processes. A parent with one child stands above it on the same rail; only a fork of the story is indented.
import { html, nothing, type TemplateResult } from 'lit-html';
import type { Alert } from '../../../schema/alert.ts';
import { chainOf, type ChainNode } from '../chain.ts';
import { clockTime } from '../moment.ts';
import { sentence } from './event.ts';
import { exact, said } from './part.ts';

export function chainView(alert: Alert): TemplateResult {
  const roots = chainOf(alert);
  if (roots.length === 0) return html`<p class="small">No process was named in the evidence.</p>`;
  return html`<div class="chain">${roots.map(stretch)}</div>`;
}

function stretch(from: ChainNode): TemplateResult {
  const line = [from];
  let last = from;
  for (let only = last.children[0]; last.children.length === 1 && only; only = last.children[0]) {
    line.push(only);
    last = only;
  }
  return html`
    <ol>
      ${line.map((node) => nodeView(node, node === last && last.children.length > 0 ? last.children : []))}
    </ol>
  `;
}

function nodeView({ process, events, blamed }: ChainNode, forks: readonly ChainNode[]): TemplateResult {
  return html`
    <li class=${blamed ? 'blamed' : nothing} aria-current=${blamed ? 'true' : nothing}>
      <p class="process">
        <strong>${exact(baseName(process.image))}</strong>
        <span class="small">pid ${process.pid} · since ${clockTime(process.startTime)}</span>
      </p>
      ${process.commandLine ? html`<pre class="line">${exact(process.commandLine)}</pre>` : nothing}
      ${
        events.length > 0
          ? html`<ul class="did">${events.slice(0, 8).map((event) => html`<li>${sentence(event)}</li>`)}
            ${events.length > 8 ? html`<li>${said(`and ${events.length - 8} more below`)}</li>` : nothing}</ul>`
          : nothing
      }
      ${forks.length > 0 ? html`<div class="forks">${forks.map(stretch)}</div>` : nothing}
    </li>
  `;
}

function baseName(image: string): string {
  return image.split(/[\\/]/).at(-1) || image || 'unknown';
}
