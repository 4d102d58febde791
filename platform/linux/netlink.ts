// The proc connector: the kernel multicasts every fork, exec and exit over netlink (linux/cn_proc.h).
// A message is queued by the process that acts, before it goes on: what it opens afterwards is reported after it was forked.
import { release } from 'node:os';
import koffi from 'koffi';
import { close } from './descriptor.ts';
import { check, errno, libc } from './libc.ts';
import { MESSAGE_SIZE, type ProcessMessages, WANTED_EVENTS, decodeMessage } from './netlink-messages.ts';

const AF_NETLINK = 16;
const NETLINK_CONNECTOR = 11;
const SOCK_DGRAM_CLOEXEC_NONBLOCK = 2 | 0o2000000 | 0o4000;
const CN_IDX_PROC = 1;
const CN_VAL_PROC = 1;
const PROC_CN_MCAST_LISTEN = 1;
const NLMSG_DONE = 3;
const SOL_SOCKET = 1;
const SO_RCVBUF = 8;
const SO_RCVBUFFORCE = 33;
const MSG_DONTWAIT = 0x40;
const ENOBUFS = 105;

/** Room for some 40,000 messages of about 768 bytes of kernel memory each; a fork storm of one second on this side of a stall. */
const RECEIVE_BUFFER = 32 << 20;
const BATCH = 64;
/** Most batches in one drain, so that a fork bomb cannot keep the caller from its other descriptors. */
const MAX_BATCHES = 512;

/** struct mmsghdr is 64 bytes: msg_name 0, msg_namelen 8, msg_iov 16, msg_iovlen 24, msg_len 56. */
const HEADER = 64;
const VECTOR = 16;
/** struct sockaddr_nl: family 0, nl_pid 4, groups 8. */
const ADDRESS = 12;

const socket: (domain: number, type: number, protocol: number) => number = libc.func(
  'int socket(int domain, int type, int protocol)',
);
const bind: (fd: number, address: Buffer, length: number) => number = libc.func(
  'int bind(int fd, const void *address, uint length)',
);
const setsockopt: (fd: number, level: number, name: number, value: Buffer, length: number) => number =
  libc.func('int setsockopt(int fd, int level, int name, const void *value, uint length)');
const send: (fd: number, data: Buffer, size: number, flags: number) => number = libc.func(
  'int64_t send(int fd, const void *data, size_t size, int flags)',
);
const recvmmsg: (fd: number, headers: Buffer, count: number, flags: number, timeout: null) => number =
  libc.func('int recvmmsg(int fd, void *headers, uint count, int flags, void *timeout)');
const mmap: (
  at: null,
  size: number,
  protection: number,
  flags: number,
  fd: number,
  offset: number,
) => unknown = libc.func(
  'void *mmap(void *at, size_t size, int protection, int flags, int fd, int64_t offset)',
);
const munmap: (at: unknown, size: number) => number = libc.func('int munmap(void *at, size_t size)');

export interface ProcConnector {
  readonly fd: number;
  /** Hands what is queued to `messages`, at most some 32,000 messages; never blocks, never throws. */
  drain(messages: ProcessMessages): void;
  close(): void;
}

/** Starts to listen. Throws `SystemCallError` (EPERM without CAP_NET_ADMIN before Linux 6.6, EPROTONOSUPPORT without CONFIG_CONNECTOR). */
export function openProcConnector(): ProcConnector {
  const fd = check(
    socket(AF_NETLINK, SOCK_DGRAM_CLOEXEC_NONBLOCK, NETLINK_CONNECTOR),
    'socket(NETLINK_CONNECTOR)',
  );
  try {
    const size = int32(RECEIVE_BUFFER);
    if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, size, 4) < 0)
      setsockopt(fd, SOL_SOCKET, SO_RCVBUF, size, 4);
    const address = Buffer.alloc(ADDRESS);
    address.writeUInt16LE(AF_NETLINK, 0);
    address.writeUInt32LE(CN_IDX_PROC, 8);
    check(bind(fd, address, ADDRESS), 'bind(CN_IDX_PROC)');
    const request = listenRequest();
    check(send(fd, request, request.length, 0), 'send(PROC_CN_MCAST_LISTEN)');
  } catch (cause) {
    close(fd);
    throw cause;
  }
  return connector(fd);
}

