/** Why the central collector could not start, with a stable code. */
export class CentralError extends Error {
  readonly code:
    | 'E_STATE_DIRECTORY'
    | 'E_RUNNING'
    | 'E_CERTIFICATE'
    | 'E_STORE'
    | 'E_LISTEN'
    | 'E_CONSOLE_NOT_LOOPBACK'
    | 'E_CONFIG';

  constructor(code: CentralError['code'], message: string, cause?: unknown) {
    super(message, { cause });
    this.code = code;
  }
}

/** `EADDRINUSE: address already in use` and its kind, without the words around it. */
export function systemReason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
