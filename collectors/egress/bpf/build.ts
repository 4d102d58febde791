// Rebuilds lifeguard.bpf.bin from its source, or with --check proves that the committed one is what the source gives.
// Needs Debian's clang, llvm, bpftool (7.1: the artefact's layout belongs to it) and libbpf-dev; users need none of them.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ArtefactDescription, packArtefact } from '../../../platform/linux/bpf/artefact.ts';

const here = import.meta.dirname;
const BPFTOOL = /bpftool v7\.1\./;
/** By file: what the source is compiled with. The second needs Linux 6.13, the first 5.17. */
const variants: Readonly<Record<string, readonly string[]>> = {
  'lifeguard.bpf.bin': [],
  'lifeguard-6.13.bpf.bin': ['-DSIGNAL_TASK'],
};

for (const [name, options] of Object.entries(variants)) {
  const file = join(here, name);
  const built = build(options);
  if (!process.argv.includes('--check')) writeFileSync(file, built);
  else if (!built.equals(readFileSync(file))) {
    console.error(
      `${name} is not what lifeguard.bpf.c compiles to: run \`npm run build:bpf\` and commit it.`,
    );
    process.exit(1);
  }
  console.log(`${name}: ${built.length} bytes`);
}

function build(options: readonly string[]): Buffer {
  const version = run('bpftool', ['version']);
  if (!BPFTOOL.test(version)) throw new Error(`bpftool 7.1 is needed, found: ${version.split('\n')[0]}`);
  const directory = mkdtempSync(join(tmpdir(), 'lifeguard-bpf-'));
  try {
    const object = join(directory, 'lifeguard.bpf.o');
    const include = `/usr/include/${run('gcc', ['-print-multiarch']).trim()}`;
    // Every architecture gets the same program: nothing in it depends on a register layout.
    run('clang', [
      ...options,
      '-g',
      '-O2',
      '-target',
      'bpf',
      '-mcpu=v2',
      '-Wall',
      '-Werror',
      '-Wno-unused-function',
      `-I${include}`,
      `-fdebug-compilation-dir=.`,
      `-fdebug-prefix-map=${here}=.`,
      '-c',
      'lifeguard.bpf.c',
      '-o',
      object,
    ]);
    run('llvm-strip', ['-g', object]);
    return pack(
      run('bpftool', ['gen', 'skeleton', '-L', object, 'name', 'lifeguard']),
      run('llvm-readelf', ['-sSW', object]),
    );
  } finally {
    rmSync(directory, { recursive: true });
  }
}

function run(command: string, args: readonly string[]): string {
  return execFileSync(command, args, { cwd: here, encoding: 'utf8', maxBuffer: 1 << 26 });
}

function pack(skeleton: string, elf: string): Buffer {
  const context = /struct bpf_loader_ctx ctx;([\s\S]*?)\n\};/.exec(skeleton)?.[1] ?? '';
  const data = literal(skeleton, 'data');
  const instructions = literal(skeleton, 'insns');
  const functions = symbols(elf, 'FUNC');
  const description: ArtefactDescription = {
    maps: [...context.matchAll(/struct bpf_map_desc (\w+);/g)].map((m) => m[1] ?? ''),
    programs: [...context.matchAll(/struct bpf_prog_desc (\w+);/g)].map((m) => {
      const name = m[1] ?? '';
      return { name, section: functions.get(name)?.section ?? '' };
    }),
    sections: Object.fromEntries(
      [
        ...skeleton.matchAll(/skel->(\w+) = skel_prep_map_data\(\(void \*\)"([\s\S]*?)", (\d+), (\d+)\);/g),
      ].map((m) => {
        const content = Buffer.alloc(Number(m[4]));
        unescape(m[2] ?? '').copy(content);
        return [m[1] ?? '', { mappedBytes: Number(m[3]), content: content.toString('base64') }];
      }),
    ),
    variables: Object.fromEntries(
      [...symbols(elf, 'OBJECT')]
        .filter(([, symbol]) => ['.bss', '.data', '.rodata'].includes(symbol.section))
        .map(([name, { section, offset, size }]) => [name, { section: section.slice(1), offset, size }]),
    ),
    dataBytes: data.length,
    instructionBytes: instructions.length,
  };
  return packArtefact(description, data, instructions);
}

/** A string literal of the skeleton, `opts.data` or `opts.insns`. */
function literal(skeleton: string, name: string): Buffer {
  const match = new RegExp(
    `opts\\.${name}_sz = (\\d+);\\s*opts\\.${name} = \\(void \\*\\)"([\\s\\S]*?)";`,
  ).exec(skeleton);
  if (!match) throw new Error(`the skeleton has no ${name}`);
  const content = Buffer.alloc(Number(match[1]));
  unescape(match[2] ?? '').copy(content);
  return content;
}

/** bpftool writes bytes as \xNN and \0, lines joined with a backslash. */
function unescape(text: string): Buffer {
  const bytes: number[] = [];
  for (const m of text.replaceAll('\\\n', '').matchAll(/\\x([0-9a-f]{2})|\\0|([^\\])/g)) {
    bytes.push(m[1] ? Number.parseInt(m[1], 16) : (m[2]?.charCodeAt(0) ?? 0));
  }
  return Buffer.from(bytes);
}

function symbols(elf: string, type: string): Map<string, { section: string; offset: number; size: number }> {
  const sections = new Map<string, string>();
  for (const m of elf.matchAll(/^\s*\[\s*(\d+)\]\s+(\S+)\s+(?:PROGBITS|NOBITS)/gm))
    sections.set(m[1] ?? '', m[2] ?? '');
  const found = new Map<string, { section: string; offset: number; size: number }>();
  for (const m of elf.matchAll(/([0-9a-f]{16})\s+(\d+)\s+(\w+)\s+GLOBAL\s+\w+\s+(\d+)\s+(\w+)/g)) {
    if (m[3] !== type) continue;
    found.set(m[5] ?? '', {
      section: sections.get(m[4] ?? '') ?? '',
      offset: Number.parseInt(m[1] ?? '', 16),
      size: Number(m[2]),
    });
  }
  return found;
}