function connector(fd: number): ProcConnector {
  const arena = receiveArena();
  return {
    fd,
    drain(messages) {
      for (let batches = 0; batches < MAX_BATCHES; batches++) {
        const count = recvmmsg(fd, arena.headers, BATCH, MSG_DONTWAIT, null);
        if (count < 0) {
          // Reported once for any number of lost messages; what follows is queued again.
          if (errno() !== ENOBUFS) return;
          messages.overflow();
          continue;
        }
        for (let index = 0; index < count; index++) {
          const length = arena.headers.readUInt32LE(index * HEADER + 56);
          // Only the kernel has port 0. Others would need CAP_NET_ADMIN to write here, and then could forget a lineage.
          const sender = arena.addresses.readUInt32LE(index * ADDRESS + 4);
          if (sender === 0)
            decodeMessage(arena.messages, index * MESSAGE_SIZE, Math.min(length, MESSAGE_SIZE), messages);
          arena.headers.writeUInt32LE(ADDRESS, index * HEADER + 8);
        }
        if (count < BATCH) return;
      }
    },
    close() {
      close(fd);
      arena.free();
    },
  };
}

/** nlmsghdr, cn_msg and proc_input. Linux before 6.6 ignores a request that carries an event mask, so there it gets none. */
function listenRequest(): Buffer {
  const [major = 0, minor = 0] = release().split('.').map(Number);
  const filtered = major > 6 || (major === 6 && minor >= 6);
  const request = Buffer.alloc(filtered ? 44 : 40);
  request.writeUInt32LE(request.length, 0);
  request.writeUInt16LE(NLMSG_DONE, 4);
  request.writeUInt32LE(CN_IDX_PROC, 16);
  request.writeUInt32LE(CN_VAL_PROC, 20);
  request.writeUInt16LE(filtered ? 8 : 4, 32);
  request.writeUInt32LE(PROC_CN_MCAST_LISTEN, 36);
  if (filtered) request.writeUInt32LE(WANTED_EVENTS, 40);
  return request;
}

/** The kernel keeps addresses into these buffers, so they live outside the JavaScript heap. */
function receiveArena() {
  const size = BATCH * (HEADER + VECTOR + ADDRESS + MESSAGE_SIZE);
  const memory = mmap(null, size, 3, 0x22, -1, 0);
  const base = koffi.address(memory);
  const all = Buffer.from(koffi.view(memory, size));
  const vectorsAt = BATCH * HEADER;
  const addressesAt = vectorsAt + BATCH * VECTOR;
  const messagesAt = addressesAt + BATCH * ADDRESS;
  const headers = all.subarray(0, vectorsAt);
  const vectors = all.subarray(vectorsAt, addressesAt);
  for (let index = 0; index < BATCH; index++) {
    vectors.writeBigUInt64LE(base + BigInt(messagesAt + index * MESSAGE_SIZE), index * VECTOR);
    vectors.writeBigUInt64LE(BigInt(MESSAGE_SIZE), index * VECTOR + 8);
    headers.writeBigUInt64LE(base + BigInt(addressesAt + index * ADDRESS), index * HEADER);
    headers.writeUInt32LE(ADDRESS, index * HEADER + 8);
    headers.writeBigUInt64LE(base + BigInt(vectorsAt + index * VECTOR), index * HEADER + 16);
    headers.writeBigUInt64LE(1n, index * HEADER + 24);
  }
  return {
    headers,
    addresses: all.subarray(addressesAt, messagesAt),
    messages: all.subarray(messagesAt),
    free: () => void munmap(memory, size),
  };
}

function int32(value: number): Buffer {
  const buffer = Buffer.alloc(4);
  buffer.writeInt32LE(value);
  return buffer;
}
