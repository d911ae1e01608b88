"""P7: fields sealed and opened one by one with AES-256-GCM of cryptography, under one key with random nonces.

usage: fields.py seal|open BYTES FIELDS
Prints the CPU nanoseconds of all fields, and how many there were.
"""

import os
import sys
import time

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

what, size, count = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
cipher = AESGCM(os.urandom(32))
plain, place = b"x" * size, b"p" * 74
nonce = os.urandom(12)
sealed = cipher.encrypt(nonce, plain, place)
done = 0
start = time.thread_time_ns()
if what == "seal":
    for _ in range(count):
        fresh = os.urandom(12)
        done += len(fresh + cipher.encrypt(fresh, plain, place)) == size + 28
else:
    for _ in range(count):
        done += len(cipher.decrypt(nonce, sealed, place)) == size
print(time.thread_time_ns() - start, done)
