// The keyboard: j and k walk the list, Enter opens (the rows are links), / searches, Escape goes back.
import { go } from './route.ts';
import { state } from './state.ts';

export function onKey(event: KeyboardEvent): void {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const typing = event.target instanceof HTMLInputElement && event.target.type === 'search';
  if (event.key === 'Escape') return typing ? event.target.blur() : back();
  if (typing) return;
  if (event.key === 'j') walk(1);
  else if (event.key === 'k') walk(-1);
  else if (event.key === '/') {
    const search = document.querySelector<HTMLElement>('input[type=search]');
    search?.focus();
    if (search) event.preventDefault();
  }
}

function walk(step: 1 | -1): void {
  const rows = [...document.querySelectorAll<HTMLElement>('a.row')];
  const at = rows.findIndex((row) => row === document.activeElement);
  const next = rows[at < 0 ? 0 : Math.min(Math.max(at + step, 0), rows.length - 1)];
  next?.focus();
  next?.scrollIntoView({ block: 'nearest' });
}

function back(): void {
  if (state.place.name !== 'alert') return;
  if (history.length > 1) history.back();
  else go('/');
}
