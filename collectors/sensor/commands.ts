import { type MessagePort, receiveMessageOnPort } from 'node:worker_threads';
import type { SecretFiles } from '../secret-files/index.ts';
import { failureOf } from './failure.ts';
import type { Outgoing } from './outgoing.ts';
import type { Command } from './protocol.ts';

/** Obeys what the main thread sends; without secret files there is nothing to obey but `stop`. */
export function createCommands(port: MessagePort, outgoing: Outgoing, files: SecretFiles | undefined) {
  let stopped = false;
  let walking = false;

  function obeyOne(command: Command, secretFiles: SecretFiles): void {
    if (command.type === 'follow') {
      secretFiles.follow(command);
      walking = true;
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

  return {
    obey(): void {
      for (let next = receiveMessageOnPort(port); next; next = receiveMessageOnPort(port)) {
        const command = next.message as Command;
        if (command.type === 'stop') stopped = true;
        else if (files) obeyOne(command, files);
      }
    },
    isStopped: () => stopped,
    /** Some of the walking that is due. True while there is more. */
    work(): boolean {
      const busy = files?.proceed() === true;
      if (walking && !busy) outgoing.notify({ type: 'walked' });
      walking &&= busy;
      return busy;
    },
  };
}
