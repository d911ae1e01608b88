#ifndef FAULT_INJECTOR_H
#define FAULT_INJECTOR_H

/// Breaks a program from inside, at a call that it makes: a library for LD_PRELOAD, with nothing to call.
///
/// It counts the calls by which a process changes what others can see (files, folders, its outputs), over all threads
/// and from 1 on, and acts at one of them. Calls that libc makes for itself pass it by, so a proof that rests on the
/// count has to compare it with that of strace.
///
///     FAULT_CALLS   which calls are counted
///         all       every one below
///         room      those that take room on a disk, but for standard output and error: creating, writing, allocating
///         sync      fsync and fdatasync
///     FAULT_AT      the number of the call to act at; without it nothing is broken
///     FAULT_DO      what happens there
///         kill-before, kill-after    SIGKILL, before or after it is carried out
///         fail      it fails with FAULT_ERRNO
///         fail-on   this one and every later one that is counted fails with FAULT_ERRNO
///         short     a write carries out the first half and says so; any other call is carried out
///         claim     it says that it succeeded and does nothing
///         retry     a sync fails with FAULT_ERRNO, is tried again, and the program hears of the second only
///     FAULT_ERRNO   a number of the system
///     FAULT_LIST    an absolute path: every counted call is appended there, as
///                       number TAB call TAB path TAB errno, 0 or what it failed with TAB broken or whole
///                   and a retried sync twice under its number

#endif
