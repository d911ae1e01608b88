"""Key files of the vault (§4), written from Docs/Specs/vault.md alone: their content, not where they lie."""

import base64
import binascii
import hashlib
import re
import zlib

import vault

ROLES = {"pii": vault.PII, "match": vault.MATCH, "auth": vault.AUTH, "sys": vault.SYS}
LINE = rb"(RVK1 (pii|match|auth|sys) ([1-9][0-9]{0,9}) ([A-Za-z0-9+/]{43}=)) ([0-9a-f]{8})\n"


def require(holds, reason):
    if not holds:
        raise vault.Refused("key-file-refused", reason)


def key_file(content, role, version):
    """The content of a key file: 32 bytes, or a line (§4.2)."""
    require(len(content) == 32 or 65 <= len(content) <= 76, "size")
    if len(content) == 32:
        return content
    line = re.fullmatch(LINE, content)
    require(line and int(line[3]) < 1 << 32, "format")
    key = base64.b64decode(line[4])
    require(base64.b64encode(key) == line[4], "format")
    require(binascii.unhexlify(line[5]) == vault.u(zlib.crc32(line[1]), 4), "checksum")
    require(ROLES[line[2].decode()] == role, "role")
    require(int(line[3]) == version, "version")
    return key


def passphrase_file(content, passphrase, role, version):
    """The key in a passphrase file (§4.3)."""
    require(len(content) == 168, "size")
    require(content[:4] == b"RVP1" and content[12:16] == bytes(4), "format")
    require(content[4] == role, "role")
    require(int.from_bytes(content[8:12], "big") == version, "version")
    log2n, r, p = content[5:8]
    require(14 <= log2n <= 22 and 1 <= r <= 16 and 1 <= p <= 4 and (128 * r) << log2n <= 1 << 31, "cost")
    memory = 128 * r * ((1 << log2n) + p + 2) + (1 << 20)
    key = hashlib.scrypt(passphrase, salt=content[16:48], n=1 << log2n, r=r, p=p, maxmem=memory, dklen=32)
    try:
        require(content[56:60] == bytes(4), "format")
        where = vault.class_key(0x0100 + role, version)
        return vault.unseal(content[48:], vault.CLASS_KEY, where, lambda _: key, least_version=0)[0]
    except vault.Refused as refusal:
        require(str(refusal) != "key-or-context", "passphrase")
        raise vault.Refused("key-file-refused", "format") from None
