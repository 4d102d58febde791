// Times as people say them.
const units = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
  ['second', 1],
] as const;

const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto', style: 'short' });
const absolute = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'long' });
const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' });
const date = new Intl.DateTimeFormat('en-GB', {
  weekday: 'long',
  day: 'numeric',
  month: 'long',
  year: 'numeric',
});

/** `12 sec. ago`, `yesterday`. A laptop's clock may be ahead: `in 3 min.` */
export function ago(time: string, now: number = Date.now()): string {
  const seconds = Math.round((Date.parse(time) - now) / 1000);
  if (Math.abs(seconds) < 2) return 'now';
  const [unit, size] = units.find(([, length]) => Math.abs(seconds) >= length) ?? units[3];
  return relative.format(Math.trunc(seconds / size), unit);
}

export function full(time: string): string {
  return absolute.format(Date.parse(time));
}

export function clockTime(time: string): string {
  return clock.format(Date.parse(time));
}

/** `Today`, `Yesterday`, or the date. */
export function day(time: string, now: Date = new Date()): string {
  const name = date.format(Date.parse(time));
  if (name === date.format(now)) return 'Today';
  return name === date.format(now.getTime() - 86_400_000) ? 'Yesterday' : name;
}

/** `+4.050 s` from microseconds. */
export function offset(microseconds: number): string {
  const seconds = microseconds / 1e6;
  if (Math.abs(seconds) < 120) return `+${seconds.toFixed(3)} s`;
  return `+${Math.trunc(seconds / 60)} min ${Math.trunc(seconds % 60)} s`;
}
