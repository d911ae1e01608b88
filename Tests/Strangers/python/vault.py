"""The vault of personal data, written from Docs/Specs/vault.md alone: a second opinion about RecoveryVault.

Sections are those of the specification. Nothing here is wiped or compared in constant time: it judges, and keeps
nothing.
"""

import hashlib
import hmac
from typing import NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

FIELD, SUBJECT_KEY, CLASS_KEY, HEAD = 1, 2, 3, 4
ABSENT, TEXT, BYTES = 0, 1, 2
PII, MATCH, AUTH, SYS = 1, 2, 3, 4
BIK, AHK, BKK, TSK, PSK = 1, 2, 3, 4, 5
DEK_PII, DEK_AUTH, DEK_MATCH = 1, 2, 4
LONGEST = 65_532

# The order of §5.1. Whoever gives another one makes envelopes that nobody else opens.
ORDER = ("label", "header", "tenant", "subject", "record", "field", "slot", "row_version")
LABELS = {FIELD: b"rv1/field\0", HEAD: b"rv1/field\0", SUBJECT_KEY: b"rv1/dek\0\0\0", CLASS_KEY: b"rv1/class\0"}


class Refused(Exception):
    """A code of §18, with the offset or the reason that it has."""

    def __init__(self, code, detail=None):
        super().__init__(code if detail is None else f"{code}({detail})")


class Place(NamedTuple):
    """The context of a field. For a wrapped key the record is its class or purpose, the row version its version."""

    tenant: bytes
    subject: bytes
    record: int
    field: int = 0
    slot: int = 0
    row_version: int = 0


def class_key(purpose, version):
    return Place(bytes(16), bytes(16), purpose, row_version=version)


def u(number, size):
    return number.to_bytes(size, "big")


def mac(key, message):
    return hmac.digest(key, message, "sha256")


