#ifndef CLIBFUZZER_DRIVER_H
#define CLIBFUZZER_DRIVER_H

#include <stddef.h>
#include <stdint.h>

// libFuzzer as a library: the toolchain has it, and no header for it. `-sanitize=fuzzer` links it in.
int LLVMFuzzerRunDriver(int *_Nonnull argc, char *_Nullable *_Nonnull *_Nonnull argv,
                        int (*_Nonnull feed)(const uint8_t *_Nullable data, size_t size));

#endif
