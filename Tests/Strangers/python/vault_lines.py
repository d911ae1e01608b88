"""The lines that Tests/VaultWriter and vault.py exchange: one JSON object each, bytes in base64.

The shapes are those of Tests/VaultWriter/Line.swift. Whoever answers a line makes it anew from what was opened.
"""

import base64
import json

import vault

# §3: what wraps a class key, and what wraps a key of a subject.
WRAPPED_BY_ROLE = {
    vault.BIK: vault.SYS,
    vault.AHK: vault.SYS,
    vault.BKK: vault.SYS,
    vault.TSK: vault.AUTH,
    vault.PSK: vault.SYS,
}
WRAPPING_OF_CLASS = {
    vault.DEK_PII: ("role", vault.PII),
    vault.DEK_AUTH: ("class", vault.TSK),
    vault.DEK_MATCH: ("role", vault.MATCH),
}
KEY_OF_RECORD = {1: vault.DEK_PII, 2: vault.DEK_AUTH, 3: vault.DEK_PII, 4: vault.DEK_PII}
# Where the envelope of a line stands in it.
SEALED = {"classKey": "wrapped", "subjectKey": "wrapped", "field": "envelope", "head": "envelope"}


def text(data):
    return base64.b64encode(data).decode()


def data(text):
    return base64.b64decode(text, validate=True)


def number(text):
    return int.from_bytes(data(text), "big")


def read(path):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n")[:-1]]


def write(path, lines):
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")


def place(body):
    owner = data(body["tenant"]), data(body["subject"])
    return vault.Place(*owner, body["record"], body["field"], body["slot"], number(body["rowVersion"]))


def written(place):
    body = place._asdict()
    body["rowVersion"] = text(vault.u(body.pop("row_version"), 8))
    return body | {"tenant": text(place.tenant), "subject": text(place.subject)}


def changed(line, change):
    """The same line with other sealed bytes."""
    (kind, body), = line.items()
    return {kind: body | {SEALED[kind]: text(change(data(body[SEALED[kind]])))}}


class Reader:
    """Opens lines in their order; the keys in them are kept for what comes after."""

    def __init__(self, order=vault.ORDER):
        self.order = order
        self.keys = {}

    def key(self, *name):
        if name not in self.keys:
            raise vault.Refused("key-unavailable", name[-1])
        return self.keys[name]

    def answer(self, line):
        """The line as it is if it says the truth; refuses what cannot be opened."""
        (kind, body), = line.items()
        return {kind: body | getattr(self, kind)(body)}

    def role(self, body):
        key = data(body["key"])
        self.keys["role", body["code"], body["version"]] = key
        return {"checkValue": text(vault.key_check_value(key))}

    def classKey(self, body):
        role = WRAPPED_BY_ROLE[body["purpose"]]
        where = vault.class_key(body["purpose"], body["version"])
        key = self.unwrap(body, vault.CLASS_KEY, where, lambda version: self.key("role", role, version))
        self.keys["class", body["purpose"], body["version"]] = key
        return {"checkValue": text(vault.key_check_value(key))}

    def subjectKey(self, body):
        owner, purpose = (data(body["tenant"]), data(body["subject"])), body["keyClass"]
        outer = WRAPPING_OF_CLASS[purpose]
        where = vault.Place(*owner, purpose, row_version=body["version"])
        key = self.unwrap(body, vault.SUBJECT_KEY, where, lambda version: self.key(*outer, version))
        self.keys[(*owner, purpose, body["version"])] = key
        return {}

    def unwrap(self, body, kind, where, key_of):
        return vault.unseal(data(body["wrapped"]), kind, where, key_of, self.order)[0]

    def value(self, body, kind):
        where = place(body["place"])
        owner = where.tenant, where.subject, KEY_OF_RECORD[where.record]
        envelope = data(body["envelope"])
        return vault.unseal_value(envelope, kind, where, lambda version: self.key(*owner, version), self.order)

    def field(self, body):
        kind, norm, value = self.value(body, vault.FIELD)
        pad_class = data(body["envelope"])[5]
        return {"padClass": pad_class, "value": {"kind": kind, "norm": norm, "bytes": text(value)}}

    def head(self, body):
        content_key, length, digest = vault.unhead(*self.value(body, vault.HEAD))
        names = ("contentKey", "messageLength", "bodyDigest")
        return dict(zip(names, map(text, (content_key, vault.u(length, 8), digest))))

    def matching_key(self, body, version):
        return self.key(data(body["tenant"]), data(body["subject"]), vault.DEK_MATCH, version)

    def tag(self, body):
        tag, where = body["tag"], place(body["place"])
        key = self.matching_key(body["place"], body["keyVersion"])
        found = vault.match_tag(key, where, tag["norm"], tag["variant"], data(body["canonical"]), tag["algorithm"])
        return {"tag": tag | {"bytes": text(found)}}

    def index(self, body):
        key = self.key("class", vault.BIK, body["keyVersion"])
        numbers = body["field"], body["norm"], body["bits"]
        return {"index": vault.blind_index(key, data(body["tenant"]), *numbers, data(body["canonical"]))}

    def manifest(self, body):
        key, owner = self.matching_key(body, body["keyVersion"]), (data(body["tenant"]), data(body["subject"]))
        rows = [self.row(row) for row in body["rows"]]
        return {"code": text(vault.manifest(key, *owner, number(body["epoch"]), rows))}

    def row(self, body):
        tags = [(tag["algorithm"], tag["norm"], tag["variant"], data(tag["bytes"])) for tag in body["tags"]]
        place = body["record"], body["field"], body["slot"], number(body["rowVersion"])
        return vault.Row(*place, data(body["commitment"]), tags)

    def mark(self, body):
        key, owner = self.key("class", vault.PSK, body["keyVersion"]), (data(body["tenant"]), data(body["subject"]))
        labels = {"tombstone": b"rv1/tomb\0\0", "canary": b"rv1/cnry\0\0"}
        return {name: text(vault.subject_mark(key, label, *owner)) for name, label in labels.items()}
