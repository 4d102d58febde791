import { SystemCallError } from '../../platform/linux/libc.ts';
import type { Failure } from './protocol.ts';

export function failureOf(error: unknown): Failure {
  if (error instanceof SystemCallError) return { code: error.code, message: error.message };
  return { code: 'E_SENSOR', message: error instanceof Error ? error.message : String(error) };
}
