import { type MessagePort, receiveMessageOnPort } from 'node:worker_threads';
import type { Egress } from '../egress/index.ts';
import type { Persistence } from '../persistence/index.ts';
import type { SecretFiles } from '../secret-files/index.ts';
import type { CounterReport } from './counting.ts';
import { failureOf } from './failure.ts';
import type { Outgoing } from './outgoing.ts';
import type { Command } from './protocol.ts';

export interface Commands {
  readonly obey: () => void;
  readonly isStopped: () => boolean;
  /** Some of the walking that is due. True while there is more. */
  readonly work: () => boolean;
}

export interface CommandsOptions {
  readonly port: MessagePort;
  readonly outgoing: Outgoing;
  readonly report: CounterReport;
  readonly files: SecretFiles | undefined;
  readonly egress: Egress | undefined;
  readonly persistence: Persistence | undefined;
}

/** Obeys what the main thread sends; without secret files there is nothing to obey but `stop`. */
export function createCommands({
  port,
  outgoing,
  report,
  files,
  egress,
  persistence,
}: CommandsOptions): Commands {
  let stopped = false;
  /** Number of the last `follow`, until everything is walked that it asked for. */
  let following: number | undefined;

  function obeyOne(command: Command, secretFiles: SecretFiles): void {
    if (command.type === 'follow') {
      secretFiles.follow(command);
      persistence?.follow(command.homes);
      following = command.number;
    } else if (command.type === 'rescan') {
      secretFiles.rescan();
      persistence?.rescan();
    } else if (command.type === 'decoy') {
      try {
        secretFiles.setDecoy(command.decoy);
        outgoing.notify({ type: 'decoy-set' });
      } catch (error) {
        outgoing.notify({ type: 'decoy-set', failure: failureOf(error) });
      }
    }
  }

  function expectConnection(expected: number | undefined): void {
    egress?.expect(expected, (pid) => outgoing.notify({ type: 'expected-connection', pid }));
  }

  function expectWrite(directory: string | undefined): void {
    try {
      persistence?.setDecoy(directory);
      outgoing.notify({ type: 'write-expected' });
    } catch (error) {
      outgoing.notify({ type: 'write-expected', failure: failureOf(error) });
    }
  }

  return {
    obey(): void {
      for (let next = receiveMessageOnPort(port); next; next = receiveMessageOnPort(port)) {
        const command = next.message as Command;
        if (command.type === 'stop') stopped = true;
        else if (command.type === 'expect-connection') expectConnection(command.port);
        else if (command.type === 'expect-write') expectWrite(command.directory);
        else if (files) obeyOne(command, files);
      }
    },
    isStopped: () => stopped,
    work(): boolean {
      const held = files?.proceed() === true;
      const busy = persistence?.proceed() === true || held;
      if (busy || following === undefined) return busy;
      // What could not be watched is known to who is told that the rest is.
      report.now();
      outgoing.notify({ type: 'walked', number: following });
      following = undefined;
      return false;
    },
  };
}
