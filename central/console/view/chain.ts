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
  return html`<div class="chain">${roots.map((root) => stretch(root, treeRoot(alert)))}</div>`;
}

/** Pid of the outermost script; it stands in the tree's name (schema/process.ts). */
function treeRoot({ tree }: Alert): number | undefined {
  const pid = /-(\d+)-\d+$/.exec(tree?.id ?? '')?.[1];
  return pid === undefined ? undefined : Number(pid);
}

/** Processes above the package manager that are still shown one by one. */
const FEW = 2;

function stretch(from: ChainNode, root?: number): TemplateResult {
  const line = [from];
  let last = from;
  for (let only = last.children[0]; last.children.length === 1 && only; only = last.children[0]) {
    line.push(only);
    last = only;
  }
  const drawn = (node: ChainNode) =>
    nodeView(node, node === last && last.children.length > 0 ? last.children : []);
  // The package manager is the parent of the script.
  const above = Math.max(0, line.findIndex(({ process }) => process.pid === root) - 1);
  if (above <= FEW) return html`<ol>${line.map(drawn)}</ol>`;
  return html`
    <details class="above">
      <summary>${above} processes above: … ${line.slice(above - FEW, above).map(({ process }) => html`→ ${exact(baseName(process.image))} `)}</summary>
      <ol>${line.slice(0, above).map(drawn)}</ol>
    </details>
    <ol>${line.slice(above).map(drawn)}</ol>
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
      ${forks.length > 0 ? html`<div class="forks">${forks.map((fork) => stretch(fork))}</div>` : nothing}
    </li>
  `;
}

function baseName(image: string): string {
  return image.split(/[\\/]/).at(-1) || image || 'unknown';
}
