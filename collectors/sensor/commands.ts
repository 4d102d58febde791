import { type MessagePort, receiveMessageOnPort } from 'node:worker_threads';
import type { Egress } from '../egress/index.ts';
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
}

/** Obeys what the main thread sends; without secret files there is nothing to obey but `stop`. */
export function createCommands({ port, outgoing, report, files, egress }: CommandsOptions): Commands {
  let stopped = false;
  /** Number of the last `follow`, until everything is walked that it asked for. */
  let following: number | undefined;

  function obeyOne(command: Command, secretFiles: SecretFiles): void {
    if (command.type === 'follow') {
      secretFiles.follow(command);
      following = command.number;
    } else if (command.type === 'rescan') secretFiles.rescan();
    else if (command.type === 'decoy') {
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

  return {
    obey(): void {
      for (let next = receiveMessageOnPort(port); next; next = receiveMessageOnPort(port)) {
        const command = next.message as Command;
        if (command.type === 'stop') stopped = true;
        else if (command.type === 'expect-connection') expectConnection(command.port);
        else if (files) obeyOne(command, files);
      }
    },
    isStopped: () => stopped,
    work(): boolean {
      const busy = files?.proceed() === true;
      if (busy || following === undefined) return busy;
      // What could not be watched is known to who is told that the rest is.
      report.now();
      outgoing.notify({ type: 'walked', number: following });
      following = undefined;
      return false;
    },
  };
}
