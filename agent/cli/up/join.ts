// The agent joins the central collector that stands beside it, without questions.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Status } from '../../../schema/local.ts';
import { CommandFailure } from '../failure.ts';
import type { LocalClient } from '../local-client.ts';

const POLL = 50;
/** An agent on loopback has connected, or been refused, long before (ms). */
const PATIENCE = 15_000;

/**
 * Resolves once the agent reports to the central collector. `token` makes a one-time token; it travels over a pipe and
 * the local socket only. An agent that is refused (its central collector was deleted, say) joins anew.
 */
export async function join(agent: LocalClient, token: () => Promise<string>): Promise<void> {
  const before = await settled(agent);
  if (before.central.state === 'connected') return;
  await agent.enroll(await token());
  const { central } = await settled(agent);
  if (central.state !== 'connected')
    throw new CommandFailure(
      `the agent could not join the central collector: ${central.detail ?? central.state}`,
    );
}

/** `none` is the moment before the first try: this agent has an address, so it is refused where it has no enrolment. */
async function settled(agent: LocalClient): Promise<Status> {
  const end = performance.now() + PATIENCE;
  for (;;) {
    const status = await agent.status();
    const { state } = status.central;
    if (state === 'connected' || state === 'refused' || performance.now() > end) return status;
    await sleep(POLL);
  }
}
