#!/usr/bin/env python3
"""Verifies an exported audit bundle (rva/v1): the second verifier, in plain Python.

It follows Docs/Specs/audit-log.md and shares no code with `recovery-audit`. Its comments cite the sections of that
document as (§n). It needs Python 3.11, its standard library, and the program `openssl` for Ed25519 signatures and for
time stamps.

    python3 verify.py [DIR]     DIR is the bundle; by default the folder in which this file lies.

It exits with 0 (OK), 1 (TAMPERED), 2 (INCOMPLETE), 3 (UNVERIFIABLE), 64 (the command is wrong) or 74 (the answer or
the state file could not be written). It writes nothing but its answer, a state file that was asked for, and temporary
files for `openssl`, in which public keys, certificates, signed texts and signatures stand. Private keys never leave the
process.

It holds a bundle in memory, at a few times its size. Where that is too much, under `ulimit -v` for example, the verdict
is UNVERIFIABLE.

Read it from top to bottom: the formats first, then keys and trees, then the bundle, then the checks in their order.
"""

import argparse
import base64
import calendar
import datetime
import hashlib
import hmac
import json
import os
import re
import stat
import struct
import subprocess
import sys
import tempfile
import time

LARGEST = 2**53 - 1  # of the integers in JSON and in text files (§2 rule 7, §2.1 rule 4)
LONGEST_LINE = 1 << 24  # §13.2 rule 1


# --- Small formats (§2) -----------------------------------------------------------------------------------------------


class Malformed(Exception):
    """Bytes that are not of the form they are said to have. The text says what is wrong with them."""


def sha256(data):
    return hashlib.sha256(data).digest()


def hmac256(key, data):
    return hmac.digest(key, data, "sha256")


def u16(n):
    return n.to_bytes(2, "big")


def u32(n):
    return n.to_bytes(4, "big")


def u64(n):
    return n.to_bytes(8, "big")


def is_control(character):
    return character < " " or "\x7f" <= character <= "\x9f"


def printable(text):
    """A text from elsewhere, as a terminal may see it."""
    return "".join(c if " " <= c <= "~" else "?" for c in text)


def matches(pattern, text):
    return isinstance(text, str) and re.fullmatch(pattern, text, re.ASCII) is not None


def is_origin(text):
    """§2 rule 5."""
    return matches(r"[a-z0-9][a-z0-9.-]*(/[A-Za-z0-9._-]+)*", text) and len(text) <= 255


def is_int(value):
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= LARGEST


def from_base64(text, length=None):
    """§2 rule 4: padded, and canonical."""
    try:
        data = base64.b64decode(text, validate=True)
    except ValueError:
        raise Malformed("not base64") from None
    if base64.b64encode(data).decode() != text or length not in (None, len(data)):
        raise Malformed("base64 that is not canonical or of another length")
    return data


def decimal(text):
    """§2 rule 7."""
    if not matches(r"0|[1-9][0-9]{0,15}", text) or int(text) > LARGEST:
        raise Malformed("not a decimal number")
    return int(text)


def lines_of(data):
    """§2 rule 8: the lines of a text file, each of which ends with a newline."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        raise Malformed("not UTF-8") from None
    if text and not text.endswith("\n"):
        raise Malformed("the last line does not end")
    return text.split("\n")[:-1]


# --- Canonical JSON (§2.1) --------------------------------------------------------------------------------------------


def canonical(value):
    """The one way to write a value. Keys are ASCII, so that their order is that of their bytes."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode("utf-8")


def _object(pairs):
    result = dict(pairs)
    if len(result) != len(pairs):
        raise Malformed("a key stands twice")
    return result


def _refuse(_):
    raise Malformed("a number that is no integer")


def _permit(value, depth):
    """Rules 2 to 4 and 6, for what rule 5 and the comparison with the bytes leave open."""
    if isinstance(value, (dict, list)):
        if depth > 8:
            raise Malformed("nested too deeply")
        if isinstance(value, dict) and not all(matches("[a-z0-9_]{1,64}", key) for key in value):
            raise Malformed("a key of other characters")
        for item in value.values() if isinstance(value, dict) else value:
            _permit(item, depth + 1)
    elif isinstance(value, int) and abs(value) > LARGEST:
        raise Malformed("an integer out of range")


def parse_json(data):
    """The object that `data` is, if it is canonical: if it is what writing the value again produces."""
    try:
        value = json.loads(
            data.decode("utf-8"), object_pairs_hook=_object, parse_float=_refuse, parse_constant=_refuse
        )
        if not isinstance(value, dict):
            raise Malformed("not an object")
        _permit(value, 1)
        if canonical(value) != data:
            raise Malformed("JSON that is not canonical")
    except (ValueError, RecursionError):  # not UTF-8, not JSON, or nested without end
        raise Malformed("not JSON") from None
    return value


def parse_json_file(data):
    """Rule 7: one object and a newline."""
    if not data.endswith(b"\n"):
        raise Malformed("the last line does not end")
    return parse_json(data[:-1])


def parse_json_lines(data):
    """Each object, and its line."""
    if data and not data.endswith(b"\n"):
        raise Malformed("the last line does not end")
    for line in data.split(b"\n")[:-1]:
        if len(line) > LONGEST_LINE:
            raise Malformed("a line above 16 MiB")
        yield parse_json(line), line


# --- Signatures: Ed25519 by the program `openssl` ---------------------------------------------------------------------

_signatures = {}


def ed25519(key, message, signature):
    """Whether the signature of the message is one by the key. Each is asked for once."""
    known = (key, message, signature)
    if known not in _signatures:
        with tempfile.TemporaryDirectory() as folder:
            paths = [os.path.join(folder, name) for name in ("key", "message", "signature")]
            # The public key as DER (RFC 8410): SEQUENCE { SEQUENCE { OID 1.3.101.112 }, BIT STRING key }.
            contents = (bytes.fromhex("302a300506032b6570032100") + key, message, signature)
            for path, content in zip(paths, contents):
                with open(path, "wb") as file:
                    file.write(content)
            command = ["openssl", "pkeyutl", "-verify", "-pubin", "-keyform", "DER", "-inkey", paths[0]]
            command += ["-rawin", "-in", paths[1], "-sigfile", paths[2]]
            answer = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True)
        if answer.returncode != 0 and b"Signature Verification Failure" not in answer.stdout:
            # Neither yes nor no. An openssl that is missing or too old must not look like a signature that is wrong.
            raise RuntimeError("openssl pkeyutl: " + answer.stderr.decode("utf-8", "replace").strip())
        _signatures[known] = answer.returncode == 0
    return _signatures[known]


# --- Time stamps (RFC 3161; §10.5), also by `openssl` -----------------------------------------------------------------

LONGEST_TOKEN = 24000
TST_INFO = bytes.fromhex("060b2a864886f70d0109100104")  # OID 1.2.840.113549.1.9.16.1.4
SIGNED_DATA = bytes.fromhex("06092a864886f70d010702")  # OID 1.2.840.113549.1.7.2
SHA256 = bytes.fromhex("0609608648016503040201")  # OID 2.16.840.1.101.3.4.2.1


def der_elements(data):
    """The elements of which DER consists, one after the other: tag, content, and the whole."""
    elements, at = [], 0
    while at < len(data):
        if len(data) < at + 2 or data[at] & 31 == 31:
            raise Malformed("no DER element")
        length, start = data[at + 1], at + 2
        if length >= 128:
            start += length - 128
            length = int.from_bytes(data[at + 2 : start], "big")
            if length < 128 or length.bit_length() <= 8 * (start - at - 3):
                raise Malformed("a length that is not in its shortest form")
        if start + length > len(data):
            raise Malformed("an element that is cut off")
        elements.append((data[at], data[start : start + length], data[at : start + length]))
        at = start + length
    return elements


def der(data, tag=0x30):
    """The content of the one element of that tag."""
    elements = der_elements(data)
    if len(elements) != 1 or elements[0][0] != tag:
        raise Malformed("another DER element")
    return elements[0][1]


class Token:
    """A granted TimeStampResp (RFC 3161 §2.4.2): what it says, not whether it is true."""

    def __init__(self, data):
        if not 1 <= len(data) <= LONGEST_TOKEN:
            raise Malformed("longer than 24,000 bytes, or empty")
        try:
            status, content = (whole for _, _, whole in der_elements(der(data)))
            if der_elements(der(status))[0][2] not in (b"\x02\x01\x00", b"\x02\x01\x01"):
                raise Malformed("not granted")
            kind, signed = (whole for _, _, whole in der_elements(der(content)))
            encapsulated = der_elements(der(der(signed, 0xA0)))[2][2]
            content_kind, info = (whole for _, _, whole in der_elements(der(encapsulated)))
            if (kind, content_kind) != (SIGNED_DATA, TST_INFO):
                raise Malformed("not a time stamp")
            fields = der_elements(der(der(der(info, 0xA0), 4)))
            algorithm, imprint = (whole for _, _, whole in der_elements(der(fields[2][2])))
            if der(algorithm) not in (SHA256, SHA256 + b"\x05\x00") or fields[0][2] != b"\x02\x01\x01":
                raise Malformed("not of version 1 over a SHA-256")
            self.imprint, self.time = der(imprint, 4), generalized_time(der(fields[4][2], 0x18))
        except (IndexError, ValueError):
            raise Malformed("not a time stamp") from None
        self.whole = data


def generalized_time(text):
    """RFC 3161 §2.4.2, without the fraction."""
    digits = re.fullmatch(rb"([0-9]{14})(\.[0-9]*[1-9])?Z", text)
    if digits is None:
        raise Malformed("not a time")
    moment = digits[1]
    parts = [int(moment[:4])] + [int(moment[at : at + 2]) for at in range(4, 14, 2)]
    return calendar.timegm(datetime.datetime(*parts).timetuple())  # ValueError for what is no date


