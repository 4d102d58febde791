// How a postinstall reaches the key. `{key}` is its path. Each package reads a key of its own, so that what was detected and
// whom it was attributed to are counted apart.
export const shapeNames = ['node', 'sh-c-cat', 'builtin', 'setsid', 'env-i'] as const;
export type ShapeName = (typeof shapeNames)[number];

interface Shape {
  readonly script: string;
  readonly files?: Readonly<Record<string, string>>;
}

const quiet = '>/dev/null 2>&1 </dev/null';

export const shapes: Readonly<Record<ShapeName, Shape>> = {
  node: { script: 'node steal.js', files: { 'steal.js': `require('node:fs').readFileSync('{key}');` } },
  'sh-c-cat': { script: `sh -c 'cat {key} >/dev/null'` },
  // The redirection is the shell's own open(2); no other program runs.
  builtin: { script: 'read line < {key} || true' },
  // Two forks away in a session of its own; every parent is gone when it reads.
  setsid: { script: `setsid sh -c '(sleep 0.2; cat {key}) &' ${quiet}` },
  'env-i': { script: `env -i sh -c 'cat {key} >/dev/null'` },
};

/** yarn from 2 on brings a shell of its own, which has no subshells that outlive it: there the script is run by sh. */
export function shapeFor(name: ShapeName, key: string, ownShell: boolean): Shape {
  const { script, files = {} } = shapes[name];
  const filled = Object.fromEntries(
    Object.entries(files).map(([file, content]) => [file, content.replace('{key}', key)]),
  );
  const line = script.replace('{key}', key);
  if (!ownShell || name === 'node') return { script: line, files: filled };
  return { script: 'sh steal.sh', files: { ...filled, 'steal.sh': `${line}\n` } };
}
