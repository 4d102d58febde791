// Records of the kernel program, as bpf/lifeguard.bpf.c lays them out (little endian on x64 and arm64).
// They come from the kernel, but the strings inside were written by whoever called exec.
import { MAX_TEXT, truncate } from '../../schema/primitives.ts';
import { type DnsMessage, parseDns } from './dns.ts';

/** The process that a record is about. `pid` and `startNs` (since boot) identify it. */
export interface Subject {
  readonly pid: number;
  readonly parent: number;
  readonly uid: number;
  readonly startNs: bigint;
  /** CLOCK_MONOTONIC, nanoseconds. */
  readonly timeNs: bigint;
  readonly root: { readonly pid: number; readonly startNs: bigint };
  readonly flags: number;
}

export interface ExecRecord extends Subject {
  readonly type: 'exec';
  readonly filename: string;
  readonly arguments: readonly string[];
  /** Whether argv was longer than the program copies (8 KiB). */
  readonly truncated: boolean;
  /** The npm variables, where this exec named another script than its parent's; undefined otherwise. */
  readonly environment: ReadonlyMap<string, string> | undefined;
}

export interface ConnectRecord extends Subject {
  readonly type: 'connect';
  readonly cookie: bigint;
  readonly address: string;
  readonly port: number;
  readonly protocol: 'tcp' | 'udp';
  readonly verdict: 'allowed' | 'denied' | 'would-deny';
}

export interface CloseRecord extends Subject {
  readonly type: 'close';
  readonly cookie: bigint;
  readonly sent: number;
  readonly received: number;
}

export interface DnsRecord extends Subject {
  readonly type: 'dns';
  readonly message: DnsMessage;
}

export type TreeRecord =
  | DnsRecord
  | ExecRecord
  | ConnectRecord
  | CloseRecord
  | (Subject & { readonly type: 'fork'; readonly child: number })
  | (Subject & { readonly type: 'exit'; readonly status: number });

export const HEADER_BYTES = 64;
const EXEC_DATA = HEADER_BYTES + 16 + 256;
const MAX_ARGUMENTS = 2048;
const UDP = 17;
const WANTED = /^(npm_lifecycle_event|npm_package_(?:name|version|json)|npm_config_user_agent|INIT_CWD)=/;
const verdicts = ['allowed', 'denied', 'would-deny'] as const;

/** Undefined for a record of a type this version does not know, and for a datagram to port 53 that is no DNS. */
export function decodeRecord(bytes: Buffer): TreeRecord | undefined {
  const value = bytes.readInt32LE(36);
  switch (bytes.readUInt32LE(0)) {
    case 1:
      return decodeExec(bytes);
    case 2:
      return { type: 'fork', ...subject(bytes), child: value };
    case 3:
      return { type: 'exit', ...subject(bytes), status: value };
    case 4:
      return decodeConnect(bytes);
    case 5:
      return {
        type: 'close',
        ...subject(bytes),
        cookie: bytes.readBigUInt64LE(HEADER_BYTES),
        sent: Number(bytes.readBigUInt64LE(HEADER_BYTES + 8)),
        received: Number(bytes.readBigUInt64LE(HEADER_BYTES + 16)),
      };
    case 6: {
      const message = parseDns(bytes.subarray(HEADER_BYTES + 8), formatAddress);
      return message && { type: 'dns', ...subject(bytes), message };
    }
    default:
      return undefined;
  }
}

function subject(bytes: Buffer): Subject {
  return {
    timeNs: bytes.readBigUInt64LE(8),
    startNs: bytes.readBigUInt64LE(16),
    pid: bytes.readUInt32LE(24),
    parent: bytes.readUInt32LE(28),
    uid: bytes.readUInt32LE(32),
    root: { pid: bytes.readUInt32LE(40), startNs: bytes.readBigUInt64LE(48) },
    flags: bytes.readUInt32LE(44),
  };
}

function decodeExec(bytes: Buffer): ExecRecord {
  const argumentBytes = bytes.readUInt32LE(HEADER_BYTES);
  const environmentBytes = bytes.readUInt32LE(HEADER_BYTES + 8);
  const environmentAt = EXEC_DATA + argumentBytes;
  const name = bytes.subarray(HEADER_BYTES + 16, EXEC_DATA);
  const end = name.indexOf(0);
  return {
    type: 'exec',
    ...subject(bytes),
    filename: name.toString('utf8', 0, end < 0 ? name.length : end),
    arguments: strings(bytes.subarray(EXEC_DATA, environmentAt)).slice(0, MAX_ARGUMENTS),
    truncated: bytes.readUInt32LE(HEADER_BYTES + 4) > argumentBytes,
    environment:
      environmentBytes > 0
        ? wanted(bytes.subarray(environmentAt, environmentAt + environmentBytes))
        : undefined,
  };
}

/** NUL-separated; the last one may have been cut. */
function strings(bytes: Buffer): string[] {
  const all = bytes.toString('utf8').split('\0');
  if (all.at(-1) === '') all.pop();
  return all;
}

/** Only what attribution needs leaves the buffer: an environment holds secrets. */
function wanted(bytes: Buffer): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const entry of strings(bytes)) {
    const name = WANTED.exec(entry)?.[1];
    if (name !== undefined && !found.has(name))
      found.set(name, truncate(entry.slice(name.length + 1), MAX_TEXT));
  }
  return found;
}

function decodeConnect(bytes: Buffer): ConnectRecord {
  const at = HEADER_BYTES + 8;
  return {
    type: 'connect',
    ...subject(bytes),
    cookie: bytes.readBigUInt64LE(HEADER_BYTES),
    protocol: bytes.readUInt32LE(at + 4) === UDP ? 'udp' : 'tcp',
    port: bytes.readUInt32LE(at + 8),
    verdict: verdicts[bytes.readUInt32LE(at + 12)] ?? 'allowed',
    address: formatAddress(bytes.subarray(at + 16, at + 32), bytes.readUInt32LE(at) === 4 ? 4 : 6),
  };
}

/** `192.0.2.1`, `2001:db8::1` as RFC 5952 writes it; an IPv4-mapped address as the IPv4 address it reaches. */
export function formatAddress(bytes: Uint8Array, family: 4 | 6): string {
  if (family === 4) return bytes.subarray(0, 4).join('.');
  const groups = Array.from({ length: 8 }, (_, i) => ((bytes[2 * i] ?? 0) << 8) | (bytes[2 * i + 1] ?? 0));
  if (groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff)
    return bytes.subarray(12, 16).join('.');
  let best = { at: -1, length: 1 };
  for (let at = 0; at < 8; at += 1) {
    let length = 0;
    while (at + length < 8 && groups[at + length] === 0) length += 1;
    if (length > best.length) best = { at, length };
  }
  const text = groups.map((group) => group.toString(16));
  if (best.at < 0) return text.join(':');
  return `${text.slice(0, best.at).join(':')}::${text.slice(best.at + best.length).join(':')}`;
}
