// How a shell writes its history. Bytes in, entries out; a history is whatever its owner, or an attacker, wrote there.

export interface Entry {
  /** The command as it was typed; a command of several lines holds newlines. */
  readonly line: string;
  /** What tells this entry from the same command at another time: with its time, where the shell keeps one. */
  readonly key: string;
}

export interface Format {
  /** The text that the shell's own encoding stands for; newlines stay where they are. */
  decode(bytes: Buffer): string;
  /** The entries that are complete, and how many lines they and what belongs to them take. */
  parse(lines: readonly string[]): { entries: Entry[]; taken: number };
}

export function utf8(bytes: Buffer): string {
  return bytes.toString();
}

/** Entries that are complete in `bytes`, and how many bytes they take: the rest is one that is still being written. */
export function parseHistory(format: Format, bytes: Buffer): { entries: Entry[]; taken: number } {
  const end = bytes.lastIndexOf(0x0a);
  if (end < 0) return { entries: [], taken: 0 };
  const lines = format.decode(bytes.subarray(0, end)).split('\n');
  const { entries, taken } = format.parse(lines);
  let stop = end;
  for (let left = lines.length - taken; left > 0; left -= 1)
    stop = stop > 0 ? bytes.lastIndexOf(0x0a, stop - 1) : -1;
  return { entries, taken: stop + 1 };
}