def parse_authorities(data):
    """The CERTIFICATE blocks of a PEM file, and nothing else of it."""
    blocks, block = [], None
    for line in data.split(b"\n"):
        line = line.rstrip(b"\r\t ")
        if block is None:
            block = b"" if line == b"-----BEGIN CERTIFICATE-----" else None
        elif line != b"-----END CERTIFICATE-----":
            block += line
        else:
            certificate = from_base64(block.decode("ascii", "replace"))
            command = ["openssl", "x509", "-inform", "DER", "-noout"]
            answer = subprocess.run(command, input=certificate, capture_output=True)
            if answer.returncode != 0 or len(der_elements(certificate)) != 1:
                raise Malformed("not a certificate")
            blocks.append(base64.encodebytes(certificate))
            block = None
    if not blocks or block is not None:
        raise Malformed("no certificates in PEM")
    return b"".join(b"-----BEGIN CERTIFICATE-----\n" + b + b"-----END CERTIFICATE-----\n" for b in blocks)


def time_stamp_fault(token, text, authorities):
    """None if a token over the text verifies under the authorities, as of its own time. Else why not: `signature`; or
    `authority`, if its signer is none of theirs."""
    with tempfile.TemporaryDirectory() as folder:
        paths = [os.path.join(folder, name) for name in ("token", "text", "authorities")]
        for path, content in zip(paths, (token.whole, text, authorities)):
            with open(path, "wb") as file:
                file.write(content)
        # Written anew it is DER to its depths, and has to be what it was.
        command = ["openssl", "ts", "-reply", "-config", os.devnull, "-in", paths[0], "-out", folder + "/again"]
        again = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True)
        if again.returncode == 0:
            with open(folder + "/again", "rb") as file:
                if file.read() != token.whole:
                    return "signature"
        command = ["openssl", "ts", "-verify", "-config", os.devnull, "-attime", str(token.time)]
        command += ["-in", paths[0], "-data", paths[1], "-CAfile", paths[2]]
        answer = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True)
    if answer.returncode == 0 and b"Verification: OK" in answer.stdout:
        return None
    if b"Verification: FAILED" not in answer.stdout:
        raise RuntimeError("openssl ts: " + answer.stderr.decode("utf-8", "replace").strip())
    # A line for each error, of which the last tells: thread, "error", number, library, function, reason, file, line, more.
    errors = [line.split(b":", 8) for line in answer.stderr.splitlines() if line.count(b":") >= 8]
    reason, more = (errors[-1][5], errors[-1][8]) if errors else (b"", b"")
    chain = reason == b"certificate verify error" and b"certificate purpose" not in more
    return "authority" if chain or reason == b"signer certificate not found" else "signature"


# --- HPKE (RFC 9180), base mode: X25519, HKDF-SHA256, ChaCha20-Poly1305 (§5) ------------------------------------------
# Nothing here runs in constant time. It opens a key for the person who holds the private key, on their own machine.


def x25519(scalar, point):
    """RFC 7748 §5."""
    p = 2**255 - 19
    k = int.from_bytes(scalar, "little") & ~7 & (2**254 - 1) | 2**254
    x1 = int.from_bytes(point, "little") & (2**255 - 1)
    x2, z2, x3, z3, swap = 1, 0, x1, 1, 0
    for t in reversed(range(255)):
        bit = k >> t & 1
        if swap != bit:
            x2, x3, z2, z3 = x3, x2, z3, z2
        swap = bit
        a, b, c, d = x2 + z2, x2 - z2, x3 + z3, x3 - z3
        aa, bb, da, cb = a * a % p, b * b % p, d * a, c * b
        x3, z3 = (da + cb) ** 2 % p, x1 * (da - cb) ** 2 % p
        x2, z2 = aa * bb % p, (aa - bb) * (aa + 121665 * (aa - bb)) % p
    if swap:
        x2, z2 = x3, z3
    return (x2 * pow(z2, p - 2, p) % p).to_bytes(32, "little")


def chacha20(key, counter, nonce):
    """One block of key stream (RFC 8439 §2.3)."""
    start = [*struct.unpack("<4I", b"expand 32-byte k"), *struct.unpack("<8I", key), counter]
    start += struct.unpack("<3I", nonce)
    s = list(start)

    def quarter(a, b, c, d):
        for x, y, z, turn in ((a, b, d, 16), (c, d, b, 12), (a, b, d, 8), (c, d, b, 7)):
            s[x] = (s[x] + s[y]) & 0xFFFFFFFF
            word = s[z] ^ s[x]
            s[z] = (word << turn | word >> (32 - turn)) & 0xFFFFFFFF

    for _ in range(10):
        for i in range(4):
            quarter(i, i + 4, i + 8, i + 12)
        for i in range(4):
            quarter(i, (i + 1) % 4 + 4, (i + 2) % 4 + 8, (i + 3) % 4 + 12)
    return struct.pack("<16I", *((a + b) & 0xFFFFFFFF for a, b in zip(s, start)))


def poly1305(key, message):
    """RFC 8439 §2.5."""
    r = int.from_bytes(key[:16], "little") & 0x0FFFFFFC0FFFFFFC0FFFFFFC0FFFFFFF
    total = 0
    for i in range(0, len(message), 16):
        total = (total + int.from_bytes(message[i : i + 16] + b"\x01", "little")) * r % (2**130 - 5)
    return ((total + int.from_bytes(key[16:], "little")) % 2**128).to_bytes(16, "little")


