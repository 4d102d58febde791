// What a command line runs: which runtime, which script. Arguments are as the process shows them.
export type Runtime = 'node' | 'bun' | 'deno' | 'python' | 'shell';

export interface Command {
  readonly runtime: Runtime | undefined;
  /** Words that may name the main script, best first; empty for code on the command line, standard input, or a prompt. */
  readonly scripts: readonly string[];
  /** Other code was loaded before the script: the script does not tell whose code runs. */
  readonly preloads: boolean;
  /** A shell that waits for a person. */
  readonly prompt: boolean;
  /** Words after the runtime's own options, for package managers that are binaries. */
  readonly words: readonly string[];
}

const RUNTIMES: readonly (readonly [RegExp, Runtime])[] = [
  [/^(?:node|nodejs|iojs|electron)(?:[-_.]?\d[\d.]*)?$/, 'node'],
  [/^bunx?(?:\.exe|-[a-z0-9-]+)?$/, 'bun'],
  [/^deno$/, 'deno'],
  [/^(?:python|pypy)(?:\d[\d.]*)?$/, 'python'],
  [/^(?:sh|bash|dash|zsh|ksh|ksh93|mksh|ash|fish|busybox)$/, 'shell'],
];

/** By the executable's real name; `argv[0]` is the caller's choice and says nothing. */
export function runtimeOf(image: string): Runtime | undefined {
  const name = image.slice(image.lastIndexOf('/') + 1).replace(/ \(deleted\)$/, '');
  return RUNTIMES.find(([pattern]) => pattern.test(name))?.[1];
}

/** Options whose value is the next word. */
const VALUED: Readonly<Record<Runtime, RegExp>> = {
  node: /^(?:-r|--require|--import|--loader|--experimental-loader|-C|--conditions|--input-type|--title|--env-file|--env-file-if-exists|--test-reporter|--test-name-pattern|--watch-path|--icu-data-dir|--openssl-config|--tls-cipher-list|--dns-result-order|--diagnostic-dir|--redirect-warnings|--cpu-prof-dir|--heap-prof-dir|--disable-warning|--localstorage-file|--experimental-config-file|--unhandled-rejections|--stack-trace-limit|--inspect-port|--debug-port)$/,
  bun: /^(?:-r|--preload|--require|--import|-c|--config|--cwd|--env-file|-d|--define|-l|--loader|--port|--conditions|--tsconfig-override)$/,
  deno: /^(?:-c|--config|--import-map|--lock|--cert|-L|--log-level|--location|--seed|--preload|--env-file)$/,
  python: /^(?:-W|-X|--check-hash-based-pycs)$/,
  shell: /^(?:-o|\+o|-O|\+O|--init-file|--rcfile)$/,
};

const INLINE: Readonly<Record<Runtime, RegExp>> = {
  node: /^(?:-e|--eval|-p|--print|-pe|-i|--interactive|--run)(?:=|$)/,
  bun: /^(?:-e|--eval|-p|--print)(?:=|$)/,
  deno: /^$/,
  python: /^-[a-zA-Z]*[cm]$/,
  shell: /^-[a-zA-Z]*[cs][a-zA-Z]*$/,
};

/** Loads other code before the script, or lets others add some while it runs. */
const PRELOAD =
  /^(?:-r|--require|--import|--loader|--experimental-loader|--preload|-e|--eval|-p|--print|-pe|--env-file(?:-if-exists)?|--experimental-(?:default-)?config-file|--inspect[a-z-]*|--init-file|--rcfile)(?:=|$)/;
const SUBCOMMAND: Partial<Record<Runtime, RegExp>> = {
  node: /^inspect$/,
  bun: /^run$/,
  deno: /^(?:run|test|serve|bench)$/,
};

export function parseCommand(image: string, words: readonly string[]): Command {
  const runtime = runtimeOf(image);
  if (runtime === undefined)
    return { runtime, scripts: [], preloads: false, prompt: false, words: words.slice(1) };
  let preloads = false;
  let inline = false;
  let index = 1;
  for (; index < words.length; index++) {
    const word = words[index] ?? '';
    if (word === '--') {
      index++;
      break;
    }
    if (SUBCOMMAND[runtime]?.test(word)) continue;
    if (word === '-' || !/^[-+]./.test(word)) break;
    if (PRELOAD.test(word)) preloads = true;
    if (INLINE[runtime].test(word)) {
      inline = true;
      break;
    }
    if (VALUED[runtime].test(word)) index++;
  }
  const rest = words.slice(index);
  const first = rest[0];
  const none = inline || first === undefined || first === '-' || first === '';
  // An option that we do not know may take the first word as its value; then the script is one of the next.
  const scripts = none
    ? []
    : rest.filter((word) => word !== '' && !word.startsWith('-')).slice(0, runtime === 'node' ? 3 : 1);
  return { runtime, scripts, preloads, prompt: runtime === 'shell' && !inline && none, words: rest };
}
