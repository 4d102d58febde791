/* The few kernel structures that the program reads. CO-RE relocates every access when it is loaded, so only the
 * names of the fields matter here: no generated vmlinux.h, and the same source builds on any machine. */
#pragma once
#include <linux/types.h>
#include <linux/bpf.h>

typedef __u8 u8;
typedef __u16 u16;
typedef __u32 u32;
typedef __u64 u64;
typedef __s32 s32;

enum pid_type { PIDTYPE_PID, PIDTYPE_TGID };

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)
typedef struct { int counter; } atomic_t;
typedef struct { u32 val; } kuid_t;
struct cred { kuid_t uid; };
struct signal_struct { atomic_t live; };
struct mm_struct { unsigned long arg_start, arg_end, env_start, env_end; };
struct task_struct {
  struct mm_struct *mm;
  int exit_code;
  int tgid;
  struct task_struct *real_parent;
  struct task_struct *group_leader;
  u64 start_boottime;
  const struct cred *cred;
  struct signal_struct *signal;
};
struct linux_binprm { const char *filename; };
struct sock_common { u16 skc_family; };
struct sock { struct sock_common __sk_common; };
struct tcp_sock { u64 bytes_sent; u64 bytes_received; };
#pragma clang attribute pop
