// The JSON texts in a file that a person hands over: one record (.json), one a line (.jsonl), or an archive of records (.zip).
import { closeSync, fstatSync, openSync, readFileSync, readSync, statSync } from 'node:fs';
import { extname } from 'node:path';
import { readArchive } from './archive.ts';
import { IntelFailure } from './failure.ts';
import { MAX_RECORD } from './record.ts';

export interface RecordText {
  /** Undefined where the record is larger than the limit or unreadable. */
  readonly json: string | undefined;
  /** Share of the file that has been read, 0 to 1. */
  readonly progress: number;
}

const readers: Readonly<Record<string, (file: string) => Iterable<RecordText>>> = {
  '.json': readOne,
  '.jsonl': readLines,
  '.ndjson': readLines,
  '.zip': readZip,
};

/** Throws E_INTEL_FORMAT for another kind of file, E_INTEL_UNREADABLE or E_INTEL_ARCHIVE where it cannot be read. */
export function readRecords(file: string): Iterable<RecordText> {
  const read = readers[extname(file).toLowerCase()];
  if (!read) {
    throw new IntelFailure(
      'E_INTEL_FORMAT',
      `${file} is none of ${Object.keys(readers).join(', ')}; OSV records come as one of these`,
    );
  }
  return guarded(file, read);
}

function* guarded(file: string, read: (file: string) => Iterable<RecordText>): Generator<RecordText> {
  try {
    if (!statSync(file).isFile())
      throw new IntelFailure('E_INTEL_UNREADABLE', `${file} is not a regular file`);
    yield* read(file);
  } catch (error) {
    if (error instanceof IntelFailure) throw error;
    if ((error as NodeJS.ErrnoException).syscall === undefined) throw error;
    throw new IntelFailure(
      'E_INTEL_UNREADABLE',
      `${file} cannot be read: ${(error as Error).message}`,
      error,
    );
  }
}

function* readOne(file: string): Generator<RecordText> {
  const large = statSync(file).size > MAX_RECORD;
  yield { json: large ? undefined : readFileSync(file, 'utf8'), progress: 1 };
}

function* readZip(file: string): Generator<RecordText> {
  for (const { content, progress } of readArchive(file, MAX_RECORD, (name) =>
    name.toLowerCase().endsWith('.json'),
  )) {
    yield { json: content?.toString('utf8'), progress };
  }
}

function* readLines(file: string): Generator<RecordText> {
  const fd = openSync(file, 'r');
  try {
    const size = Math.max(1, fstatSync(fd).size);
    const chunk = Buffer.allocUnsafe(1024 * 1024);
    let line: Buffer[] = [];
    let length = 0;
    let seen = 0;
    for (let got = readSync(fd, chunk); got > 0; got = readSync(fd, chunk)) {
      let start = 0;
      for (let end = chunk.indexOf(10); end !== -1 && end < got; end = chunk.indexOf(10, start)) {
        yield {
          json: text(line, length, chunk.subarray(start, end)),
          progress: Math.min(1, (seen + end) / size),
        };
        line = [];
        length = 0;
        start = end + 1;
      }
      length += got - start;
      // A line beyond the limit is only counted: what it holds is dropped as it comes.
      if (length <= MAX_RECORD) line.push(Buffer.from(chunk.subarray(start, got)));
      else line = [];
      seen += got;
    }
    if (length > 0) yield { json: text(line, length, Buffer.alloc(0)), progress: 1 };
  } finally {
    closeSync(fd);
  }
}

function text(parts: readonly Buffer[], length: number, last: Buffer): string | undefined {
  if (length + last.length > MAX_RECORD) return undefined;
  return Buffer.concat([...parts, last]).toString('utf8');
}
