#pragma once

// Faults of a disk, below everything that writes files: this library stands between a program and
// the C library, linked before it or through LD_PRELOAD, and lets the Nth call fail that changes
// something under a folder (open to write, write, fsync, rename, mkdir, unlink, truncate).
extern "C" {

// fault: "ENOSPC" from that call on (of those that take space), "EIO" at that call, "kill" in the
// midst of it (half a write is done), or "" to count alone. In a program: from the environment,
// TRM_FAULT_IN, TRM_FAULT_AT and TRM_FAULT.
void trm_fault_arm(const char* folder, long at, const char* fault);

// Calls so far.
long trm_fault_calls(void);

}  // extern "C"
