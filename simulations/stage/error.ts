export type StageErrorCode = 'E_NO_NPM' | 'E_PROGRAM_FAILED' | 'E_STAGE';

/** What kept a simulation from being performed. It says nothing about whether it would have been detected. */
export class StageError extends Error {
  readonly code: StageErrorCode;
  constructor(code: StageErrorCode, message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'StageError';
    this.code = code;
  }
}
