"""P2, P3: the records of one epoch, checked with hashlib and hmac as the floor checks them.

usage: chain.py FRAMES CONTEXT-HEX [KEY-HEX]
FRAMES holds each record behind its length in two bytes. Without a key the MACs are left out.
Prints the CPU nanoseconds, how many records hold, and the root of the tree.
"""

import hashlib
import hmac
import sys
import time


def expand(key, label, context, step):
    return hmac.digest(key, label + b"\0" + context + step.to_bytes(4, "big") + b"\1", "sha256")


def verify(frames, context, key):
    sha256, view = hashlib.sha256, memoryview(frames)
    start = step = holding = 0
    previous = None
    peaks = []
    while start + 2 <= len(frames):
        size = frames[start] << 8 | frames[start + 1]
        entry = view[start + 2 : start + 2 + size]
        start += 2 + size
        holds = previous is None or entry[48:80] == previous
        previous = entry[size - 32 :]
        if key is not None:
            record_key = expand(key, b"rva/v1/record-key", context, step)
            tag = hmac.digest(record_key, b"rva/v1/record\0" + entry[: size - 32], "sha256")
            key = expand(key, b"rva/v1/record-next", context, step)
            holds = holds and hmac.compare_digest(tag, previous)
        node = sha256(b"\0" + entry).digest()
        for _ in range((~step & (step + 1)).bit_length() - 1):
            node = sha256(b"\1" + peaks.pop() + node).digest()
        peaks.append(node)
        holding += holds
        step += 1
    root = peaks.pop()
    while peaks:
        root = sha256(b"\1" + peaks.pop() + root).digest()
    return holding, root


with open(sys.argv[1], "rb") as file:
    content = file.read()
secret = bytes.fromhex(sys.argv[3]) if len(sys.argv) > 3 else None
begin = time.thread_time_ns()
count, top = verify(content, bytes.fromhex(sys.argv[2]), secret)
print(time.thread_time_ns() - begin, count, top.hex())
