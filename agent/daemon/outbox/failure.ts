// What can go wrong with the spool's file, in three kinds that are handled differently.

export type SpoolFailureKind = 'full-disk' | 'corrupt' | 'unwritable';

const codes = {
  'full-disk': 'E_OUTBOX_FULL_DISK',
  corrupt: 'E_OUTBOX_CORRUPT',
  unwritable: 'E_OUTBOX_UNWRITABLE',
} as const satisfies Record<SpoolFailureKind, string>;

const advice = {
  'full-disk': 'free some space; alerts wait in memory meanwhile',
  corrupt: 'the damaged file is set aside and a new one begun',
  unwritable:
    'check the owner, permissions and mount of the state directory; alerts wait in memory meanwhile',
} as const satisfies Record<SpoolFailureKind, string>;

export class SpoolFailure extends Error {
  readonly kind: SpoolFailureKind;
  readonly code: string;
  constructor(kind: SpoolFailureKind, file: string, cause: unknown) {
    super(`${codes[kind]}: ${file}: ${(cause as Error).message}; ${advice[kind]}`, { cause });
    this.kind = kind;
    this.code = codes[kind];
  }
}

// Primary and extended result codes, https://www.sqlite.org/rescode.html
const SQLITE_CORRUPT = 11;
const SQLITE_FULL = 13;
const SQLITE_NOTADB = 26;
const SQLITE_IOERR_SHMSIZE = 4874;

/** Wraps what node:sqlite or the file system threw. */
export function spoolFailure(file: string, cause: unknown): SpoolFailure {
  if (cause instanceof SpoolFailure) return cause;
  return new SpoolFailure(kindOf(cause), file, cause);
}

function kindOf(cause: unknown): SpoolFailureKind {
  const { errcode = 0, code } = cause as { errcode?: number; code?: string };
  if (errcode === SQLITE_FULL || errcode === SQLITE_IOERR_SHMSIZE || code === 'ENOSPC' || code === 'EDQUOT')
    return 'full-disk';
  const primary = errcode & 0xff;
  return primary === SQLITE_CORRUPT || primary === SQLITE_NOTADB ? 'corrupt' : 'unwritable';
}
