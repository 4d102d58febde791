// Every command of `lifeguard`, in the order of its help. A command's module is loaded only when it is the one that was asked for.
import type { Command } from 'commander';

export interface CommandEntry {
  readonly name: string;
  /** The same words as the command's own description (a test compares them). */
  readonly summary: string;
  /** Adds the command, with its subcommands and options, to the program. */
  load(): Promise<(program: Command) => void>;
}

export const commands: readonly CommandEntry[] = [
  {
    name: 'up',
    summary: 'Run the central collector and the agent together on this machine',
    load: async () => (await import('./up.ts')).registerUp,
  },
  {
    name: 'agent',
    summary: 'Run the agent in the foreground',
    load: async () => (await import('./agent.ts')).registerAgent,
  },
  {
    name: 'status',
    summary: 'Say how the agent on this machine is',
    load: async () => (await import('./status.ts')).registerStatus,
  },
  {
    name: 'doctor',
    summary: 'Say what the sensors can do here, by self-test, and how to close each gap',
    load: async () => (await import('./doctor.ts')).registerDoctor,
  },
  {
    name: 'alerts',
    summary: 'Print the alerts of this machine',
    load: async () => (await import('./alerts.ts')).registerAlerts,
  },
  {
    name: 'simulate',
    summary: 'Run harmless attacks and say which were detected',
    load: async () => (await import('./simulate.ts')).registerSimulate,
  },
  {
    name: 'central',
    summary: 'Run the central collector in the foreground',
    load: async () => (await import('./central.ts')).registerCentral,
  },
  {
    name: 'enroll',
    summary: 'Join a central collector with a one-time token',
    load: async () => (await import('./enroll.ts')).registerEnroll,
  },
  {
    name: 'login',
    summary: "Sign in to a central collector and keep the session in this system's keychain",
    load: async () => (await import('./login.ts')).registerLogin,
  },
  {
    name: 'intel',
    summary: 'Load and show what is known of malicious packages',
    load: async () => (await import('./intel.ts')).registerIntel,
  },
  {
    name: 'rules',
    summary: 'Check Sigma rules and run their own events',
    load: async () => (await import('./rules.ts')).registerRules,
  },
  {
    name: 'detect',
    summary: 'Replay recorded events through the rules, one match a line as JSON',
    load: async () => (await import('./detect.ts')).registerDetect,
  },
];
