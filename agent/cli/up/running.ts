// Is there one already? The central collector's control socket answers only the owner of the state directory.
import { request } from 'node:http';
import { join } from 'node:path';
import * as v from 'valibot';
import { centralState } from '../../../platform/state-directory.ts';
import { createLocalClient } from '../local-client.ts';

const MAX_ANSWER = 4096;
const TIMEOUT = 3000;
const answer = v.object({ link: v.pipe(v.string(), v.url()) });

/** Says what runs with this state directory, with a fresh sign-in link. False where nothing does. */
export async function tellOfRunning(stateDir: string): Promise<boolean> {
  const link = await linkOfRunning(stateDir);
  if (link === undefined) return false;
  const agent = await createLocalClient(stateDir)
    .status()
    .catch(() => undefined);
  const who = agent ? `its agent is process ${agent.pid}` : 'but its agent does not answer';
  console.log(`Lifeguard is already running with ${stateDir}; ${who}.`);
  console.log(`  Console   ${new URL(link).origin}`);
  console.log(`  Sign in   ${link}  (works once)`);
  return true;
}

/** How a person calls this command here, and the options that lead its next call to the same agent. */
export function callName(config: string | undefined): readonly [name: string, options: string] {
  const name = process.env['npm_execpath'] === undefined ? 'lifeguard' : 'npx lifeguard';
  return [name, config === undefined ? '' : ` --config ${config}`];
}

/** A fresh sign-in link from the central collector that runs with this state directory; undefined where none answers. */
async function linkOfRunning(stateDir: string): Promise<string | undefined> {
  try {
    return v.parse(answer, JSON.parse(await post(join(centralState(stateDir), 'control.sock'), '/link')))
      .link;
  } catch {
    return undefined;
  }
}

function post(socketPath: string, path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const asked = request({ socketPath, path, method: 'POST', timeout: TIMEOUT }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
        if (text.length > MAX_ANSWER) asked.destroy(new Error('too long'));
      });
      response.on('end', () => resolve(text));
      response.on('error', reject);
    });
    asked.on('timeout', () => asked.destroy(new Error('no answer')));
    asked.on('error', reject);
    asked.end();
  });
}
