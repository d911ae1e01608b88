"""Shares of keys (Docs/Specs/vault.md §4.8), written from the specification alone, over the package cryptography.

    shares.py vectors                                prints Tests/Vectors/ours-shares.json
    shares.py combine KEY SHARE…                     prints the key of shares that are sealed to the private key KEY

The field is worked by logarithms to the base 3, HPKE by RFC 9180 §4 and §5: nothing here has a twin in our code.
"""

import base64
import hashlib
import hmac
import json
import re
import sys
import zlib

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

EXP = [1]
while len(EXP) < 255:
    # Times 3 is times x, plus itself.
    double = EXP[-1] << 1
    EXP.append(EXP[-1] ^ (double ^ 0x11B if double & 0x100 else double))
LOG = {value: power for power, value in enumerate(EXP)}

LINE = re.compile(
    rb"((RVS1 [0-9a-f]{32} (?:pii|match|auth|sys) [1-9][0-9]{0,9} ([0-9a-f]{16}) [0-9a-f]{32}"
    rb" ([1-9][0-9]?) ([1-9][0-9]?) ([1-9][0-9]?) ([0-9a-f]{64})) ([A-Za-z0-9+/]{107}=)) ([0-9a-f]{8})\n"
)


def times(a, b):
    return EXP[(LOG[a] + LOG[b]) % 255] if a and b else 0


def over(a, b):
    return EXP[(LOG[a] - LOG[b]) % 255] if a else 0


def value_at(x, coefficients):
    """The polynomial's value, by its powers."""
    total, power = 0, 1
    for coefficient in coefficients:
        total ^= times(coefficient, power)
        power = times(power, x)
    return total


def split(secret, rows, count):
    """The shares at 1 to count; rows are the coefficients of degree 1, 2 and so on."""
    return [
        (x, bytes(value_at(x, [byte] + [row[i] for row in rows]) for i, byte in enumerate(secret)))
        for x in range(1, count + 1)
    ]


def combine(shares):
    secret = bytearray(len(shares[0][1]))
    for x, value in shares:
        weight = 1
        for other, _ in shares:
            if other != x:
                weight = times(weight, over(other, other ^ x))
        for i, byte in enumerate(value):
            secret[i] ^= times(byte, weight)
    return bytes(secret)


def extract(salt, prefix, label, material):
    return hmac.digest(salt or bytes(32), b"HPKE-v1" + prefix + label + material, "sha256")


def expand(key, prefix, label, info, size):
    info = size.to_bytes(2, "big") + b"HPKE-v1" + prefix + label + info
    out, block, number = b"", b"", 1
    while len(out) < size:
        block = hmac.digest(key, block + info + bytes([number]), "sha256")
        out, number = out + block, number + 1
    return out[:size]


def raw(public):
    return public.public_bytes(Encoding.Raw, PublicFormat.Raw)


def cipher(shared, enc, recipient, info):
    kem, hpke = b"KEM\x00\x20", b"HPKE\x00\x20\x00\x01\x00\x03"
    secret = expand(extract(b"", kem, b"eae_prk", shared), kem, b"shared_secret", enc + recipient, 32)
    context = b"\0" + extract(b"", hpke, b"psk_id_hash", b"") + extract(b"", hpke, b"info_hash", info)
    key = extract(secret, hpke, b"secret", b"")
    return ChaCha20Poly1305(expand(key, hpke, b"key", context, 32)), expand(key, hpke, b"base_nonce", context, 12)


INFO = b"rv1/share\0"


def seal(label, value, recipient, ephemeral):
    enc = raw(ephemeral.public_key())
    box, nonce = cipher(ephemeral.exchange(X25519PublicKey.from_public_bytes(recipient)), enc, recipient, INFO)
    return enc + box.encrypt(nonce, value, label)


def opened(label, sealed, private):
    enc, recipient = sealed[:32], raw(private.public_key())
    box, nonce = cipher(private.exchange(X25519PublicKey.from_public_bytes(enc)), enc, recipient, INFO)
    return box.decrypt(nonce, sealed[32:], label)


def check_value(key):
    return hmac.digest(key, b"rv1/kcv\0\0\0\x01", "sha256")[:8]


def line(label, sealed):
    checked = label + b" " + base64.b64encode(sealed)
    return checked + b" %08x\n" % zlib.crc32(checked)


def drawn(name, size=32):
    """Bytes that anybody can make again."""
    return hashlib.shake_256(b"account-recovery shares " + name.encode()).digest(size)


def vectors():
    splits = []
    for k, n in [(2, 2), (2, 3), (3, 5), (16, 16)]:
        name = f"{k} of {n}"
        secret, rows = drawn(name + " secret"), [drawn(f"{name} row {i}") for i in range(1, k)]
        shares = split(secret, rows, n)
        assert combine(shares[-k:]) == secret
        splits.append(
            {
                "name": name,
                "threshold": k,
                "secret": secret.hex(),
                "coefficients": b"".join(rows).hex(),
                "shares": [value.hex() for _, value in shares],
            }
        )
    tenant, key, several = drawn("tenant", 16), drawn("key"), drawn("set", 16)
    files = []
    for x, value in split(key, [drawn("key row")], 3):
        private = X25519PrivateKey.from_private_bytes(drawn(f"holder {x}"))
        recipient = raw(private.public_key())
        words = ["RVS1", tenant.hex(), "pii", "2", check_value(key).hex(), several.hex(), "2", "3", str(x)]
        label = " ".join([*words, recipient.hex()]).encode()
        sealed = seal(label, value, recipient, X25519PrivateKey.from_private_bytes(drawn(f"ephemeral {x}")))
        assert opened(label, sealed, private) == value
        files.append(
            {
                "x": x,
                "holder_private": drawn(f"holder {x}").hex(),
                "value": value.hex(),
                "line": line(label, sealed).decode(),
            }
        )
    products = "".join(bytes(times(a, b) for b in range(256)).hex() for a in (0, 1, 2, 3, 0x53, 0x80, 0xCA, 0xFF))
    print(
        json.dumps(
            {
                "source": "Tests/Strangers/python/shares.py vectors",
                "products_of_00_01_02_03_53_80_ca_ff": products,
                "splits": splits,
                "share_files": {"key": key.hex(), "kcv": check_value(key).hex(), "files": files},
            },
            indent=1,
        )
    )


def combine_files(key_path, paths):
    with open(key_path) as file:
        private = X25519PrivateKey.from_private_bytes(bytes.fromhex(file.read().strip()))
    shares, check = [], None
    for path in paths:
        with open(path, "rb") as file:
            match = LINE.fullmatch(file.read())
        assert match, f"{path}: no share"
        assert int(match[9], 16) == zlib.crc32(match[1]), f"{path}: checksum"
        shares.append((int(match[6]), opened(match[2], base64.b64decode(match[8]), private)))
        check = bytes.fromhex(match[3].decode())
    key = combine(shares)
    assert check_value(key) == check, "not the key"
    print(key.hex())


if __name__ == "__main__":
    if sys.argv[1] == "vectors":
        vectors()
    else:
        combine_files(sys.argv[2], sys.argv[3:])
