"""P1: codes of three steps compared with a wrong one, by pyotp or by cryptography.

usage: totp.py pyotp|cryptography KEY-HEX SECONDS RIGHT WRONG CHECKS
Prints the CPU nanoseconds of all checks, and how many found the code.
"""

import base64
import sys
import time

name, key, seconds, right, wrong, checks = sys.argv[1:]
key, seconds, checks = bytes.fromhex(key), int(seconds), int(checks)

if name == "pyotp":
    import pyotp

    totp = pyotp.TOTP(base64.b32encode(key).decode())

    def finds(code):
        return totp.verify(code, for_time=seconds, valid_window=1)

else:
    from cryptography.hazmat.primitives.hashes import SHA1
    from cryptography.hazmat.primitives.twofactor import InvalidToken
    from cryptography.hazmat.primitives.twofactor.totp import TOTP

    totp = TOTP(key, 6, SHA1(), 30)

    def finds(code):
        for step in (-30, 0, 30):
            try:
                totp.verify(code.encode(), seconds + step)
                return True
            except InvalidToken:
                continue
        return False


if not finds(right):
    sys.exit("the right code is not found")
start = time.thread_time_ns()
found = sum(finds(wrong) for _ in range(checks))
print(time.thread_time_ns() - start, found)
