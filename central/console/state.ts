// What the page knows, in one place. Whoever changes it calls `changed`; the page is then drawn once before the next frame.
import type { AlertDocument, AlertRow, DevicePage, Me } from '../../schema/api.ts';

export type Place =
  | { readonly name: 'alerts' }
  | { readonly name: 'alert'; readonly device: string; readonly id: string }
  | { readonly name: 'devices' }
  | { readonly name: 'sign-in'; readonly problem?: string };

/** Something that is fetched: not yet there, there, or why not. */
export type Loaded<T> =
  | { readonly state: 'loading' }
  | { readonly state: 'ready'; readonly value: T }
  | { readonly state: 'failed'; readonly reason: string };

export interface Filter {
  readonly level: AlertRow['level'];
  readonly q: string;
}

export interface State {
  place: Place;
  live: 'connecting' | 'live' | 'lost';
  filter: Filter;
  list: Loaded<{ readonly rows: readonly AlertRow[]; readonly next: number | undefined }>;
  loadingOlder: boolean;
  /** Positions that came in while the page was open; they are shown as new. */
  readonly fresh: Set<number>;
  /** What a screen reader is told of the newest alert. */
  announcement: string;
  /** Newest position that was ever seen. */
  position: number;
  alert: Loaded<AlertDocument>;
  devices: Loaded<DevicePage & { readonly me: Me }>;
  copied: boolean;
}

export const state: State = {
  place: { name: 'alerts' },
  live: 'connecting',
  filter: { level: 'informational', q: '' },
  list: { state: 'loading' },
  loadingOlder: false,
  fresh: new Set(),
  announcement: '',
  position: 0,
  alert: { state: 'loading' },
  devices: { state: 'loading' },
  copied: false,
};

let draw: () => void = () => {};
let scheduled = false;

export function drawWith(render: () => void): void {
  draw = render;
}

export function changed(): void {
  if (scheduled) return;
  scheduled = true;
  queueMicrotask(() => {
    scheduled = false;
    draw();
  });
}
