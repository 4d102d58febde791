// Logs go to stderr: coloured lines on a terminal, JSON lines elsewhere. Tokens, signatures and sessions are never given to it;
// the redaction below is the second net.
import { type Logger, pino } from 'pino';
import pinoPretty from 'pino-pretty';

export type Log = Logger;

const secrets = ['token', 'secret', 'signature', 'session', 'authorization', 'cookie'];

export function createLog(verbose: boolean): Log {
  const options = {
    name: 'central',
    level: verbose ? 'debug' : 'info',
    redact: secrets.flatMap((name) => [name, `*.${name}`]),
  };
  if (!process.stderr.isTTY) return pino(options, pino.destination({ dest: 2, sync: true }));
  return pino(
    options,
    pinoPretty({ destination: 2, sync: true, ignore: 'pid,hostname', translateTime: 'SYS:HH:MM:ss' }),
  );
}
