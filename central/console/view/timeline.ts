import { html, nothing, type TemplateResult } from 'lit-html';
import type { Event } from '../../../schema/event.ts';
import { inOrder } from '../chain.ts';
import { clockTime, full, offset } from '../moment.ts';
import { sentence } from './event.ts';
import { exact } from './part.ts';

export function timelineView(evidence: readonly Event[]): TemplateResult {
  const events = inOrder(evidence);
  const start = events[0]?.monotonic ?? 0;
  return html`
    <ol class="timeline">
      ${events.map(
        (event) => html`
          <li class=${event.kind}>
            <span class="offset">
              <time datetime=${event.time} title=${full(event.time)}>${clockTime(event.time)}</time>
              <span>${offset(event.monotonic - start)}</span>
            </span>
            <span class="what">
              ${event.process ? html`${who(event.process)} ` : nothing}${sentence(event)}
            </span>
          </li>
        `,
      )}
    </ol>
  `;
}

function who({ image, pid }: NonNullable<Event['process']>): TemplateResult {
  return html`<strong>${exact(image.split(/[\\/]/).at(-1) || 'a process')}</strong> <span class="small">${pid}</span>`;
}
