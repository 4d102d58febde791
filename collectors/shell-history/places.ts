// Where shells keep their history below a home, unless HISTFILE names another place. One row a file.
import { join } from 'node:path';
import type { ShellEvent } from '../../schema/event.ts';

export type Shell = ShellEvent['shell'];

const PLACES: readonly (readonly [Shell, string])[] = [
  ['bash', '.bash_history'],
  ['bash', '.sh_history'],
  ['bash', '.local/state/bash/history'],
  ['bash', '.local/share/bash/history'],
  ['zsh', '.zsh_history'],
  ['zsh', '.zhistory'],
  ['zsh', '.histfile'],
  ['zsh', '.zsh/history'],
  ['zsh', '.config/zsh/.zsh_history'],
  ['zsh', '.local/share/zsh/history'],
  ['zsh', '.local/state/zsh/history'],
  ['zsh', '.cache/zsh/history'],
  ['fish', '.local/share/fish/fish_history'],
  ['powershell', '.local/share/powershell/PSReadLine/ConsoleHost_history.txt'],
  ['powershell', 'AppData/Roaming/Microsoft/Windows/PowerShell/PSReadLine/ConsoleHost_history.txt'],
];

export interface HistoryFile {
  readonly shell: Shell;
  /** Absolute. */
  readonly path: string;
  readonly home: string;
}

export function historyFiles(home: string): HistoryFile[] {
  return PLACES.map(([shell, path]) => ({ shell, home, path: join(home, ...path.split('/')) }));
}
