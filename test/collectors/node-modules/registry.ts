// A package registry on loopback, so that the real package managers install packages that we make up.
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';

export interface Manifest {
  name: string;
  version: string;
  dependencies?: Record<string, string>;
  peerDependencies?: Record<string, string>;
  scripts?: Record<string, string>;
}

export interface Registry {
  readonly url: string;
  publish(manifest: Manifest, files?: Record<string, string>): void;
  close(): Promise<void>;
}

interface Release {
  manifest: Manifest;
  tarball: Buffer;
}

/** Listens on 127.0.0.1; what is published lives in memory. */
export async function startRegistry(): Promise<Registry> {
  const releases = new Map<string, Release>();
  const server = createServer((request, response) => {
    const path = decodeURIComponent(request.url ?? '/').slice(1);
    const release = releases.get(path.replace(/\.tgz$/, ''));
    if (path.endsWith('.tgz') && release) {
      response.end(release.tarball);
      return;
    }
    const document = describe(path, releases, url());
    response.statusCode = document ? 200 : 404;
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(document ?? { error: 'not found' }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  function url(): string {
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  }
  return {
    url: url(),
    publish(manifest, files = {}) {
      releases.set(`${manifest.name}/-/${manifest.version}`, { manifest, tarball: pack(manifest, files) });
    },
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

function describe(name: string, releases: Map<string, Release>, url: string): object | undefined {
  const own = [...releases.entries()].filter(([, { manifest }]) => manifest.name === name);
  if (own.length === 0) return undefined;
  const versions = own.map(([key, { manifest, tarball }]) => [
    manifest.version,
    {
      ...manifest,
      hasInstallScript: Boolean(manifest.scripts?.['postinstall']),
      dist: {
        tarball: `${url}${key}.tgz`,
        shasum: createHash('sha1').update(tarball).digest('hex'),
        integrity: `sha512-${createHash('sha512').update(tarball).digest('base64')}`,
      },
    },
  ]);
  const time = Object.fromEntries(
    own.map(([, { manifest }]) => [manifest.version, '2020-01-01T00:00:00.000Z']),
  );
  return {
    name,
    'dist-tags': { latest: own.at(-1)?.[1].manifest.version },
    versions: Object.fromEntries(versions),
    time: { created: '2020-01-01T00:00:00.000Z', modified: '2020-01-01T00:00:00.000Z', ...time },
  };
}

/** A gzipped ustar archive with the files under `package/`, as registries serve it. */
export function pack(manifest: Manifest, files: Record<string, string>): Buffer {
  const all = { 'package.json': JSON.stringify(manifest), 'index.js': 'module.exports = 1;\n', ...files };
  const blocks = Object.entries(all).flatMap(([name, text]) => {
    const body = Buffer.from(text);
    return [header(`package/${name}`, body.length), body, Buffer.alloc((512 - (body.length % 512)) % 512)];
  });
  return gzipSync(Buffer.concat([...blocks, Buffer.alloc(1024)]));
}

function header(name: string, size: number): Buffer {
  const block = Buffer.alloc(512);
  block.write(name, 0);
  block.write('0000644\0', 100);
  block.write('0000000\0', 108);
  block.write('0000000\0', 116);
  block.write(`${size.toString(8).padStart(11, '0')}\0`, 124);
  block.write('00000000000\0', 136);
  block.write('        ', 148);
  block.write('0', 156);
  block.write('ustar\x0000', 257);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return block;
}
