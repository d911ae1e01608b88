"""Asks the openssl program whether the log and its witnesses signed the checkpoints of a bundle.

    with_openssl.py BUNDLE POLICY
"""

import pathlib
import subprocess
import sys
import tempfile

from log import Log, Opinion, flipped, witnesses

# SubjectPublicKeyInfo of an Ed25519 key, up to the key (RFC 8410 §4).
SPKI = bytes.fromhex("302a300506032b6570032100")


def verifies(folder, public, message, signature):
    files = [folder / name for name in ("key.der", "message", "signature")]
    for file, content in zip(files, (SPKI + public, message, signature)):
        file.write_bytes(content)
    key, message, signature = files
    command = ["openssl", "pkeyutl", "-verify", "-rawin", "-pubin", "-keyform", "DER"]
    command += ["-inkey", key, "-in", message, "-sigfile", signature]
    run = subprocess.run(command, capture_output=True, text=True)
    said = run.stdout.strip()
    # A key or a file that it cannot read would otherwise pass for a signature that it refuses.
    if (run.returncode, said) not in [(0, "Signature Verified Successfully"), (1, "Signature Verification Failure")]:
        sys.exit(f"openssl: {run.returncode}: {said} {run.stderr}")
    return run.returncode == 0


def main():
    bundle, policy = sys.argv[1:]
    log, opinion = Log(bundle), Opinion("openssl")
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        for number, note in enumerate(log.notes):
            for signature in note.signatures:
                for key in [log.vkey] + witnesses(policy):
                    if not key.signed(signature):
                        continue
                    message, bare, what = note.text, signature.bytes, "signatures of the log"
                    if key is not log.vkey:
                        time = int.from_bytes(bare[:8], "big")
                        message = f"cosignature/v1\ntime {time}\n".encode() + message
                        bare, what = bare[8:], "cosignatures"
                    opinion.agrees(what, verifies(folder, key.public, message, bare))
                    place = number % len(bare)
                    opinion.refuses(what, verifies(folder, key.public, message, flipped(bare, place)))
                    place = number % len(message)
                    opinion.refuses(what, verifies(folder, key.public, flipped(message, place), bare))
    opinion.say(signatures_of_the_log=len(log.notes), cosignatures=2)


main()
