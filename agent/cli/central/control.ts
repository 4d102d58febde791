// Asks the central collector that runs with a state directory, through the socket that only its owner can open.
import { request } from 'node:http';
import { join } from 'node:path';
import * as v from 'valibot';
import { centralState } from '../../../platform/state-directory.ts';
import { CommandFailure } from '../failure.ts';

const MAX_ANSWER = 16 * 1024;
const PATIENCE = 10_000;

const problem = v.object({ message: v.string() });

/** POSTs `body` to `path` and parses the answer. Throws a CommandFailure that says what to do. */
export async function askCentral<S extends v.GenericSchema>(
  stateDir: string,
  path: string,
  body: object,
  schema: S,
): Promise<v.InferOutput<S>> {
  const socket = join(centralState(stateDir), 'control.sock');
  const { status, text } = await post(socket, path, JSON.stringify(body)).catch((error: unknown) => {
    throw new CommandFailure(unreachable(error, socket), { cause: error });
  });
  const json: unknown = JSON.parse(text);
  const answer = v.safeParse(schema, json);
  if (status === 200 && answer.success) return answer.output;
  const said = v.safeParse(problem, json);
  throw new CommandFailure(said.success ? said.output.message : `the central collector answered ${status}`);
}

function post(socketPath: string, path: string, body: string): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const asked = request({ socketPath, path, method: 'POST', timeout: PATIENCE }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
        if (text.length > MAX_ANSWER) asked.destroy(new Error('the answer is too long'));
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
      response.on('error', reject);
    });
    asked.on('timeout', () => asked.destroy(new Error('it does not answer')));
    asked.on('error', reject);
    asked.end(body);
  });
}

function unreachable(error: unknown, socket: string): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'EACCES')
    return `${socket} may not be opened by this user; ask as the one who runs the central collector`;
  if (code === 'ENOENT' || code === 'ECONNREFUSED')
    return `no central collector runs with this state directory (${socket}); start one with lifeguard central or lifeguard up`;
  return `the central collector cannot be asked: ${message}`;
}
