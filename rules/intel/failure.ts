// What can go wrong with threat intelligence, by a stable code. A single bad record is never one of these: it is counted.

export type IntelFailureCode =
  | 'E_INTEL_UNREADABLE'
  | 'E_INTEL_ARCHIVE'
  | 'E_INTEL_FORMAT'
  | 'E_INTEL_STORE'
  | 'E_INTEL_LIMIT';

export class IntelFailure extends Error {
  readonly code: IntelFailureCode;
  constructor(code: IntelFailureCode, message: string, cause?: unknown) {
    super(`${code}: ${message}`, cause === undefined ? undefined : { cause });
    this.code = code;
  }
}
