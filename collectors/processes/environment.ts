// What package managers tell a script through its environment. npm, pnpm, yarn (1 and later) and bun set the same names;
// yarn 1 has no npm_package_json.
import type { PackageManager } from '../../schema/process.ts';
import { packageName, packageVersion } from './places.ts';

/** Set to anything, they may load code before the script that is named. */
const LOADERS = [
  'LD_PRELOAD',
  'LD_AUDIT',
  'LD_LIBRARY_PATH',
  'PYTHONPATH',
  'PYTHONHOME',
  'BASH_ENV',
  'ENV',
  'BUN_OPTIONS',
];
const NODE_LOADER =
  /(?:^|\s)(?:-r|--require|--import|--loader|--experimental-loader|--env-file|--experimental-(?:default-)?config|--inspect)/;

/** Their first letters are in platform/linux/procfs-environment.ts. */
export const WANTED: ReadonlySet<string> = new Set([
  'npm_lifecycle_event',
  'npm_package_json',
  'npm_package_name',
  'npm_package_version',
  'npm_config_user_agent',
  'INIT_CWD',
  'NODE_OPTIONS',
  ...LOADERS,
]);

export interface ScriptEnvironment {
  /** `postinstall`, `dev`, `npx`, … ; absent: no package manager's script, or one that was scrubbed. */
  readonly event?: string;
  /** Directory of the package whose script it is. */
  readonly directory?: string;
  readonly name?: string;
  readonly version?: string;
  /** Where the package manager was started. */
  readonly project?: string;
  readonly manager?: PackageManager;
  /** A variable may load other code before the script. */
  readonly preloads: boolean;
}

const EVENT = /^[\w:.@/+-]{1,128}$/;
const MANIFEST = /^(\/.*)\/package\.json$/;
const AGENT = /^(npm|pnpm|yarn|bun)\//;

/** Keeps what has the expected form; anything else is treated as if it were not set. */
export function scriptEnvironment(variables: ReadonlyMap<string, string>): ScriptEnvironment {
  const event = variables.get('npm_lifecycle_event');
  const directory = MANIFEST.exec(variables.get('npm_package_json') ?? '')?.[1];
  const name = packageName(variables.get('npm_package_name'));
  const version = packageVersion(variables.get('npm_package_version'));
  const project = variables.get('INIT_CWD');
  const manager = AGENT.exec(variables.get('npm_config_user_agent') ?? '')?.[1] as PackageManager | undefined;
  return {
    ...(event !== undefined && EVENT.test(event) && { event }),
    ...(directory !== undefined && { directory }),
    ...(name !== undefined && { name }),
    ...(version !== undefined && { version }),
    ...(project?.startsWith('/') && { project }),
    ...(manager !== undefined && { manager }),
    preloads:
      LOADERS.some((loader) => variables.has(loader)) ||
      NODE_LOADER.test(variables.get('NODE_OPTIONS') ?? ''),
  };
}
