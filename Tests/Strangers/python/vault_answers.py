"""The known answers of the vault, held against vault.py: what it thinks must be what RecoveryVault is tested with."""

import json

import vault
from vault_keys import ROLES, key_file, passphrase_file

MARKS = {"tombstone": b"rv1/tomb\0\0", "canary": b"rv1/cnry\0\0"}
ERRORS = {"t": "truncated", "u": "unsupported-format", "k": "key-or-context", "x": "tampered"}


def place_of(vector):
    numbers = [vector[name] for name in ("record", "field", "slot")]
    tenant, subject = bytes.fromhex(vector["tenant"]), bytes.fromhex(vector["subject"])
    return vault.Place(tenant, subject, *numbers, int(vector["row_version"]))


def refusal(check, *arguments):
    """The code that a check ends with, or None."""
    try:
        check(*arguments)
        return None
    except vault.Refused as refused:
        return str(refused)


def opened(kind, envelope, place, key):
    if kind in (vault.FIELD, vault.HEAD):
        return vault.unseal_value(envelope, kind, place, lambda _: key)
    return vault.unseal(envelope, kind, place, lambda _: key)[0]


class Answers:
    def __init__(self, folder, prefix, opinion):
        self.folder, self.prefix, self.opinion = folder, prefix, opinion

    def read(self, name):
        return json.loads((self.folder / f"{self.prefix}{name}.json").read_text())

    def agrees(self, holds, vector):
        where = f"{self.folder}, {vector.get('id', vector)}"
        self.opinion.agrees("known answers", holds, where)

    def judge(self):
        self.envelopes()
        self.bad_envelopes()
        self.keys()
        for vector in self.read("match")["tags"]:
            key, value = bytes.fromhex(vector["dek_match"]), bytes.fromhex(vector["value"])
            numbers = vector["norm"], vector["variant"]
            tag = vault.match_tag(key, place_of(vector), *numbers, value, vector["tag_alg"])
            self.agrees(tag.hex() == vector["tag"], vector)
        for vector in self.read("index")["values"]:
            numbers = vector["field"], vector["norm"], vector["bits"]
            tenant, value = bytes.fromhex(vector["tenant"]), bytes.fromhex(vector["value"])
            index = vault.blind_index(bytes.fromhex(vector["bik"]), tenant, *numbers, value)
            self.agrees(index == vector["index"], vector)
        for vector in self.read("index")["plan"]:
            self.agrees(vault.index_bits(vector["rows"], vector["indexes"]) == vector["bits"], vector)
        for vector in self.read("manifest")["manifests"]:
            owner = bytes.fromhex(vector["tenant"]), bytes.fromhex(vector["subject"])
            key, rows = bytes.fromhex(vector["dek_match"]), [self.row(entry) for entry in vector["entries"]]
            self.agrees(vault.manifest(key, *owner, int(vector["epoch"]), rows).hex() == vector["mac"], vector)

    def row(self, entry):
        numbers = [int(entry[name]) for name in ("record", "field", "slot", "row_version")]
        names = ("tag_alg", "norm", "variant")
        tags = [(*(tag[name] for name in names), bytes.fromhex(tag["tag"])) for tag in entry["tags"]]
        return vault.Row(*numbers, bytes.fromhex(entry["commitment"]), tags)

    def envelopes(self):
        for vector in self.read("envelopes")["envelopes"]:
            names = ("key", "value", "salt", "envelope", "padded")
            key, value, salt, envelope, padded = (bytes.fromhex(vector[name]) for name in names)
            place, kind = place_of(vector), vector["type"]
            found, plain, pad_class = padded, padded, vector.get("pad_class", 0)
            if "kind" in vector:
                plain = vector["kind"], vector["norm"], value
                found = vault.pad(*plain, pad_class)
            sealed = vault.seal(kind, key, vector["key_version"], place, found, salt, pad_class)
            self.agrees((found, sealed) == (padded, envelope), vector)
            self.agrees(opened(kind, envelope, place, key) == plain, vector)

    def bad_envelopes(self):
        vectors = self.read("envelopes-bad")
        for vector in vectors["cases"]:
            key, envelope = bytes.fromhex(vector["key"]), bytes.fromhex(vector["envelope"])
            expected = vector["error"] + (f"({vector['offset']})" if "offset" in vector else "")
            found = refusal(opened, vector["expected_type"], envelope, place_of(vector), key)
            self.agrees(found == expected, vector)
        flips = vectors["single_bit_flips"]
        base = next(vector for vector in self.read("envelopes")["envelopes"] if vector["id"] == flips["base"])
        place, key, envelope = place_of(base), bytes.fromhex(base["key"]), bytes.fromhex(base["envelope"])
        for bit, letter in enumerate(flips["classes"]):
            other = bytearray(envelope)
            other[bit // 8] ^= 0x80 >> bit % 8
            found = refusal(opened, base["type"], bytes(other), place, key)
            self.agrees((found or "").split("(")[0] == ERRORS[letter], {"bit": bit})

    def keys(self):
        vectors = self.read("keys")
        for vector in vectors["kcv"]:
            self.agrees(vault.key_check_value(bytes.fromhex(vector["key"])).hex() == vector["kcv"], vector)
        for vector in vectors["key_files"]:
            key = key_file(bytes.fromhex(vector["file"]), ROLES[vector["role"]], vector["version"])
            self.agrees(key.hex() == vector["key"], vector)
        for vector in vectors["passphrase_files"]:
            file, passphrase = bytes.fromhex(vector["file"]), bytes.fromhex(vector["passphrase"])
            key = passphrase_file(file, passphrase, ROLES[vector["role"]], vector["version"])
            self.agrees(key.hex() == vector["key"], vector)
        for vector in vectors["key_files_bad"] + vectors["passphrase_files_bad"]:
            arguments = [bytes.fromhex(vector["file"]), ROLES[vector["expect_role"]], vector["expect_version"]]
            check = key_file
            if "passphrase" in vector:
                check = passphrase_file
                arguments.insert(1, bytes.fromhex(vector["passphrase"]))
            self.agrees(refusal(check, *arguments) == f"key-file-refused({vector['reason']})", vector)
        for vector in vectors["marks"]:
            names = [bytes.fromhex(vector[name]) for name in ("psk", "tenant", "subject")]
            mark = vault.subject_mark(names[0], MARKS[vector["what"]], *names[1:])
            self.agrees(mark.hex() == vector["mark"], vector)
