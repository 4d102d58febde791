// The compiled program as it is committed: `u32 length | JSON | data | instructions`, little endian. The last two are what
// `bpftool gen skeleton -L` generates: a small loader program that creates the maps and loads the programs inside the
// kernel, where CO-RE relocates them. Layout of the context: struct bpf_loader_ctx of bpftool 7.1 (skel_internal.h).

export interface ArtefactDescription {
  /** In the order of the loader's context. */
  readonly maps: readonly string[];
  readonly programs: readonly { readonly name: string; readonly section: string }[];
  /** Sections with initial content that the loader reads from us: `bss`, `data`, `rodata`. */
  readonly sections: Readonly<Record<string, { readonly mappedBytes: number; readonly content: string }>>;
  /** Global variables: where they lie in their section. */
  readonly variables: Readonly<
    Record<string, { readonly section: string; readonly offset: number; readonly size: number }>
  >;
  readonly dataBytes: number;
  readonly instructionBytes: number;
}

export interface Artefact extends ArtefactDescription {
  readonly data: Buffer;
  readonly instructions: Buffer;
}

export function packArtefact(description: ArtefactDescription, data: Buffer, instructions: Buffer): Buffer {
  const json = Buffer.from(JSON.stringify(description));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(json.length);
  return Buffer.concat([length, json, data, instructions]);
}

/** Our own file, read from where it was installed: trusted, but a torn one is refused. */
export function unpackArtefact(file: Buffer): Artefact {
  const jsonBytes = file.readUInt32LE(0);
  const description = JSON.parse(file.toString('utf8', 4, 4 + jsonBytes)) as ArtefactDescription;
  const start = 4 + jsonBytes;
  const middle = start + description.dataBytes;
  const end = middle + description.instructionBytes;
  if (end !== file.length) throw new Error(`BPF artefact is ${file.length} bytes where ${end} were expected`);
  return { ...description, data: file.subarray(start, middle), instructions: file.subarray(middle, end) };
}
