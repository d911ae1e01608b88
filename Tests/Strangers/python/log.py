"""An exported log as files and fields, for strangers to judge: nothing here checks anything.

Sections are those of Docs/Specs/audit-log.md.
"""

import base64
import pathlib
import sys

GENESIS, EPOCH_OPEN = 1, 2


class Record:
    """An entry, cut at the offsets of §3."""

    def __init__(self, entry):
        self.entry = entry
        self.header, self.payload, self.mac = entry[:84], entry[84:-32], entry[-32:]
        self.type = entry[5]
        self.seq = int.from_bytes(entry[8:16], "big")
        self.epoch = entry[24:28]
        self.step = entry[28:32]
        self.log_id = entry[32:48]
        self.prev_mac = entry[48:80]


class Signature:
    """A signature line of a note, its key id apart."""

    def __init__(self, line):
        dash, self.name, text = line.split(" ")
        if dash != "—":
            raise ValueError(line)
        decoded = base64.b64decode(text, validate=True)
        self.key_id, self.bytes = decoded[:4], decoded[4:]


class Note:
    """A signed note: what is signed, and by whom (§10.1)."""

    def __init__(self, path):
        text, _, lines = path.read_text(encoding="utf-8").partition("\n\n")
        self.text = (text + "\n").encode()
        self.signatures = [Signature(line) for line in lines.splitlines()]
        self.size, self.root = int(text.split("\n")[1]), base64.b64decode(text.split("\n")[2])


class VKey:
    def __init__(self, text):
        self.name, key_id, key = text.split("+", 2)
        self.key_id, self.public = bytes.fromhex(key_id), base64.b64decode(key)[1:]

    def signed(self, signature):
        return (signature.name, signature.key_id) == (self.name, self.key_id)


def numbers(path):
    """The number in the path of a tile: groups of three digits."""
    return int("".join(part.removesuffix(".p").lstrip("x") for part in path))


class Log:
    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.vkey = VKey((self.folder / "log.vkey").read_text().strip())
        self.notes = [Note(path) for path in sorted(self.folder.glob("checkpoints/*")) + [self.folder / "checkpoint"]]
        self.records = [Record(entry) for entry in self._entries()]

    def _entries(self):
        entries = self.folder / "tile/entries"
        for path in sorted((path for path in entries.rglob("*") if path.is_file()), key=self._number):
            data = path.read_bytes()
            while data:
                end = 2 + int.from_bytes(data[:2], "big")
                yield data[2:end]
                data = data[end:]

    def _number(self, path):
        parts = path.relative_to(self.folder / "tile/entries").parts
        return numbers(parts[:-1] if parts[-2:-1] and parts[-2].endswith(".p") else parts)


def witnesses(policy):
    lines = [line.split() for line in pathlib.Path(policy).read_text().splitlines()]
    return [VKey(words[2]) for words in lines if words[:1] == ["witness"]]


def flipped(data, place):
    """The same bytes with the lowest bit of one of them changed."""
    return data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]


class Opinion:
    """What a stranger agreed with and refused, by name; it ends the program at the first thing that is otherwise."""

    def __init__(self, stranger):
        self.stranger, self.agreed, self.refused = stranger, {}, {}

    def agrees(self, what, holds, where=None):
        if not holds:
            sys.exit(f"{self.stranger}: disagrees with one of: {what}" + (f": {where}" if where else ""))
        self.agreed[what] = self.agreed.get(what, 0) + 1

    def refuses(self, what, holds, where=None):
        if holds:
            sys.exit(f"{self.stranger}: accepts what was changed, one of: {what}" + (f": {where}" if where else ""))
        self.refused[what] = self.refused.get(what, 0) + 1

    def say(self, **least):
        """Prints one line. So much must have been agreed with at least, and something refused for each of it."""
        for what, number in least.items():
            what = what.replace("_", " ")
            if self.agreed.get(what, 0) < number or not self.refused.get(what):
                sys.exit(f"{self.stranger}: {what}: {self.agreed.get(what, 0)} of {number}, {self.refused}")
        agreed = ", ".join(f"{number} {what}" for what, number in self.agreed.items())
        print(f"{self.stranger}: {agreed}; {sum(self.refused.values())} changed ones refused")