def expand(key, info, size=32):
    """HKDF-Expand of RFC 5869 §2.3."""
    okm, block = b"", b""
    for counter in range(1, -(-size // 32) + 1):
        block = mac(key, block + info + bytes([counter]))
        okm += block
    return okm[:size]


def key_check_value(key):
    return expand(key, b"rv1/kcv\0\0\0", 8)


# §5


def bucket(size):
    return next((step for step in (32, 64, 128, 256, 512, 1024) if step >= size), -(-size // 1024) * 1024)


def associated_data(kind, header, place, order=ORDER):
    parts = {
        "label": LABELS[kind],
        "header": header,
        "tenant": place.tenant,
        "subject": place.subject,
        "record": u(place.record, 2),
        "field": u(place.field, 2),
        "slot": u(place.slot, 4),
        "row_version": u(place.row_version, 8),
    }
    return b"".join(parts[name] for name in order)


def pad(kind, norm, value, pad_class):
    padded = bytes([kind, norm]) + u(len(value), 2) + value
    return padded.ljust(bucket(max(len(padded), 32 << pad_class)), b"\0")


def unpad(padded, pad_class):
    """Step 7 of §7."""
    kind, norm, length = padded[0], padded[1], int.from_bytes(padded[2:4], "big")
    value = padded[4 : 4 + length]
    if (
        kind > BYTES
        or (kind == ABSENT and (norm, length) != (0, 0))
        or (kind != ABSENT and norm == 0)
        or len(padded) != bucket(max(4 + length, 32 << pad_class))
        or any(padded[4 + length :])
    ):
        raise Refused("bad-padding")
    return kind, norm, value


# §6 and §7


def message_keys(key, salt, data):
    okm = expand(key, b"rv1/msg\0" + salt + data, 64)
    return okm[:32], okm[32:]


def seal(kind, key, key_version, place, padded, salt, pad_class=0, order=ORDER):
    header = b"RV" + bytes([1, 1, kind, pad_class, 0, 0]) + u(key_version, 4) + u(len(padded), 4)
    data = associated_data(kind, header, place, order)
    message_key, commitment = message_keys(key, salt, data)
    return header + salt + commitment + AESGCM(message_key).encrypt(salt[12:], padded, data)


def unseal(envelope, kind, place, key_of, order=ORDER, least_version=1):
    """Opens an envelope; `key_of` finds the key of a version. Returns the padded plaintext and the pad class."""

    def known(holds, offset):
        if not holds:
            raise Refused("unsupported-format", offset)

    if len(envelope) < 120:
        raise Refused("truncated")
    wraps = kind in (SUBJECT_KEY, CLASS_KEY)
    pad_class, version, n = envelope[5], int.from_bytes(envelope[8:12], "big"), int.from_bytes(envelope[12:16], "big")
    known(envelope[:2] == b"RV", 0)
    known(envelope[2] == 1, 2)
    known(envelope[3] == 1, 3)
    known(envelope[4] == kind, 4)
    known(pad_class <= (0 if wraps else 5), 5)
    known(envelope[6:8] == b"\0\0", 6)
    known(version >= least_version, 8)
    known(n <= 65_536 and n == bucket(n) and (n == 32 if wraps else n >= 32 << pad_class), 12)
    if len(envelope) != n + 88:
        raise Refused("truncated")
    header, salt, commitment = envelope[:16], envelope[16:40], envelope[40:72]
    data = associated_data(kind, header, place, order)
    message_key, expected = message_keys(key_of(version), salt, data)
    if commitment != expected:
        raise Refused("key-or-context")
    try:
        return AESGCM(message_key).decrypt(salt[12:], envelope[72:], data), pad_class
    except InvalidTag:
        raise Refused("tampered") from None


def unseal_value(envelope, kind, place, key_of, order=ORDER):
    return unpad(*unseal(envelope, kind, place, key_of, order))


def head(content_key, message_length, body_digest):
    """The value of an attachment head (§5.2)."""
    return b"\1" + content_key + u(message_length, 8) + body_digest


def unhead(kind, norm, value):
    if kind != BYTES or len(value) != 73 or value[0] != 1:
        raise Refused("bad-padding")
    return value[1:33], int.from_bytes(value[33:41], "big"), value[41:]


# §8, §9, §11 step 5, §12, §16


def match_tag(dek_match, place, norm, variant, canonical, algorithm=1):
    info = b"rv1/match\0" + place.tenant + place.subject + u(place.record, 2) + u(place.field, 2) + u(place.slot, 4)
    key = expand(dek_match, info + u(place.row_version, 8) + bytes([norm, variant]))
    if algorithm == 2:
        canonical = hashlib.scrypt(canonical, salt=key, n=1 << 14, r=8, p=1, maxmem=1 << 26, dklen=32)
    return mac(key, canonical)[:16]


def blind_index(bik, tenant, field, norm, bits, canonical):
    key = expand(bik, b"rv1/bidx\0\0" + tenant + u(field, 2) + bytes([norm, bits]))
    return int.from_bytes(mac(key, canonical)[:4], "big") >> (32 - bits)


def index_bits(subjects, indexes):
    return 0 if subjects < 16 else min((subjects.bit_length() - 2) // indexes, 24)


class Row(NamedTuple):
    """A row of a manifest; each of its tags is (algorithm, norm, variant, bytes)."""

    record: int
    field: int
    slot: int
    row_version: int
    commitment: bytes
    tags: list

    def entry(self):
        tags = sorted(self.tags, key=lambda tag: (tag[2], tag[1]))
        digest = hashlib.sha256(b"".join(bytes(tag[:3]) + tag[3] for tag in tags)).digest()
        place = u(self.record, 2) + u(self.field, 2) + u(self.slot, 4) + u(self.row_version, 8)
        return place + self.commitment + digest


def manifest(dek_match, tenant, subject, epoch, rows):
    entries = [row.entry() for row in sorted(rows, key=lambda row: row[:3])]
    message = tenant + subject + u(epoch, 8) + u(len(rows), 2) + b"".join(entries)
    return mac(expand(dek_match, b"rv1/man\0\0\0"), message)


def subject_mark(psk, label, tenant, subject):
    return mac(expand(psk, label), tenant + subject)[:16]
