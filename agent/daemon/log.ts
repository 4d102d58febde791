// Logs: one JSON object a line, or a readable line on a terminal. They go to stderr.
// What is logged is scrubbed like what is stored: no token, no credential, whatever the message came from.
import pino from 'pino';
import { scrub } from './enrich/scrub.ts';

export type Log = pino.Logger;

export interface LogOptions {
  readonly verbose: boolean;
  /** Defaults to the readable form on a terminal. */
  readonly pretty?: boolean;
}

/** Keys whose values no log line shows, wherever they stand in the first three levels. */
const secretKeys = [
  'token',
  'secret',
  'signature',
  'nonce',
  'line',
  'authorization',
  'password',
  'privateKey',
];

export async function createLog({ verbose, pretty = process.stderr.isTTY }: LogOptions): Promise<Log> {
  const destination = pretty ? await prettyStream() : pino.destination({ dest: 2, sync: true });
  return pino(
    {
      level: verbose ? 'debug' : 'info',
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: { paths: secretKeys.flatMap((key) => [key, `*.${key}`, `*.*.${key}`]), censor: '[redacted]' },
      formatters: { level: (label) => ({ level: label }) },
      hooks: { streamWrite: scrub },
    },
    destination,
  );
}

async function prettyStream(): Promise<pino.DestinationStream> {
  const { default: pretty } = await import('pino-pretty');
  return pretty({ destination: 2, sync: true, ignore: 'pid,hostname', translateTime: 'SYS:HH:MM:ss' });
}
