// What this machine is, for the central collector's inventory: asked once, when there is somebody to tell.
import { arch, hostname, platform, release } from 'node:os';
import type { HostInfo } from '../../schema/wire.ts';

/** Asking the firmware starts programs; a machine that does not answer in time goes without, ms. */
const PATIENCE = 5_000;
const MAX_LENGTH = 256;

let known: Promise<HostInfo> | undefined;

/** Asks once in the life of the process. Never rejects. */
export function hostInfo(agentVersion: string): Promise<HostInfo> {
  known ??= askInTime(agentVersion);
  return known;
}

async function askInTime(agentVersion: string): Promise<HostInfo> {
  const timeout = Promise.withResolvers<undefined>();
  const timer = setTimeout(() => timeout.resolve(undefined), PATIENCE);
  const asked = await Promise.race([ask().catch(() => undefined), timeout.promise]);
  clearTimeout(timer);
  return {
    hostname: hostname().slice(0, MAX_LENGTH),
    platform: platform(),
    osRelease: (asked?.osRelease ?? release()).slice(0, MAX_LENGTH),
    architecture: arch(),
    agentVersion,
    ...(asked?.hardware && { hardware: asked.hardware.slice(0, MAX_LENGTH) }),
  };
}

async function ask(): Promise<{ osRelease: string; hardware: string }> {
  const { osInfo, system } = await import('systeminformation');
  const [os, machine] = await Promise.all([osInfo(), system()]);
  return {
    osRelease: `${os.distro} ${os.release} (${os.kernel})`.trim(),
    hardware: `${machine.manufacturer} ${machine.model}`.trim(),
  };
}
