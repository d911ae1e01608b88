"""Backup files of the vault (RVB1), written from Docs/Specs/vault.md and the text of C2SP chunked-encryption.

As a program: prints Tests/Vectors/ours-vault-backup.json, the known answers that the vault's own tests read.
"""

import hashlib
import hmac
import json

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

import vault

CHUNK = 16384


def expand(key, info, size):
    """HKDF-Expand with SHA-512 (RFC 5869)."""
    okm, block, number = b"", b"", 1
    while len(okm) < size:
        block = hmac.new(key, block + info + bytes([number]), hashlib.sha512).digest()
        okm, number = okm + block, number + 1
    return okm[:size]


def chunked(key, context, salt, message):
    """The ciphertext of a message: salt, commitment, chunks of which the last is short."""
    okm = expand(key, b"c2sp.org/chunked-encryption@v1+AEAD_AES_256_GCM\0" + salt + context, 76)
    cipher, base = AESGCM(okm[:32]), int.from_bytes(okm[32:44], "big")
    out = salt + okm[44:]
    for number in range(len(message) // CHUNK + 1):
        nonce = (base ^ number).to_bytes(12, "big")
        out += cipher.encrypt(nonce, message[number * CHUNK : (number + 1) * CHUNK], b"")
    return out


def backup(kind, database, generation, created, bkk, bkk_version, wrapped, salt, message):
    """A whole file."""
    header = b"RVB1" + bytes([kind, 0, 0, 0]) + database + vault.u(generation, 8) + vault.u(bkk_version, 4)
    header += bytes(4) + vault.u(created, 8) + wrapped
    assert len(header) == 168
    return header + chunked(bkk, b"rv1/backup\0" + header, salt, message)


def key_record(tenant, subject, key_class, version, kek_version, state, wrapped):
    """One key of a subject, 163 bytes."""
    record = tenant + subject + vault.u(key_class, 2) + vault.u(version, 4) + vault.u(kek_version, 4)
    return record + bytes([state]) + wrapped


def filler(label, size):
    """Bytes that look like nothing and are always the same."""
    return expand(hashlib.sha256(label.encode()).digest(), b"filler", size)


def cases():
    for kind, size in ((2, 3), (1, 0), (1, CHUNK - 1), (1, CHUNK), (2, CHUNK + 163)):
        name = f"{kind}-{size}"
        kek, bkk = filler(name + "kek", 32), filler(name + "bkk", 32)
        wrap_salt, salt = filler(name + "wrap", 24), filler(name + "salt", 24)
        kek_version, bkk_version, generation, created = 3, 2, (1 << 32) + 515, 1_800_000_000
        # A class key is padded by nothing: its 32 bytes are the plaintext of type 03.
        wrapped = vault.seal(3, kek, kek_version, vault.class_key(3, bkk_version), bkk, wrap_salt)
        message = (hashlib.sha256(name.encode()).digest() * (size // 32 + 1))[:size]
        database = filler(name + "database", 16)
        file = backup(kind, database, generation, created, bkk, bkk_version, wrapped, salt, message)
        yield {
            "id": name,
            "kind": kind,
            "kek_sys": kek.hex(),
            "kek_version": kek_version,
            "bkk": bkk.hex(),
            "bkk_version": bkk_version,
            "wrap_salt": wrap_salt.hex(),
            "database": database.hex(),
            "generation": str(generation),
            "created": created,
            "salt": salt.hex(),
            "message_seed": hashlib.sha256(name.encode()).hexdigest(),
            "message_size": size,
            "header": file[:168].hex(),
            "start": file[168:224].hex(),
            "size": len(file),
            "sha256": hashlib.sha256(file).hexdigest(),
        }


def record():
    parts = {
        "tenant": filler("tenant", 16),
        "subject": filler("subject", 16),
        "wrapped": filler("wrapped", 120),
    }
    fields = {"class": 4, "version": 5, "kek_version": 6, "state": 3}
    whole = key_record(parts["tenant"], parts["subject"], 4, 5, 6, 3, parts["wrapped"])
    return {**{name: part.hex() for name, part in parts.items()}, **fields, "record": whole.hex()}


if __name__ == "__main__":
    print(json.dumps({"source": "Tests/Strangers/python/backup.py", "files": list(cases()), "key": record()}, indent=1))
