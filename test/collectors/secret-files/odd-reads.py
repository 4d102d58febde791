# Ways to read a file that no ordinary program takes. Usage: odd-reads.py WAY PATH; prints what it read, or fails with errno.
import ctypes, mmap, os, sys

libc = ctypes.CDLL(None, use_errno=True)
AT_FDCWD = -100
x64 = os.uname().machine == 'x86_64'
NAME_TO_HANDLE_AT, OPEN_BY_HANDLE_AT, OPENAT2 = (303, 304, 437) if x64 else (264, 265, 437)


def check(result):
    if result < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return result


def openat2(path):
    how = (ctypes.c_uint64 * 3)(os.O_RDONLY, 0, 0)
    return check(libc.syscall(OPENAT2, AT_FDCWD, path.encode(), how, 24))


def by_handle(path):
    handle = ctypes.create_string_buffer(136)
    ctypes.cast(handle, ctypes.POINTER(ctypes.c_uint))[0] = 128
    mount = ctypes.c_int()
    check(libc.syscall(NAME_TO_HANDLE_AT, AT_FDCWD, path.encode(), handle, ctypes.byref(mount), 0))
    directory = os.open(os.path.dirname(path), os.O_RDONLY)
    return check(libc.syscall(OPEN_BY_HANDLE_AT, directory, handle, os.O_RDONLY))


def reopened(path):
    return os.open('/proc/self/fd/%d' % os.open(path, os.O_PATH), os.O_RDONLY)


def mapped(path):
    fd = os.open(path, os.O_RDONLY)
    print(mmap.mmap(fd, 0, prot=mmap.PROT_READ)[:].decode())
    sys.exit(0)


ways = {'openat2': openat2, 'handle': by_handle, 'reopened': reopened, 'mapped': mapped}
try:
    print(os.read(ways[sys.argv[1]](sys.argv[2]), 4096).decode())
except OSError as error:
    sys.exit('errno %d' % error.errno)
