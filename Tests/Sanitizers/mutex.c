// Tells Thread Sanitizer of the locks that it cannot see.
//
// The fast path of Synchronization.Mutex is compiled into our code, instrumented, and understood. Where a thread has to
// wait, the library locks and unlocks by system calls of its own, uninstrumented, and what one owner wrote looks like a
// race to the next. This library is loaded in front of it: it does the same, and says so. The product stays as it is.

#include <dlfcn.h>
#include <stdint.h>
#include <stdlib.h>

extern void __tsan_acquire(void *address);
extern void __tsan_release(void *address);

#define SWIFT __attribute__((swiftcall))
#define SELF __attribute__((swift_context)) void *self
#define LOCK "$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF"
#define UNLOCK "$s15Synchronization12_MutexHandleV11_unlockSlowyyF"

typedef SWIFT void (*Lock)(uint32_t thread, SELF);
typedef SWIFT void (*Unlock)(SELF);

SWIFT void lock_slowly(uint32_t thread, SELF) __asm__(LOCK);
SWIFT void unlock_slowly(SELF) __asm__(UNLOCK);

// A library without these symbols has other locks: then nothing that is reported below can be trusted.
static void *next(const char *symbol) {
    void *found = dlsym(RTLD_NEXT, symbol);
    if (found == NULL) abort();
    return found;
}

SWIFT void lock_slowly(uint32_t thread, SELF) {
    ((Lock)next(LOCK))(thread, self);
    __tsan_acquire(self);
}

SWIFT void unlock_slowly(SELF) {
    Unlock unlock = (Unlock)next(UNLOCK);
    __tsan_release(self);
    unlock(self);
}