def chacha20_poly1305_open(key, nonce, aad, sealed):
    """RFC 8439 §2.8. None if the tag is wrong."""
    text, tag = sealed[:-16], sealed[-16:]
    padded = b"".join(part + bytes(-len(part) % 16) for part in (aad, text))
    lengths = len(aad).to_bytes(8, "little") + len(text).to_bytes(8, "little")
    if not hmac.compare_digest(poly1305(chacha20(key, 0, nonce)[:32], padded + lengths), tag):
        return None
    blocks = [chacha20(key, 1 + i, nonce) for i in range((len(text) + 63) // 64)]
    return bytes(a ^ b for a, b in zip(text, b"".join(blocks)))


def hpke_open(private, sealed, info, aad):
    """RFC 9180 §4.1, §5.1 and §6.1. None if it does not open."""

    def extract(suite, salt, label, ikm):
        return hmac256(salt, b"HPKE-v1" + suite + label + ikm)

    def expand(suite, prk, label, context, length):
        return hmac256(prk, u16(length) + b"HPKE-v1" + suite + label + context + b"\x01")[:length]

    enc, text = sealed[:32], sealed[32:]
    shared = x25519(private, enc)
    if shared == bytes(32):  # §7.1.4: such an enc is refused
        return None
    kem, suite = b"KEM" + u16(0x20), b"HPKE" + u16(0x20) + u16(1) + u16(3)
    public = x25519(private, (9).to_bytes(32, "little"))
    secret = expand(kem, extract(kem, b"", b"eae_prk", shared), b"shared_secret", enc + public, 32)
    context = b"\x00" + extract(suite, b"", b"psk_id_hash", b"") + extract(suite, b"", b"info_hash", info)
    secret = extract(suite, secret, b"secret", b"")
    key = expand(suite, secret, b"key", context, 32)
    return chacha20_poly1305_open(key, expand(suite, secret, b"base_nonce", context, 12), aad, text)


# --- Keys and formulas (§4) -------------------------------------------------------------------------------------------


def expand(key, label, context):
    return hmac256(key, label + b"\x00" + context + b"\x01")


def log_id_of(key):
    name = key.name.encode()
    return sha256(b"rva/v1/log-id\x00" + u16(len(name)) + name + key.public)[:16]


def commitment(context, epoch_key):
    """C_e."""
    return sha256(b"rva/v1/epoch-commit\x00" + context + epoch_key)


def private_commitment(salt, log_id, seq, name, value):
    """c (§8)."""
    name = name.encode()
    return hmac256(salt, b"rva/v1/field\x00" + log_id + u64(seq) + bytes([len(name)]) + name + value)


# --- The tree (RFC 6962; §2 rule 6, §10.2, §10.3) ---------------------------------------------------------------------


def leaf_hash(entry):
    return sha256(b"\x00" + entry)


def node_hash(left, right):
    return sha256(b"\x01" + left + right)


class Tree:
    """All complete subtrees over the leaves: levels[k] holds those of 2^k leaves."""

    def __init__(self, leaves):
        self.levels = [leaves]
        while len(leaves) > 1:
            leaves = [node_hash(leaves[i], leaves[i + 1]) for i in range(0, len(leaves) - 1, 2)]
            self.levels.append(leaves)

    def root(self, n):
        """MTH(n): the complete subtrees of which n is made up, joined from the right."""
        peaks, start = [], 0
        for k in reversed(range(n.bit_length())):
            if n >> k & 1:
                peaks.append(self.levels[k][start >> k])
                start += 1 << k
        if not peaks:
            return sha256(b"")
        result = peaks.pop()
        while peaks:
            result = node_hash(peaks.pop(), result)
        return result

    def tiles(self):
        """Path and content of each hash tile (§10.2)."""
        size, level = len(self.levels[0]), 0
        while size >> 8 * level:
            hashes = self.levels[8 * level]
            for n in range(0, len(hashes), 256):
                part = hashes[n : n + 256]
                yield tile_path(str(level), n // 256, len(part)), b"".join(part)
            level += 1


def tile_path(level, number, width):
    digits = str(number)
    digits = digits.zfill(-(-len(digits) // 3) * 3)
    groups = [digits[i : i + 3] for i in range(0, len(digits), 3)]
    path = "/".join(["x" + group for group in groups[:-1]] + groups[-1:])
    return f"tile/{level}/{path}" + ("" if width == 256 else f".p/{width}")


def leads_to(root, leaf, index, size, path):
    """Whether the inclusion proof holds (RFC 6962 §2.1.1, checked as in RFC 9162 §2.1.3.2)."""
    if index >= size:
        return False
    last, result = size - 1, leaf
    for sibling in path:
        if last == 0:
            return False
        if index & 1 or index == last:
            result = node_hash(sibling, result)
            while index and not index & 1:
                index, last = index >> 1, last >> 1
        else:
            result = node_hash(result, sibling)
        index, last = index >> 1, last >> 1
    return last == 0 and result == root


# --- Verifier keys, notes, receipts, policies (§10) -------------------------------------------------------------------

LOG, WITNESS = 1, 4  # algorithm bytes of keys


def is_key_name(text):
    """Names of keys: not empty, without white space, control characters and `+`."""
    return text != "" and "+" not in text and not any(c.isspace() or is_control(c) for c in text)


class Key:
    """A vkey (§10.1)."""

    def __init__(self, text, algorithm):
        parts = text.split("+", 2)
        if len(parts) != 3:
            raise Malformed("not a vkey")
        data = from_base64(parts[2])
        if len(data) != 33 or data[0] != algorithm or not is_key_name(parts[0]):
            raise Malformed("a vkey of another kind")
        if algorithm == LOG and not is_origin(parts[0]):
            raise Malformed("a vkey whose name is no origin")
        self.text, self.name, self.public = text, parts[0], data[1:]
        self.id = sha256(self.name.encode() + b"\n" + data)[:4]
        if parts[1] != self.id.hex():
            raise Malformed("a vkey with a wrong key id")


def parse_vkey_file(data):
    lines = lines_of(data)
    if len(lines) != 1:
        raise Malformed("not one line")
    return Key(lines[0], LOG)


class Note:
    """A checkpoint as a signed note (§10.1). That it parses says nothing about its signatures."""

    def __init__(self, data):
        if len(data) > 65536:
            raise Malformed("longer than 65,536 bytes")
        lines = lines_of(data)
        if any(is_control(c) for line in lines for c in line):
            raise Malformed("a control character")
        if len(lines) < 5 or lines[3] != "":
            raise Malformed("not three lines, an empty one, and signatures")
        self.origin, self.size, self.root = lines[0], decimal(lines[1]), from_base64(lines[2], 32)
        if not is_origin(self.origin) or self.size == 0:
            raise Malformed("no origin, or size 0")
        self.whole, self.text = data, "".join(line + "\n" for line in lines[:3]).encode()
        self.signatures = []  # (name, key id, signature)
        for line in lines[4:]:
            parts = line.split(" ")
            if len(parts) != 3 or parts[0] != "\u2014" or not is_key_name(parts[1]):
                raise Malformed("not a signature line")
            signature = from_base64(parts[2])
            if len(signature) < 5:
                raise Malformed("a signature that is too short")
            self.signatures.append((parts[1], signature[:4], signature[4:]))


def cosignature_holds(key, text, signature):
    """cosignature/v1 (§10.1)."""
    if len(signature) != 72:
        return False
    moment = str(int.from_bytes(signature[:8], "big")).encode()
    return ed25519(key.public, b"cosignature/v1\ntime " + moment + b"\n" + text, signature[8:])


class Proof:
    """A receipt (§10.3)."""

    def __init__(self, data):
        head, empty, self.checkpoint = data.partition(b"\n\n")
        lines = lines_of(head + b"\n")
        if lines[:1] != ["c2sp.org/tlog-proof@v1"]:
            raise Malformed("not a receipt")
        at = 1
        if lines[at : at + 1] and lines[at].startswith("extra "):
            from_base64(lines[at][6:])
            at += 1
        if not lines[at : at + 1] or not lines[at].startswith("index "):
            raise Malformed("no index")
        self.index = decimal(lines[at][6:])
        self.path = [from_base64(line, 32) for line in lines[at + 1 :]]
        if not empty or len(self.path) > 63:
            raise Malformed("no empty line after at most 63 hashes")


class Policy:
    """A witness policy (§10.4, C2SP tlog-policy)."""

    def __init__(self, data):
        self.logs, self.witnesses, self.quorum = [], [], None
        # What a name means: the key of a witness, or how many are needed of which names. Names are defined before they
        # are used, so there are no circles.
        self.names = {}
        members = set()  # names that stand in a group already
        for line in lines_of(data):
            if any(c < " " and c != "\t" or c == "\x7f" for c in line):
                raise Malformed("a control character")
            words = [word for word in line.replace("\t", " ").split(" ") if word != ""]
            if not words or words[0].startswith("#"):
                continue
            kind, words = words[0], words[1:]
            if kind == "log" and len(words) in (1, 2):
                self.logs.append(Key(words[0], LOG))
            elif kind == "witness" and len(words) in (2, 3):
                self.witnesses.append(Key(words[1], WITNESS))
                self._define(words[0], self.witnesses[-1])
            elif kind == "group" and len(words) >= 3:
                count = {"any": 1, "all": len(words) - 2}.get(words[1])
                count = decimal(words[1]) if count is None else count
                if not 1 <= count <= len(words) - 2:
                    raise Malformed("a group that needs more than it has, or nobody")
                for name in words[2:]:
                    if name in members or name not in self.names:
                        raise Malformed("a member that is not defined, or is one twice")
                    members.add(name)
                self._define(words[0], (count, words[2:]))
            elif kind == "quorum" and len(words) == 1 and self.quorum is None:
                if words[0] != "none" and words[0] not in self.names:
                    raise Malformed("a quorum that is not defined")
                self.quorum = words[0]
            else:  # not shown: the file may have been named by mistake, and be a private key
                raise Malformed("a line of another kind")
        for keys in (self.logs, self.witnesses):
            if len({key.public for key in keys}) != len(keys):
                raise Malformed("a key stands twice")
        if self.quorum is None:
            raise Malformed("no quorum")

    def _define(self, name, meaning):
        if name == "none" or name in self.names:
            raise Malformed("a name that is taken")
        self.names[name] = meaning

    def known(self):
        """The witnesses by what their lines in a note show."""
        return {(key.name, key.id): key for key in self.witnesses}

    def satisfied(self, counted):
        """Whether the keys counted make a quorum. `none` never does."""
        holds = {"none": False}
        for name, meaning in self.names.items():  # in the order of the file: what a group needs is decided before it
            if isinstance(meaning, Key):
                holds[name] = (meaning.name, meaning.id) in counted
            else:
                holds[name] = sum(holds[member] for member in meaning[1]) >= meaning[0]
        return holds[self.quorum]


NOBODY = Policy(b"quorum none\n")  # where there is no policy that can be read

# --- Payloads (§6, §7, §9) --------------------------------------------------------------------------------------------

EVENTS = """
case.open | case:ref subject:psn actor:ref reason:word channel:word tier:int policy:hash | parent:ref locale:word | contact note statement | no
case.move | case:ref from:word to:word | why:word | note | no
case.assign | case:ref to_actor:ref | – | – | no
case.resume | case:ref channel:word | – | – | no
case.note | case:ref actor:ref | kind:word | note | no
case.flag | case:ref | – | kind note | no
case.close | case:ref outcome:word records:int | why:word | note | no
check.start | case:ref check:word | method:word channel:word | – | no
check.result | case:ref check:word result:pass/fail/indeterminate/refused/expired attempts:int | method:word window:word evidence:hash provider:ref cert:ref | detail | opt
code.issue | case:ref purpose:word channel:word until_s:int | code:hash sends:int | address | no
code.void | case:ref purpose:word why:word | – | – | no
pii.match | case:ref result:pass/fail/indeterminate fields:int | – | – | no
pii.reveal | case:ref actor:ref field:word purpose:word | – | note | no
risk.signal | case:ref signal:word effect:raise/block/none | provider:ref age_s:int | detail | no
verdict.give | case:ref verdict:allow/deny/more policy:hash inputs:hash tier:int approvals:int | missing:words | – | no
approval.give | case:ref actor:ref | – | note | yes
approval.void | case:ref why:word | of:int | – | no
grant.issue | case:ref grant:hash action:word case_version:int evidence:hash approvals:int until_s:int | – | – | no
grant.use | case:ref grant:hash action:word | – | – | no
grant.void | case:ref grant:hash why:word | – | – | no
account.intent | case:ref subject:psn grant:hash action:word connector:ref | – | – | no
account.result | case:ref intent:int result:ok/failed/unknown | code:word | detail | no
hold.start | case:ref subject:psn scopes:words until_s:int | – | – | no
hold.end | subject:psn why:word | scopes:words | – | no
freeze.on | subject:psn why:word | – | – | no
freeze.off | case:ref subject:psn grant:hash | – | – | no
notice.queue | case:ref kind:word channel:word count:int | – | address | no
notice.result | case:ref kind:word result:accepted/failed count:int | code:word | detail | no
repudiate | subject:psn channel:word | – | statement | no
appeal.open | case:ref parent:ref | – | statement | no
appeal.decide | case:ref actor:ref | – | note | yes
limit.hit | scope:word | limit:int retry_s:int | source | no
auth.login | actor:ref result:pass/fail method:word | – | source | no
auth.logout | actor:ref | – | – | no
access.deny | actor:ref route:ref why:word | – | source | no
admin.approve | actor:ref | – | note | yes
breakglass.open | case:ref actor:ref why:word until_s:int approvals:seqs | – | note | no
breakglass.close | case:ref actor:ref | – | note | no
policy.apply | actor:ref policy:hash previous:hash | version:ref | – | no
config.apply | actor:ref key:ref value:hash | – | – | no
key.rotate | class:word version:int | – | – | no
training.record | actor:ref cert:ref until_s:int | – | – | no
reconcile.run | connector:ref changes:int orphans:int | – | – | no
reconcile.orphan | connector:ref | intent:int | detail | no
quality.score | case:ref actor:ref score:int sheet:ref | – | note | no
feedback.give | case:ref | csat:int | text | no
audit.view | actor:ref from:int to:int | why:word | – | no
audit.export | actor:ref size:int | from:int to:int format:word | – | no
audit.verify | verdict:ok/tampered/incomplete/unverifiable size:int | code:word | – | no
audit.full | free:int | – | – | no
service.start | version:ref config:hash | – | – | no
service.stop | why:word | – | – | no
"""
EXTENSION = ("", "code:word count:int", "detail", "no")
COMMON = "case:ref subject:psn actor:ref req:ref"


def _rows():
    for line in EVENTS.strip().splitlines():
        name, *cells = [cell.strip() for cell in line.split("|")]
        yield name, tuple("" if cell == "–" else cell for cell in cells)


CATALOGUE = dict(_rows())

STATEMENT = (
    "action:word case:ref case_version:int decision:approve/refuse evidence:hash kid:ref log:string nonce:psn"
    " not_after:int"
)
OPEN = "boot_id:psn commit:hash next_commit:hash reason:start/rotate/recover sealed:sealed"
GENESIS, EPOCH_OPEN, EPOCH_SEAL, KEY_ADD, KEY_REVOKE, ERASE, ANCHOR, PRUNE, CLOCK, EVENT = *range(1, 10), 16
PAYLOADS = {  # type: required and optional fields (§6)
    GENESIS: (OPEN.replace("start/rotate/recover", "start") + " origin:origin log_key:b64.32 schema:rva/v1", "prior:prior"),
    EPOCH_OPEN: (OPEN, ""),
    EPOCH_SEAL: ("count:int next_commit:hash root:hash", ""),
    KEY_ADD: ("agent:psn key:b64.32 kid:ref role:agent/supervisor/admin/auditor/privacy", "stmt:stmt sig:b64.64"),
    KEY_REVOKE: ("kid:ref why:word stmt:stmt sig:b64.64", ""),
    ERASE: ("approvals:seqs basis:word case:ref fields:erased", ""),
    PRUNE: (
        "approvals:seqs case:ref last_mac:hash next_commit:hash policy:hash root:hash size:int to:int",
        "",
    ),
    CLOCK: ("boot_id:psn delta_us:sint kind:back/forward/boot mono_us:int", ""),
}
ANCHORS = {  # kind: the fields it adds
    "cosignature": "cosignatures:cosignatures",
    "tsa": "token:token",
    "file": "target:ref",
}


def is_base64(text, lengths):
    try:
        return isinstance(text, str) and len(from_base64(text)) in lengths
    except Malformed:
        return False


def is_note(text):
    try:
        return isinstance(text, str) and len(text) <= 4096 and Note(text.encode()) is not None
    except Malformed:
        return False


def is_array(value, counts, item):
    return isinstance(value, list) and len(value) in counts and all(map(item, value))


def ascending(values):
    return all(a < b for a, b in zip(values, values[1:]))


def is_erased(value):
    def item(pair):
        return isinstance(pair, list) and len(pair) == 2 and is_int(pair[0]) and isinstance(pair[1], str)

    return is_array(value, range(1, 1025), item) and ascending(value)


def is_sealed(value):
    def item(sealed):
        return has_fields(sealed, "hpke:b64.80 kid:ref")

    return is_array(value, range(17), item) and len({sealed["kid"] for sealed in value}) == len(value)


TYPES = {  # (§6)
    "ref": lambda v: matches("[A-Za-z0-9][A-Za-z0-9._:/-]{0,63}", v),
    "word": lambda v: matches("[a-z][a-z0-9_.]{0,47}", v),
    "psn": lambda v: matches("[0-9a-f]{32}", v),
    "hash": lambda v: matches("[0-9a-f]{64}", v),
    "int": is_int,
    "sint": lambda v: isinstance(v, int) and not isinstance(v, bool),
    "positive": lambda v: is_int(v) and v > 0,
    "string": lambda v: isinstance(v, str),
    "name": lambda v: matches("[a-z0-9_]{1,64}", v),
    "origin": is_origin,
    "words": lambda v: is_array(v, range(1, 33), TYPES["word"]) and ascending(v),
    "seqs": lambda v: is_array(v, range(1, 17), is_int) and ascending(v),
    "b64.32": lambda v: is_base64(v, (32,)),
    "b64.64": lambda v: is_base64(v, (64,)),
    "b64.76": lambda v: is_base64(v, (76,)),
    "b64.80": lambda v: is_base64(v, (80,)),
    "token": lambda v: is_base64(v, range(1, 24001)),
    "rva/v1": lambda v: v == "rva/v1",
    "rva/v1/bundle": lambda v: v == "rva/v1/bundle",
    "rva/v1/state": lambda v: v == "rva/v1/state",
    "stmt": lambda v: has_fields(v, STATEMENT),
    "sealed": is_sealed,
    "erased": is_erased,
    "note": is_note,
    "prior": lambda v: has_fields(v, "checkpoint:note origin:origin"),
    "keyname": lambda v: isinstance(v, str) and len(v) <= 255 and is_key_name(v),
    "cosignatures": lambda v: is_array(v, range(1, 33), lambda c: has_fields(c, "name:keyname sig:b64.76")),
}


def has_fields(value, required, optional=""):
    """Whether a value is an object of exactly these fields, each of its type."""
    if not isinstance(value, dict):
        return False
    needed = dict(field.split(":") for field in required.split())
    fields = dict(field.split(":") for field in optional.split()) | needed
    for name, item in value.items():
        kind = fields.get(name)
        # A type that is none of the names above is a list of strings.
        if kind is None or not (TYPES[kind](item) if kind in TYPES else item in kind.split("/")):
            return False
    return needed.keys() <= value.keys()


def has_schema(kind, payload):
    """Whether the fields are those of §6, §7 and §9."""
    if kind == ANCHOR:
        own = payload.get("kind")
        if not isinstance(own, str) or own not in ANCHORS:
            return False
        return has_fields(payload, f"kind:{own} size:positive root:hash " + ANCHORS[own])
    if kind != EVENT:
        # A statement without a signature, or the reverse, is neither.
        return has_fields(payload, *PAYLOADS[kind]) and ("stmt" in payload) == ("sig" in payload)
    event = payload.get("event")
    row = CATALOGUE.get(event) if isinstance(event, str) else None
    if row is None and matches(r"x\.[a-z][a-z0-9_.]{0,45}", event):
        row = EXTENSION
    if row is None:
        return False
    required, optional, private, stmt = row
    rest = {name: value for name, value in payload.items() if name not in ("event", "priv", "stmt", "sig")}
    if not has_fields(rest, required, COMMON + " " + optional):
        return False
    if "priv" in payload:
        values = payload["priv"]
        names = " ".join(name + ":hash" for name in private.split())
        if not has_fields(values, "", names) or not values:
            return False
    signed = {"stmt", "sig"} & payload.keys()
    if not signed:
        return stmt != "yes"
    return stmt != "no" and has_fields({name: payload[name] for name in signed}, "stmt:stmt sig:b64.64")


# --- Findings (§13.1, §13.7) ------------------------------------------------------------------------------------------

# The order of the codes of a record: §13.3, then §13.4.
OF_A_RECORD = """
frame-length bad-magic-or-suite seq log-id record-type header-flags genesis-link link time-regression time-flag
epoch-order record-after-seal step epoch-unsealed epoch-reason epoch-commit-chain epoch-key-mismatch epoch-key-missing
mac non-canonical-payload payload-schema genesis sealed-key-bad seal-count seal-root agent-key-duplicate
agent-key-unauthorised agent-unknown agent-revoked agent-sig agent-log agent-case agent-action agent-role agent-expired
agent-evidence agent-replay approval-missing approval-duplicate erase-unknown anchor-root anchor-signature
anchor-tsa-unchecked case-count prune-unsupported private-missing erasure-not-carried-out private-mismatch
redacted-authorised index-missing index-shadow leaf-mismatch cosignature-future
""".split()
# The order of the codes without a record: §13.6.
OF_THE_BUNDLE = """
anchor-signature anchor-tsa-unchecked prune-unsupported internal-error bundle-malformed bundle-missing policy-malformed manifest-mismatch key-mismatch checkpoint-malformed
checkpoint-origin checkpoint-signature entries-missing entries-frame checkpoint-beyond-log entries-beyond-checkpoint
checkpoint-root tile-missing tile-extra tile-width tile-hash private-extra index-extra proof-malformed proof-inclusion
head-invalid truncated-or-rolled-back fork tail-unanchored unanchored macs-not-checked private-not-checked
key-from-bundle policy-from-bundle cosignature-future
""".split()
FAIL, UNVERIFIABLE, INCOMPLETE, WARN, INFO = "FAIL", "UNVERIFIABLE", "INCOMPLETE", "WARN", "INFO"
VERDICTS = {FAIL: ("TAMPERED", 1), UNVERIFIABLE: ("UNVERIFIABLE", 3), INCOMPLETE: ("INCOMPLETE", 2)}


class Finding:
    def __init__(self, code, severity, seq, size, detail):
        self.code, self.severity, self.seq, self.size, self.detail = code, severity, seq, size, printable(detail)

    def place(self):
        codes = OF_THE_BUNDLE if self.seq is None else OF_A_RECORD
        return (self.seq is None, self.seq or 0, codes.index(self.code), self.size or 0)

    def __str__(self):
        where = "" if self.seq is None else f" at record {self.seq}"
        where += "" if self.size is None else f" at size {self.size}"
        return f"{self.severity} {self.code}{where}" + (": " + self.detail if self.detail else "")


class Findings:
    """What was found. The first thousand are kept, and of the others what the verdict needs: a bundle of nothing but
    faults must not fill the memory."""

    KEPT = 1000

    def __init__(self):
        self.kept, self.count = [], 0
        self.first = {}  # severity: the first finding of it
        self.fails = set()  # codes
        self.first_bad_seq = None

    def add(self, finding):
        self.count += 1
        self.kept.append(finding)
        if len(self.kept) > 4 * self.KEPT:
            self.sort()
        first = self.first.setdefault(finding.severity, finding)
        if finding.place() < first.place():
            self.first[finding.severity] = finding
        if finding.severity == FAIL:
            self.fails.add(finding.code)
            if finding.seq is not None and (self.first_bad_seq is None or finding.seq < self.first_bad_seq):
                self.first_bad_seq = finding.seq

    def sort(self):
        self.kept = sorted(self.kept, key=Finding.place)[: self.KEPT]


# --- The files of a bundle (§12, §13.2) -------------------------------------------------------------------------------


# In bytes, what files may be long (§12). Those that are not here have a line for each record or private value.
LIMITS = {"manifest.json": 2**16, "log.vkey": 2**16, "policy": 2**20, "proofs": 2**20}
LIMITS |= {"checkpoint": 2**16, "checkpoints": 2**16}
LONGEST_ENTRIES = 256 * (2 + 65535)


class Folder:
    """The bundle as files. `kinds` says of every path below the root whether it is a file, a folder or something else.
    No link is followed."""

    def __init__(self, root):
        self.root, self.kinds = root, {}
        folders = [""]
        while folders:
            folder = folders.pop()
            for name in os.listdir(os.path.join(root, folder)):
                path = folder + name
                mode = os.lstat(os.path.join(root, path)).st_mode
                self.kinds[path] = "file" if stat.S_ISREG(mode) else "folder" if stat.S_ISDIR(mode) else "other"
                if stat.S_ISDIR(mode):
                    folders.append(path + "/")

    def read(self, path, limit=None):
        """At most one byte more than the limit: enough to see that a file is too long."""
        with open(os.path.join(self.root, path), "rb") as file:
            return file.read(-1 if limit is None else limit + 1)

    def kind(self, path):
        return self.kinds.get(path)

    def below(self, folder):
        """The paths of all that lies in a folder, at any depth."""
        return sorted((path for path in self.kinds if path.startswith(folder + "/")), key=os.fsencode)

    def names(self, folder):
        return [path[len(folder) + 1 :] for path in self.below(folder) if "/" not in path[len(folder) + 1 :]]


def parse_manifest(data):
    manifest = parse_json_file(data)
    if not has_fields(manifest, "created_us:int first:int format:rva/v1/bundle origin:string size:int"):
        raise Malformed("fields of a manifest")
    return manifest


def parse_index(data):
    """The line of each row, and its seq. A row is canonical JSON, so lines say all that there is to compare."""

    def is_row(row):
        return (
            row.keys() == {"actor", "case", "seq", "subject", "time_us", "type"}
            and all(row[name] is None or isinstance(row[name], str) for name in ("actor", "case", "subject"))
            and all(is_int(row[name]) for name in ("seq", "time_us", "type"))
        )

    rows = []
    for row, line in parse_json_lines(data):
        if not is_row(row):
            raise Malformed("fields of an index row")
        rows.append((row["seq"], line))
    return rows


def parse_private(data):
    """Rows as (seq, name, salt, value)."""
    rows = []
    for row, _ in parse_json_lines(data):
        if not has_fields(row, "name:name salt:hash seq:int value:string"):
            raise Malformed("fields of a private value")
        rows.append((row["seq"], row["name"], bytes.fromhex(row["salt"]), from_base64(row["value"])))
    return rows


def parse_epoch_keys(data):
    keys = parse_json_file(data)
    if not all(map(TYPES["hash"], keys.values())):
        raise Malformed("an epoch key that is not 32 bytes in hex")
    if any(decimal(epoch) >= 2**32 for epoch in keys):
        raise Malformed("an epoch that no record can name")
    return {int(epoch): bytes.fromhex(key) for epoch, key in keys.items()}


def parse_state(data):
    state = parse_json_file(data)
    if not has_fields(state, "format:rva/v1/state heads:heads"):
        raise Malformed("fields of a state file")
    return state["heads"]


TYPES["heads"] = lambda v: isinstance(v, dict) and all(TYPES["hash"](k) and isinstance(v[k], str) for k in v)


def parse_auditor_key(data):
    text = data.removesuffix(b"\n").decode("ascii", "replace")
    if not TYPES["hash"](text):
        raise Malformed("not 64 hexadecimal digits")
    return bytes.fromhex(text)


# --- Verification (§13) -----------------------------------------------------------------------------------------------


class Options:
    """What was asked for, read and parsed."""

    def __init__(self):
        self.vkey = self.policy = self.epoch_keys = self.auditor_key = self.auditor_kid = None
        self.heads, self.state, self.now = [], {}, int(time.time())
        self.authorities = None
        self.require_anchor = self.require_macs = self.require_private = False


class Verification:
    """One run over one bundle. `run` fills `findings` and the figures of the verdict."""

    def __init__(self, root, options):
        self.root, self.options, self.findings = root, options, Findings()
        self.key, self.policy, self.entries, self.anchored = None, NOBODY, [], 0
        self.macs_checked, self.statements, self.checkpoint = 0, 0, None
        self.time_stamped = None  # (size, Unix seconds): the largest size of a token that holds, and when that was first
        self.private_files = {}

    def report(self, code, detail="", severity=FAIL, seq=None, size=None):
        self.findings.add(Finding(code, severity, seq, size, detail))

    def run(self):
        try:
            self.folder = Folder(self.root)
            self.read()
            self.read_entries()
            self.check_size()
            self.check_records()
            self.check_private()
            self.check_tiles()
            self.check_proofs()
            self.check_roots()
            self.check_time_stamps()
            self.check_heads()
        except Exception as error:  # §13.1 rule 1: whatever it is, there is a verdict
            words = f": {error}" if isinstance(error, (OSError, RuntimeError)) else ""
            self.report("internal-error", type(error).__name__ + words, UNVERIFIABLE)
        self.findings.sort()

    # §13.2 rules 1 to 3: files, key, policy, checkpoints

    def file(self, path, parse, needed=False, malformed="bundle-malformed"):
        """What a file of the bundle holds, or None after saying why not."""
        kind = self.folder.kind(path)
        if kind is None and needed:
            self.report("bundle-missing", path)
        if kind == "folder" or kind == "other" and path == "policy":  # other links are reported by `read`
            self.report("policy-malformed" if path == "policy" else "bundle-malformed", f"{path}: not a plain file")
        if kind != "file":
            return None
        limit = LIMITS.get(path.split("/")[0])
        try:
            data = self.folder.read(path, limit)
            if limit is not None and len(data) > limit:
                raise Malformed("too long")
            return parse(data)
        except Malformed as error:
            self.report(malformed, f"{path}: {error}")
            return None

    def names(self, path):
        if self.folder.kind(path) == "file":
            self.report("bundle-malformed", f"{path}: not a directory")
        return self.folder.names(path)

    def read(self):
        options = self.options
        for path, kind in self.folder.kinds.items():
            if kind == "other" and path != "policy":
                self.report("bundle-malformed", f"{path}: neither a plain file nor a directory")
        self.manifest = self.file("manifest.json", parse_manifest, needed=True)
        own_key = self.file("log.vkey", parse_vkey_file, needed=True)
        self.key = options.vkey or own_key
        if options.vkey is None and own_key is not None:
            self.report("key-from-bundle", "the verdict rests on a key in the bundle", WARN)
        if None not in (own_key, options.vkey) and own_key.text != options.vkey.text:
            self.report("key-mismatch", "log.vkey is not the trusted key")
        own_policy = self.file("policy", self.parse_policy, needed=True, malformed="policy-malformed")
        if options.policy is None and own_policy is not None:
            self.report("policy-from-bundle", "the witnesses are those that the bundle names", WARN)
        self.policy = options.policy or own_policy or NOBODY
        self.known = self.policy.known()
        self.log_id = None if self.key is None else log_id_of(self.key)

        self.index = self.file("index.jsonl", parse_index, needed=True)
        for name in ("private.jsonl", "disclosed.jsonl"):
            rows = self.file(name, bytes if self.key is None else parse_private)
            if rows is not None and self.key is not None:
                self.private_files[name] = rows
        own_keys = self.file("epoch-keys.json", parse_epoch_keys)
        self.epoch_keys = own_keys if options.epoch_keys is None else options.epoch_keys

        self.checkpoint = self.file("checkpoint", self.check_note, needed=True, malformed="checkpoint-malformed")
        notes = [self.checkpoint]
        for name in self.names("checkpoints"):
            path = "checkpoints/" + name
            notes.append(self.file(path, lambda data: self.check_note(data, name), malformed="checkpoint-malformed"))
        self.valid_notes = [note for note in notes if note is not None]  # their roots are compared later
        self.proofs = [(name, self.file("proofs/" + name, bytes)) for name in self.names("proofs")]

    def parse_policy(self, data):
        """The policy of the bundle, which is for this log if it is for any."""
        policy = Policy(data)
        if policy.logs and self.key is not None and self.key.text not in [log.text for log in policy.logs]:
            raise Malformed("it names logs, and this is none of them")
        return policy

    def check_note(self, data, name=None):
        """The checkpoint, if it is valid."""
        note = Note(data)
        if name is not None and name != str(note.size):
            raise Malformed("the name is not the size")
        if self.key is None:  # then no signature is one of the log
            self.report("checkpoint-signature", "there is no key", size=note.size)
            return None
        if note.origin != self.key.name:
            self.report("checkpoint-origin", note.origin, size=note.size)
            return None
        if not self.is_signed(note):
            self.report("checkpoint-signature", size=note.size)
            return None
        return note

    def is_signed(self, note):
        """Whether the note is valid (§10.1). The moments of its cosignatures are then known."""
        signed, note.moments = False, {}
        for name, key_id, signature in note.signatures:
            if (name, key_id) == (self.key.name, self.key.id):
                if len(signature) != 64 or not ed25519(self.key.public, note.text, signature):
                    return False
                signed = True
            elif (name, key_id) in self.known:
                if not cosignature_holds(self.known[name, key_id], note.text, signature):
                    return False
                note.moments.setdefault((name, key_id), []).append(int.from_bytes(signature[:8], "big"))
        return signed

    def vouch(self, moments, size, seq=None, right=True):
        """Takes a size whose root is right for anchored, if cosignatures of these moments make a quorum (§13.6 rule 2)."""

        def counts(moment):
            return 0 < moment <= self.options.now + 300

        if not all(counts(moment) for several in moments.values() for moment in several):
            self.report("cosignature-future", "a cosignature that does not count", INFO, seq, size)
        if right and self.policy.satisfied({known for known, several in moments.items() if any(map(counts, several))}):
            self.anchored = max(self.anchored, size)

    # §13.2 rules 4 to 6: entries and their number

    def read_entries(self):
        whole = True
        while whole and len(self.entries) % 256 == 0:
            number = len(self.entries) // 256
            path, width = tile_path("entries", number, 256), 256
            if self.folder.kind(path) != "file":
                partial = path + ".p"
                names = self.folder.names(partial)
                widths = [int(name) for name in names if matches("[1-9][0-9]{0,2}", name) and int(name) < 256]
                widths = [w for w in widths if self.folder.kind(f"{partial}/{w}") == "file"]
                if not widths:
                    break
                width = max(widths)
                path = f"{partial}/{width}"
            data = self.folder.read(path, LONGEST_ENTRIES)
            whole = len(data) <= LONGEST_ENTRIES and self.split(data) == width
            if not whole:
                self.report("entries-frame", path)
        if not self.entries:
            self.report("entries-missing")

    def split(self, data):
        """Takes the complete entries of a tile. Their number, or None if something is left over."""
        at, before = 0, len(self.entries)
        while at + 2 <= len(data):
            end = at + 2 + int.from_bytes(data[at : at + 2], "big")
            if end > len(data):
                return None
            self.entries.append(data[at + 2 : end])
            at = end
        return len(self.entries) - before if at == len(data) else None

    def check_size(self):
        self.leaves = [leaf_hash(entry) for entry in self.entries]
        self.tree, self.size = Tree(self.leaves), len(self.entries)
        if self.checkpoint is not None and self.size < self.checkpoint.size:
            self.report("checkpoint-beyond-log", size=self.checkpoint.size)
        if self.checkpoint is not None and self.size > self.checkpoint.size:
            self.report("entries-beyond-checkpoint", size=self.checkpoint.size)
        manifest = self.manifest
        if manifest is not None:
            if self.key is not None and manifest["origin"] != self.key.name:
                self.report("manifest-mismatch", "origin")
            if self.checkpoint is not None and manifest["size"] != self.checkpoint.size:
                self.report("manifest-mismatch", "size")
            if manifest["first"] != 0:
                self.report("prune-unsupported", "the bundle does not begin with record 0", UNVERIFIABLE)

    # §13.3: the records

    def check_records(self):
        self.epoch, self.step, self.sealed = 0, 0, False  # what is expected, and whether this epoch has its EPOCH_SEAL
        self.next_commit, self.ratchet = None, None  # unknown
        self.previous_mac, self.latest = None, None
        self.agents, self.revoked, self.nonces = {}, set(), set()  # kid: (person, key, role)
        self.beginning = True  # nothing yet but GENESIS and first administrators (§9 rule 7)
        self.approvals, self.admin_approvals = {}, {}  # by seq
        self.voided, self.void_before = set(), {}
        self.commitments, self.erased, self.cases = {}, set(), {}
        self.keys_given = bool(self.epoch_keys) or self.options.auditor_key is not None
        rows = dict(self.index or [])  # of two rows for one record the last counts
        if len(rows) < len(self.index or []):
            self.report("index-extra", "a second row for a record")
        if any(seq >= self.size for seq in rows):
            self.report("index-extra", "a row for no record")
        for i, entry in enumerate(self.entries):
            self.check_record(i, entry, rows.get(i))
        if not self.keys_given:
            self.report("macs-not-checked", "there are no epoch keys", UNVERIFIABLE if self.options.require_macs else INFO)

    def check_record(self, i, entry, row):
        def bad(code, detail="", severity=FAIL):
            self.report(code, detail, severity, seq=i)

        length = int.from_bytes(entry[80:84], "big")
        if not 118 <= len(entry) <= 32884 or length != len(entry) - 116:
            bad("frame-length", f"{len(entry)} bytes")
            return self.skip()
        header, data, mac = entry[:84], entry[84:-32], entry[-32:]
        magic, suite, kind, flags, seq, moment, epoch, step, log_id, previous = struct.unpack(
            ">4sBBHQQII16s32s", header[:80]
        )
        if (magic, suite) != (b"RVL1", 1):
            bad("bad-magic-or-suite")
            return self.skip()
        try:
            payload, canonical_error = parse_json(data), None
        except Malformed as error:
            payload, canonical_error = {}, str(error)
        known_type = kind in PAYLOADS or kind in (ANCHOR, EVENT)
        schema = canonical_error is None and known_type and has_schema(kind, payload)
        if seq != i:
            bad("seq", str(seq))
        if self.key is not None and log_id != self.log_id:
            bad("log-id", log_id.hex())
        if not known_type:
            bad("record-type", str(kind))
        if flags & ~1:
            bad("header-flags", str(flags))
        if i == 0 and self.genesis_link(payload) not in (None, previous):
            bad("genesis-link")
        if i > 0 and self.previous_mac not in (None, previous):
            bad("link")
        if self.latest is not None and moment < self.latest:
            bad("time-regression")
        if flags & 1 and moment != self.latest:  # at i = 0 there is no latest time
            bad("time-flag")

        # Epochs: what was expected gives way to what is there, so that one wrong record is one finding.
        opens, unsealed = kind in (GENESIS, EPOCH_OPEN), not self.sealed
        if i == 0:
            in_order = (kind, epoch, step) == (GENESIS, 0, 0)
        elif opens:
            in_order = (kind, epoch, step) == (EPOCH_OPEN, self.epoch + 1, 0)
        else:
            in_order = epoch == self.epoch
        if not in_order:
            bad("epoch-order", f"type {kind}, epoch {epoch}, step {step}")
        if opens or not in_order:
            self.sealed = self.sealed and not opens and epoch == self.epoch
            self.epoch, self.step = epoch, step
            if not opens:
                self.ratchet = self.next_commit = None
        if self.sealed:
            bad("record-after-seal")
        if step != self.step or step > 65535:
            bad("step", str(step))
            self.step, self.ratchet = step, None
        if kind == EPOCH_OPEN and unsealed and i > 0:
            bad("epoch-unsealed", "the epoch before ended without a seal", WARN)
            if payload.get("reason", "recover") != "recover":
                bad("epoch-reason")
        # What is absent or no hash is compared with nothing: it has a finding of its own below.
        promised = payload.get({EPOCH_OPEN: "commit", EPOCH_SEAL: "next_commit"}.get(kind))
        if None not in (promised, self.next_commit) and TYPES["hash"](promised) and promised != self.next_commit:
            bad("epoch-commit-chain")
        if opens:
            self.next_commit = payload.get("next_commit") if TYPES["hash"](payload.get("next_commit")) else None
            self.ratchet = self.epoch_key(bad, payload, schema)
        if kind == EPOCH_SEAL:
            self.sealed = True

        if self.ratchet is not None:
            key = expand(self.ratchet, b"rva/v1/record-key", self.context() + u32(self.step))
            if not hmac.compare_digest(hmac256(key, b"rva/v1/record\x00" + header + data), mac):
                bad("mac")
            self.macs_checked += 1
        self.previous_mac = mac
        self.latest = moment if self.latest is None else max(moment, self.latest)
        if canonical_error is not None:
            bad("non-canonical-payload", canonical_error)
        else:
            if not schema:  # no fields are those of a type that does not exist
                bad("payload-schema")
            if i == 0 and self.key is not None:
                own = (payload.get("origin"), payload.get("log_key"))
                if kind != GENESIS or own != (self.key.name, base64.b64encode(self.key.public).decode()):
                    bad("genesis")
            if schema:
                self.check_payload(bad, i, kind, moment, payload)
            self.check_index(bad, i, kind, moment, payload, row)
        first_admin = kind == KEY_ADD and schema and "stmt" not in payload
        self.beginning = self.beginning and (first_admin or kind == GENESIS and i == 0)
        self.advance()

    def context(self):
        """ctx_e."""
        return self.log_id + u32(self.epoch)

    def advance(self):
        if self.ratchet is not None:
            self.ratchet = expand(self.ratchet, b"rva/v1/record-next", self.context() + u32(self.step))
        self.step += 1

    def skip(self):
        """After a record that cannot be read: it had its step, and its MAC is unknown to the next link."""
        self.previous_mac, self.beginning = None, False
        self.advance()

    def genesis_link(self, payload):
        """What record 0 refers to, or None where it has no commitment."""
        commit = payload.get("commit")
        if self.key is None or not TYPES["hash"](commit):
            return None
        return sha256(b"rva/v1/genesis\x00" + self.log_id + bytes.fromhex(commit))

    def epoch_key(self, bad, payload, schema):
        """A_e, if a key is given, or sealed to the auditor, that opens the commitment."""
        if self.key is None:
            return None
        commit = bytes.fromhex(payload["commit"]) if TYPES["hash"](payload.get("commit")) else None
        opened, options = None, self.options
        for item in payload["sealed"] if schema and options.auditor_key is not None else []:
            if item["kid"] == options.auditor_kid:
                info = b"rva/v1/epoch-seal\x00" + self.context()
                key = hpke_open(options.auditor_key, base64.b64decode(item["hpke"]), info, commit)
                if key is None or commitment(self.context(), key) != commit:
                    bad("sealed-key-bad", item["kid"])
                else:
                    opened = key
        given = (self.epoch_keys or {}).get(self.epoch)
        if commit is None:
            return None
        if given is not None and commitment(self.context(), given) != commit:
            bad("epoch-key-mismatch", f"epoch {self.epoch}")
            return None
        if given is None and opened is None and self.keys_given:
            bad("epoch-key-missing", f"epoch {self.epoch}", UNVERIFIABLE)
        # A_e is the ratchet of step 0: it says nothing where an epoch begins elsewhere.
        return (given or opened) if self.step == 0 else None

    def check_index(self, bad, i, kind, moment, payload, line):
        """§13.4."""
        if self.index is None:
            return
        if line is None:
            return bad("index-missing")
        derived = {"seq": i, "time_us": moment, "type": kind}
        for name in ("actor", "case", "subject"):
            derived[name] = payload[name] if isinstance(payload.get(name), str) else None
        if line != canonical(derived):
            bad("index-shadow")

    def check_payload(self, bad, i, kind, moment, payload):
        """From `seal-count` to `prune-unsupported`, for a payload that has its fields."""
        event = payload.get("event") if kind == EVENT else None
        if kind == EPOCH_SEAL:
            if payload["count"] != self.step:
                bad("seal-count", str(payload["count"]))
            if payload["root"] != self.tree.root(i).hex():
                bad("seal-root")
        if kind == KEY_ADD:
            if payload["kid"] in self.agents:
                bad("agent-key-duplicate", payload["kid"])
            if "stmt" not in payload and not (self.beginning and payload["role"] == "admin"):
                bad("agent-key-unauthorised", payload["kid"])
        if "stmt" in payload:
            self.check_statement(bad, i, kind, moment, payload, event)
        if kind == KEY_ADD:
            key = from_base64(payload["key"])
            self.agents.setdefault(payload["kid"], (payload["agent"], key, payload["role"]))
        if kind == KEY_REVOKE:
            self.revoked.add(payload["kid"])
        if event == "grant.issue":
            self.check_grant(bad, payload)
        if kind == ERASE:
            evidence = {"audit.erase": sha256(canonical(payload["fields"])).hex()}
            self.check_admin_approvals(bad, payload, evidence, 1)
            for seq, name in payload["fields"]:
                if (seq, name) not in self.commitments:
                    bad("erase-unknown", f"{seq} {name}")
                self.erased.add((seq, name))
        if event == "breakglass.open":
            opening = {name: payload[name] for name in ("case", "until_s", "why")}
            self.check_admin_approvals(bad, payload, {"breakglass.open": sha256(canonical(opening)).hex()}, 2)
        if kind == ANCHOR:
            self.check_anchor(bad, i, payload)
        if kind == EVENT and "case" in payload:
            self.cases[payload["case"]] = self.cases.get(payload["case"], 0) + 1
        if event == "case.close" and payload["records"] != self.cases[payload["case"]]:
            bad("case-count", f"there are {self.cases[payload['case']]}")
        if event == "approval.give":
            self.approvals[i] = payload
        if event == "approval.void":
            if "of" in payload:
                self.voided.add(payload["of"])
            else:
                self.void_before[payload["case"]] = i
        if event == "admin.approve":
            self.admin_approvals[i] = payload
        if kind == PRUNE:
            bad("prune-unsupported", "", UNVERIFIABLE)
        for name, value in payload.get("priv", {}).items():
            self.commitments[i, name] = bytes.fromhex(value)

    # §9: who signed what

    def check_statement(self, bad, i, kind, moment, payload, event):
        stmt, kid = payload["stmt"], payload["stmt"]["kid"]
        self.statements += 1
        action, approve = stmt["action"], stmt["decision"] == "approve"
        agent = self.agents.get(kid)
        if agent is None:
            bad("agent-unknown", kid)
        else:
            if kid in self.revoked:
                bad("agent-revoked", kid)
            message = b"rva/v1/agent-statement\n" + canonical(stmt)
            if not ed25519(agent[1], message, from_base64(payload["sig"])):
                bad("agent-sig", kid)
        if self.key is not None and stmt["log"] != self.key.name:
            bad("agent-log", stmt["log"])
        about = payload.get("case") if kind == EVENT else payload["kid"]
        if stmt["case"] != about or kind == EVENT and payload.get("actor") != kid:
            bad("agent-case", stmt["case"])

        # Rule 5. `signed` are the fields whose hash the evidence has to be.
        signed = None
        if kind == KEY_ADD:
            admissible, roles, signed = action == "agent.key.add", ("admin",), ("agent", "key", "kid", "role")
        elif kind == KEY_REVOKE:
            admissible, roles, signed = action == "agent.key.revoke", ("admin",), ("kid", "why")
        elif event == "approval.give":
            elsewhere = ("audit.", "agent.", "breakglass.", "appeal.", "check.")
            admissible, roles = not action.startswith(elsewhere), ("supervisor", "admin")
        elif event == "appeal.decide":
            admissible, roles = action == "appeal.decide", ("supervisor", "admin")
        elif event == "check.result":
            admissible, roles = action == "check.attest", ("agent", "supervisor")
        else:  # admin.approve, the last of the events that may carry a statement
            admissible, roles = True, ("admin", "auditor")
        if not admissible:
            bad("agent-action", action)
        own = kind == KEY_REVOKE and payload["kid"] == kid
        if agent is not None and agent[2] not in roles and not own:
            bad("agent-role", agent[2])
        if moment > stmt["not_after"] * 1_000_000:
            bad("agent-expired", str(stmt["not_after"]))
        if signed is not None:
            digest = sha256(canonical({name: payload[name] for name in signed})).hex()
            if not approve or stmt["evidence"] != digest:
                bad("agent-evidence")
        if (kid, stmt["nonce"]) in self.nonces:
            bad("agent-replay", stmt["nonce"])
        self.nonces.add((kid, stmt["nonce"]))

    def check_persons(self, bad, statements, needed):
        """Rule 6: enough statements, and by enough persons."""
        kids = [statement["stmt"]["kid"] for statement in statements]
        persons = {self.agents[kid][0] if kid in self.agents else kid for kid in kids}
        if len(kids) < needed:
            bad("approval-missing", f"{len(kids)} of {needed}")
        elif len(persons) < needed:
            bad("approval-duplicate", f"{len(persons)} of {needed}")

    def check_grant(self, bad, grant):
        def approves(seq, approval):
            stmt = approval["stmt"]
            return (
                stmt["decision"] == "approve"
                and approval["case"] == grant["case"]
                and all(stmt[name] == grant[name] for name in ("action", "case_version", "evidence"))
                and seq not in self.voided
                and seq > self.void_before.get(grant["case"], -1)
            )

        if grant["approvals"] > 0:
            found = [approval for seq, approval in self.approvals.items() if approves(seq, approval)]
            self.check_persons(bad, found, grant["approvals"])

    def check_admin_approvals(self, bad, payload, evidence, needed):
        def approves(stmt):
            return (
                stmt["decision"] == "approve"
                and stmt["case"] == payload["case"]
                and evidence.get(stmt["action"]) == stmt["evidence"]
            )

        found = [self.admin_approvals[seq] for seq in payload["approvals"] if seq in self.admin_approvals]
        found = [approval for approval in found if approves(approval["stmt"])]
        if len(found) < len(payload["approvals"]):
            return bad("approval-missing", "one of the approvals is none of this")
        self.check_persons(bad, found, needed)

    def check_anchor(self, bad, i, payload):
        size, right = payload["size"], False
        if size > i or payload["root"] != self.tree.root(size).hex():
            bad("anchor-root", f"size {size}")
        else:
            right = True
        if payload["kind"] == "tsa":
            self.check_token(from_base64(payload["token"]), size, bytes.fromhex(payload["root"]), right, i)
        moments, holds = {}, True
        root = base64.b64encode(bytes.fromhex(payload["root"])).decode()
        lines = payload.get("cosignatures", []) if self.key is not None else []
        for line in lines:
            data = from_base64(line["sig"])
            known, text = (line["name"], data[:4]), f"{self.key.name}\n{size}\n{root}\n".encode()
            if known in self.known:
                holds = holds and cosignature_holds(self.known[known], text, data[4:])
                moments.setdefault(known, []).append(int.from_bytes(data[4:12], "big"))
        if not holds:
            bad("anchor-signature")
        else:
            self.vouch(moments, size, i, right)

    # Time stamps (§10.5)

    def check_token(self, data, size, root, right, seq=None, name=""):
        """The token of an ANCHOR, or of a file: over the checkpoint of that size and root, by a known authority."""
        options, fault = self.options, "authority"
        if options.authorities is not None and self.key is not None:
            text = f"{self.key.name}\n{size}\n{base64.b64encode(root).decode()}\n".encode()
            try:
                token = Token(data)
                if token.imprint != sha256(text):
                    raise Malformed("a time stamp of something else")
                fault = time_stamp_fault(token, text, options.authorities)
                if fault is None and token.time > options.now + 300:
                    fault = "future"
            except Malformed as error:
                name, fault = f"{name} {error}".strip(), "signature"
        if fault == "signature":
            self.report("anchor-signature", name, seq=seq, size=size)
        elif fault is not None:
            self.report("anchor-tsa-unchecked", name, INFO, seq, size)
        elif right:
            self.time_stamped = max(self.time_stamped or (0, 0), (size, -token.time))

    def check_time_stamps(self):
        """The files beside the log. They are looked at under authorities only."""
        names = self.names("anchors")
        largest = self.size if self.checkpoint is None else self.checkpoint.size
        for name in names:
            path = "anchors/" + name
            if self.folder.kind(path) == "folder":
                self.report("bundle-malformed", f"{path}: not a plain file")
            if self.folder.kind(path) != "file" or self.options.authorities is None:
                continue
            data = self.folder.read(path, LONGEST_TOKEN)
            number = name.removesuffix(".tsr")
            is_size = name.endswith(".tsr") and matches("[1-9][0-9]{0,15}", number) and int(number) <= largest
            if not is_size or len(data) > LONGEST_TOKEN:
                self.report("bundle-malformed", path)
            elif int(number) <= self.size:  # else records are missing, which is reported
                self.check_token(data, int(number), self.tree.root(int(number)), True, name=path)

    # §13.4: private values

    def check_private(self):
        complete = "private.jsonl" in self.private_files
        present = set()
        for name, rows in self.private_files.items():
            seen = set()
            for seq, field, salt, value in rows:
                if (seq, field) in seen or (seq, field) not in self.commitments:
                    self.report("private-extra", f"{name}: {seq} {field}")
                    continue
                seen.add((seq, field))
                if private_commitment(salt, self.log_id, seq, field, value) != self.commitments[seq, field]:
                    self.report("private-mismatch", f"{name}: {field}", seq=seq)
            present |= seen
        for seq, field in self.commitments:
            erased = (seq, field) in self.erased
            if (seq, field) in present:
                if erased:
                    self.report("erasure-not-carried-out", field, seq=seq)
            elif erased:
                self.report("redacted-authorised", field, INFO, seq=seq)
            elif complete:
                self.report("private-missing", field, seq=seq)
        if not complete:
            severity = UNVERIFIABLE if self.options.require_private else INFO
            self.report("private-not-checked", "there is no private.jsonl", severity)

    # §13.5: roots and tiles, and the leaves of §13.4

    def check_roots(self):
        for note in self.valid_notes:
            if note.size > self.size:
                if note is not self.checkpoint:
                    self.report("checkpoint-beyond-log", size=note.size)
            elif note.root != self.tree.root(note.size):
                self.report("checkpoint-root", size=note.size)
            else:
                self.vouch(note.moments, note.size)

    def check_tiles(self):
        self.names("tile")  # a file in its place is reported
        files = {path for path in self.folder.below("tile") if self.folder.kind(path) == "file"}
        if self.checkpoint is None or self.checkpoint.size != self.size:
            return
        hashes = dict(self.tree.tiles())
        entries = {tile_path("entries", n // 256, min(256, self.size - n)) for n in range(0, self.size, 256)}
        for path in sorted(files - hashes.keys() - entries):
            self.report("tile-extra", path)
        for path in sorted((hashes.keys() | entries) - files):
            self.report("tile-missing", path)
        leaves, in_place = [], True
        for path, content in hashes.items():
            stored = self.folder.read(path, len(content)) if path in files else b""
            is_whole = len(stored) == len(content)
            if path not in files:
                pass  # reported above
            elif not is_whole:
                self.report("tile-width", path)
            elif stored != content:
                self.report("tile-hash", path)
            if path.startswith("tile/0/"):
                # A tile of another length leaves no leaf in its place, so none is compared.
                in_place = in_place and is_whole
                leaves += [stored[at : at + 32] for at in range(0, len(stored), 32)]
        if in_place:
            for i, leaf in enumerate(self.leaves):
                if leaves[i] != leaf:
                    self.report("leaf-mismatch", seq=i)

    def check_proofs(self):
        """§13.5 rule 3."""
        for name, data in self.proofs:
            if data is None:
                continue
            try:
                proof = Proof(data)
                if name != f"{proof.index}.tlog-proof":
                    raise Malformed("the name is not the index")
            except Malformed as error:
                self.report("proof-malformed", f"{name}: {error}")
                continue
            try:
                note = self.check_note(proof.checkpoint)
            except Malformed as error:
                self.report("checkpoint-malformed", f"{name}: {error}")
                continue
            if note is None:  # that is a finding of its own
                continue
            if (
                proof.index >= self.size
                or note.size > self.size
                or not leads_to(note.root, self.leaves[proof.index], proof.index, note.size, proof.path)
                or note.root != self.tree.root(note.size)
            ):
                self.report("proof-inclusion", name)
            else:
                self.vouch(note.moments, note.size)

    # §13.6: heads kept outside, and anchoring

    def check_heads(self):
        heads = list(self.options.heads)
        if self.key is not None:
            remembered = self.options.state.get(sha256(self.key.text.encode()).hex())
            heads += [] if remembered is None else [remembered.encode()]
        for data in heads:
            try:
                note = Note(data)
                if self.key is None or note.origin != self.key.name or not self.is_signed(note):
                    raise Malformed("not a note of this log")
            except Malformed as error:
                self.report("head-invalid", str(error), UNVERIFIABLE)
                continue
            if note.size > self.size:
                self.report("truncated-or-rolled-back", size=note.size)
            elif note.root != self.tree.root(note.size):
                self.report("fork", size=note.size)
            else:
                self.anchored = max(self.anchored, note.size)
        if self.anchored < self.size:
            code = "tail-unanchored" if self.anchored else "unanchored"
            severity = INCOMPLETE if self.options.require_anchor else WARN
            self.report(code, f"records from {self.anchored} on rest on the service alone", severity)

    # §13.7: the verdict

    def verdict(self):
        """The JSON object of §13.7."""
        findings, size = self.findings, len(self.entries)
        deciding = next((s for s in (FAIL, UNVERIFIABLE, INCOMPLETE) if s in findings.first), None)
        verdict, code = VERDICTS.get(deciding, ("OK", 0))
        codes, first_bad = findings.fails, findings.first_bad_seq
        of_agents = {code for code in codes if code.startswith(("agent-", "approval-"))}

        if codes - of_agents - {"truncated-or-rolled-back", "fork"}:
            integrity = "TAMPERED"
        else:
            integrity = UNVERIFIABLE if UNVERIFIABLE in findings.first else "OK"
        if "fork" in codes:
            completeness = "FORKED"
        elif codes & {"truncated-or-rolled-back", "checkpoint-beyond-log"}:
            completeness = "TRUNCATED"
        elif self.anchored == 0:
            completeness = "UNANCHORED"
        else:
            completeness = "ANCHORED" if self.anchored == size else "TAIL-UNANCHORED"
        macs = "none" if self.macs_checked == 0 else "checked" if self.macs_checked == size else "partial"
        private = "complete" if "private.jsonl" in self.private_files else "selection" if self.private_files else "none"

        def shown(finding):
            return {name: getattr(finding, name) for name in ("code", "detail", "seq", "severity", "size")}

        return {
            "anchored": self.anchored,
            "authorship": "FAILED" if of_agents else "OK" if self.statements else "NONE",
            "code": None if deciding is None else findings.first[deciding].code,
            "completeness": completeness,
            "exit": code,
            "findings": [shown(finding) for finding in findings.kept],
            "first_bad_seq": first_bad,
            "format": "rva/v1/verdict",
            "integrity": integrity,
            "macs": macs,
            "more": findings.count - len(findings.kept),
            "origin": None if self.key is None else self.key.name,
            "private": private,
            "size": size,
            "trustworthy": size if not codes else self.anchored if first_bad is None else first_bad,
            "verdict": verdict,
        }

    def text(self):
        """The first line is the verdict. What follows is for people."""
        verdict = self.verdict()
        first = verdict["verdict"] + ("" if verdict["code"] is None else " " + verdict["code"])
        if verdict["first_bad_seq"] is not None:
            first += f" at record {verdict['first_bad_seq']}"
        axes = ("origin", "size", "trustworthy", "anchored", "integrity", "completeness", "authorship", "macs", "private")
        lines = [first] + [f"{name}: {verdict[name]}" for name in axes]
        if self.time_stamped is not None:
            size, moment = self.time_stamped[0], time.gmtime(-self.time_stamped[1])
            lines.append(f"time-stamped: the first {size} records, by " + time.strftime("%Y-%m-%dT%H:%M:%SZ", moment))
        lines += [str(finding) for finding in self.findings.kept]
        lines += [f"and {verdict['more']} more"] if verdict["more"] else []
        return "".join(line + "\n" for line in lines).encode()


# --- The command (§13) ------------------------------------------------------------------------------------------------


class Usage(Exception):
    pass


class Arguments(argparse.ArgumentParser):
    def error(self, message):
        raise Usage(message)


def arguments(words):
    parser = Arguments(prog="verify.py", allow_abbrev=False, description="Verify an exported audit bundle.")
    here = os.path.dirname(os.path.abspath(__file__))
    parser.add_argument("dir", nargs="?", default=here, metavar="DIR", help="the bundle; default: where this file lies")
    parser.add_argument("--vkey", metavar="F", help="the trusted key of the log: one vkey line")
    parser.add_argument("--policy", metavar="F", help="the trusted witness policy")
    parser.add_argument("--head", metavar="F", action="append", default=[], help="a signed note kept outside; repeatable")
    parser.add_argument("--state", metavar="F", help="heads remembered from earlier runs")
    parser.add_argument("--update-state", action="store_true", help="remember the head, if the log is intact")
    parser.add_argument("--epoch-keys", metavar="F", help="epoch keys, in place of the bundle's")
    parser.add_argument("--auditor-key", metavar="F", help="your X25519 private key: 64 hexadecimal digits")
    parser.add_argument("--auditor-kid", metavar="K", help="the name under which epoch keys are sealed to you")
    parser.add_argument("--tsa-ca", metavar="F", help="trusted authorities for time stamps: certificates in PEM")
    parser.add_argument("--require-anchor", action="store_true", help="INCOMPLETE if nobody vouches for the last record")
    parser.add_argument("--require-macs", action="store_true", help="UNVERIFIABLE without epoch keys")
    parser.add_argument("--require-private", action="store_true", help="UNVERIFIABLE without private values")
    parser.add_argument("--now", metavar="S", help="the moment of the verification in Unix seconds; default: now")
    parser.add_argument("--json", action="store_true", help="print the verdict as one line of JSON")
    return parser.parse_args(words)


def option_file(path, parse):
    if path is None:
        return None
    try:
        with open(path, "rb") as file:
            return parse(file.read())
    except OSError as error:
        raise Usage(f"{path} cannot be read: {error.strerror}") from None
    except Malformed as error:
        raise Usage(f"{path}: {error}") from None


def options_of(args):
    options = Options()
    if (args.auditor_key is None) != (args.auditor_kid is None):
        raise Usage("--auditor-key and --auditor-kid go together")
    if args.update_state and args.state is None:
        raise Usage("--update-state needs --state")
    if args.now is not None:
        if not matches("[0-9]{1,18}", args.now):
            raise Usage("--now takes Unix seconds")
        options.now = int(args.now)
    options.vkey = option_file(args.vkey, parse_vkey_file)
    options.policy = option_file(args.policy, Policy)
    options.heads = [option_file(path, bytes) for path in args.head]
    if args.state is not None and os.path.lexists(args.state):
        options.state = option_file(args.state, parse_state)
    options.epoch_keys = option_file(args.epoch_keys, parse_epoch_keys)
    options.auditor_key, options.auditor_kid = option_file(args.auditor_key, parse_auditor_key), args.auditor_kid
    options.authorities = option_file(args.tsa_ca, parse_authorities)
    options.require_anchor, options.require_macs = args.require_anchor, args.require_macs
    options.require_private = args.require_private
    try:
        os.listdir(args.dir)
    except OSError:
        raise Usage(f"{args.dir} is not a folder that can be read") from None
    return options


def write_state(path, heads):
    """There is always one whole file: the old or the new."""
    new = path + ".new"
    with open(new, "wb") as file:
        file.write(canonical({"format": "rva/v1/state", "heads": heads}) + b"\n")
        file.flush()
        os.fsync(file.fileno())
    os.replace(new, path)


def main(words):
    try:
        args = arguments(words)
        options = options_of(args)
    except Usage as error:
        print(f"verify.py: {error}", file=sys.stderr)
        return 64
    verification = Verification(args.dir, options)
    verification.run()
    verdict = verification.verdict()
    answer = canonical(verdict) + b"\n" if args.json else verification.text()
    try:
        while answer:
            answer = answer[os.write(1, answer) :]
    except OSError as error:
        print(f"verify.py: the answer could not be written: {error.strerror}", file=sys.stderr)
        return 74
    if args.update_state and verdict["exit"] == 0:
        key = sha256(verification.key.text.encode()).hex()
        try:
            write_state(args.state, options.state | {key: verification.checkpoint.whole.decode()})
        except OSError as error:
            print(f"verify.py: {args.state} could not be written: {error.strerror}", file=sys.stderr)
            return 74
    return verdict["exit"]


if __name__ == "__main__":
    try:
        code = main(sys.argv[1:])
    except Exception as error:  # left to Python this would be exit 1, and read as TAMPERED
        print(f"verify.py: {type(error).__name__}", file=sys.stderr)
        code = 74
    sys.exit(code)
