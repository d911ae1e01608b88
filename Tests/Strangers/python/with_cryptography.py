"""Has the package cryptography check what needs keys: cosignatures, the keys of epochs and the chain of MACs.

    with_cryptography.py BUNDLE POLICY AUDITOR-KEY KID
"""

import base64
import json
import pathlib
import sys

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256, Hash
from cryptography.hazmat.primitives.hmac import HMAC
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand
from log import EPOCH_OPEN, GENESIS, Log, Opinion, flipped, witnesses


def holds(check, *arguments):
    try:
        check(*arguments)
        return True
    except (InvalidSignature, InvalidTag):
        return False


def cosignatures(log, policy, opinion):
    for note in log.notes:
        for signature in note.signatures:
            for witness in witnesses(policy):
                if not witness.signed(signature):
                    continue
                verify = Ed25519PublicKey.from_public_bytes(witness.public).verify

                def message(text, line):
                    return f"cosignature/v1\ntime {int.from_bytes(line[:8], 'big')}\n".encode() + text

                line = signature.bytes
                opinion.agrees("cosignatures", holds(verify, line[8:], message(note.text, line)))
                for place in range(len(line)):
                    other = flipped(line, place)
                    opinion.refuses("cosignatures", holds(verify, other[8:], message(note.text, other)))
                for place in range(len(note.text)):
                    other = flipped(note.text, place)
                    opinion.refuses("cosignatures", holds(verify, line[8:], message(other, line)))


def sha256(data):
    digest = Hash(SHA256())
    digest.update(data)
    return digest.finalize()


def expand(key, label, context):
    return HKDFExpand(SHA256(), 32, label.encode() + b"\0" + context).derive(key)


def authenticates(key, record, header, payload):
    mac = HMAC(key, SHA256())
    mac.update(b"rva/v1/record\0" + header + payload)
    return holds(mac.verify, record.mac)


def hpke_open(auditor, box, info, aad):
    """Single shot of RFC 9180, base mode. The package has a whole suite of it, which takes no associated data."""

    def extract(suite, salt, label, key):
        mac = HMAC(salt or bytes(32), SHA256())
        mac.update(b"HPKE-v1" + suite + label + key)
        return mac.finalize()

    def labelled(suite, key, label, context, size):
        whole = size.to_bytes(2, "big") + b"HPKE-v1" + suite + label + context
        return HKDFExpand(SHA256(), size, whole).derive(key)

    kem, suite = b"KEM\0\x20", b"HPKE\0\x20\0\x01\0\x03"
    shared = auditor.exchange(X25519PublicKey.from_public_bytes(box[:32]))
    prk = extract(kem, b"", b"eae_prk", shared)
    secret = labelled(kem, prk, b"shared_secret", box[:32] + auditor.public_key().public_bytes_raw(), 32)
    context = b"\0" + extract(suite, b"", b"psk_id_hash", b"") + extract(suite, b"", b"info_hash", info)
    secret = extract(suite, secret, b"secret", b"")
    key, nonce = labelled(suite, secret, b"key", context, 32), labelled(suite, secret, b"base_nonce", context, 12)
    return ChaCha20Poly1305(key).decrypt(nonce, box[32:], aad)


def sealed(record, auditor, kid, key, commitment, context, opinion):
    """The key of the epoch, as it is sealed to the auditor, is the one that was opened (§5)."""
    for item in json.loads(record.payload)["sealed"]:
        if item["kid"] != kid:
            continue
        box, info = base64.b64decode(item["hpke"]), b"rva/v1/epoch-seal\0" + context
        opinion.agrees("sealed keys", hpke_open(auditor, box, info, commitment) == key)
        for place in range(len(box)):
            other = flipped(box, place)
            opinion.refuses("sealed keys", holds(hpke_open, auditor, other, info, commitment))
        opinion.refuses("sealed keys", holds(hpke_open, auditor, box, info, flipped(commitment, 0)))


def chain(log, auditor, kid, opinion):
    """Walks the log with the keys of all epochs, as §4 has them, and checks every MAC and every link."""
    keys = json.loads((log.folder / "epoch-keys.json").read_text())
    before = None
    for record in log.records:
        context = record.log_id + record.epoch
        if record.type in (GENESIS, EPOCH_OPEN):
            epoch = str(int.from_bytes(record.epoch, "big"))
            key = bytes.fromhex(keys.pop(epoch))
            commitment = sha256(b"rva/v1/epoch-commit\0" + context + key)
            opinion.agrees("commitments", commitment.hex() == json.loads(record.payload)["commit"])
            other = sha256(b"rva/v1/epoch-commit\0" + context + flipped(key, 0))
            opinion.refuses("commitments", other.hex() == json.loads(record.payload)["commit"])
            sealed(record, auditor, kid, key, commitment, context, opinion)
            ratchet = key
        if before is None:
            before = sha256(b"rva/v1/genesis\0" + record.log_id + commitment)
        opinion.agrees("links", record.prev_mac == before)
        opinion.refuses("links", record.prev_mac == flipped(before, 0))
        before = record.mac
        key = expand(ratchet, "rva/v1/record-key", context + record.step)
        opinion.agrees("MACs", authenticates(key, record, record.header, record.payload))
        for place in range(len(record.payload)):
            opinion.refuses("MACs", authenticates(key, record, record.header, flipped(record.payload, place)))
        for place in range(len(record.header)):
            opinion.refuses("MACs", authenticates(key, record, flipped(record.header, place), record.payload))
        ratchet = expand(ratchet, "rva/v1/record-next", context + record.step)
    opinion.agrees("set of keys", not keys)


def statements(log, opinion):
    """Staff signed what the log says they signed, with the keys that it was given for them (§9)."""
    keys = {}
    for record in log.records:
        payload = json.loads(record.payload)
        if "stmt" in payload:
            # What was signed is canonical JSON, and stands in the payload as it was signed.
            begin = record.payload.index(b'"stmt":') + len(b'"stmt":')
            text = record.payload[begin : record.payload.index(b"}", begin) + 1]
            message = b"rva/v1/agent-statement\n" + text
            verify = Ed25519PublicKey.from_public_bytes(keys[payload["stmt"]["kid"]]).verify
            signature = base64.b64decode(payload["sig"])
            opinion.agrees("statements", holds(verify, signature, message))
            for place in range(len(message)):
                opinion.refuses("statements", holds(verify, signature, flipped(message, place)))
        if {"key", "kid", "role"} <= payload.keys():
            keys[payload["kid"]] = base64.b64decode(payload["key"])


def main():
    bundle, policy, key_file, kid = sys.argv[1:]
    auditor = X25519PrivateKey.from_private_bytes(bytes.fromhex(pathlib.Path(key_file).read_text()))
    log, opinion = Log(bundle), Opinion("cryptography")
    cosignatures(log, policy, opinion)
    chain(log, auditor, kid, opinion)
    statements(log, opinion)
    opinion.say(
        cosignatures=2, MACs=len(log.records), links=len(log.records), commitments=2, sealed_keys=2, statements=2
    )


main()
