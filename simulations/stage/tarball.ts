// A package as npm takes it: a gzipped ustar archive whose files lie below `package/`.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

const BLOCK = 512;

/** The plain files of `directory`, without its subdirectories. */
export function tarball(directory: string): Buffer {
  const entries = readdirSync(directory, { withFileTypes: true }).filter((entry) => entry.isFile());
  const blocks = entries.flatMap(({ name }) => {
    const content = readFileSync(join(directory, name));
    return [header(`package/${name}`, content.length), content, Buffer.alloc(padding(content.length))];
  });
  return gzipSync(Buffer.concat([...blocks, Buffer.alloc(2 * BLOCK)]));
}

function padding(length: number): number {
  return (BLOCK - (length % BLOCK)) % BLOCK;
}

/** POSIX.1-1988, 10.1.1: numbers in octal; the checksum counts its own field as blanks. */
function header(name: string, size: number): Buffer {
  const block = Buffer.alloc(BLOCK);
  block.write(name, 0, 100);
  block.write('0000644\0', 100);
  block.write('0000000\0', 108);
  block.write('0000000\0', 116);
  block.write(`${size.toString(8).padStart(11, '0')}\0`, 124);
  block.write('00000000000\0', 136);
  block.write('        0', 148);
  block.write('ustar\x0000', 257);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return block;
}
