// Is there one already? The central collector's control socket answers only the owner of the state directory.
import * as v from 'valibot';
import { askCentral } from '../central/control.ts';
import { createLocalClient } from '../local-client.ts';

const answer = v.object({ link: v.pipe(v.string(), v.url()) });

/** Says what runs with this state directory, with a fresh sign-in link. False where nothing does. */
export async function tellOfRunning(stateDir: string): Promise<boolean> {
  const link = await askCentral(stateDir, '/link', {}, answer).then(
    (answered) => answered.link,
    () => undefined,
  );
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
