"""Exchanges random cases of the vault between RecoveryVault and vault.py: each opens what the other sealed.

    with_vault.py FOLDER SEED [swapped]

The formats of vault.py are written from the specification, its cipher is the package cryptography's. VaultWriter is
found on PATH. With "swapped", tenant and subject change places in what vault.py authenticates: then nothing of a
subject opens.
"""

import pathlib
import random
import subprocess
import sys

import vault
from log import Opinion
from vault_answers import Answers
from vault_cases import Cases
from vault_lines import SEALED, Reader, changed, data, read, write

SEALED_EACH_WAY = 5000
DERIVED_EACH_WAY = 500
FLIPS_EACH_WAY = 200
SWAPPED = ("label", "header", "subject", "tenant", "record", "field", "slot", "row_version")
BESIDE = pathlib.Path("../shared/vectors/vault")
NAMES = {
    "role": "keys",
    "classKey": "keys",
    "subjectKey": "keys",
    "field": "envelopes",
    "head": "envelopes",
    "tag": "tags",
    "index": "indexes",
    "manifest": "manifests",
    "mark": "marks",
}


def kind_of(line):
    return next(iter(line))


def is_key(line):
    return NAMES[kind_of(line)] == "keys"


def what(line, whose):
    return f"{NAMES[kind_of(line)]} of {whose}"


def error_of(answer):
    return answer.get("refused", {}).get("error")


def code(error):
    """The code of §18. Of what stands behind it only an offset is specified."""
    return error if error.startswith("unsupported-format") else error.split("(")[0]


class Exchange:
    def __init__(self, folder, seed, order):
        self.folder, self.seed, self.order = pathlib.Path(folder), seed, order
        self.opinion, self.random = Opinion(f"vault, seed {seed}"), random.Random(seed)
        self.folder.mkdir()

    def vault_writer(self, *words):
        subprocess.run(["VaultWriter", *map(str, words)], check=True)

    def asked(self, name, lines, flips=0):
        """What Swift says to these lines."""
        file, answers = self.folder / name, self.folder / f"{name}-answers"
        write(file, lines)
        self.vault_writer("open", file, answers, self.seed, flips)
        return read(answers)

    def answer(self, reader, line, number=0):
        """What vault.py says to a line, in the same shape."""
        try:
            return reader.answer(line)
        except vault.Refused as refused:
            return {"refused": {"line": number, "error": str(refused)}}

    def same_refusal(self, number, line, place, whose, error, ours):
        """One bit was changed in this byte: both refuse, with one code, and behind the header with that of §20."""
        where = f"line {number} of what {whose} wrote, with byte {place} changed: Swift says {error}, Python {ours}"
        self.opinion.refuses(what(line, whose), not error or not ours, where)
        self.opinion.agrees("codes of refusals", code(error) == code(ours), where)
        if place >= 16:
            self.opinion.agrees("codes of §20", ours == ("key-or-context" if place < 72 else "tampered"), where)

    def theirs(self):
        """What Swift sealed and derived, opened and derived here."""
        file = self.folder / "swift"
        self.vault_writer("write", file, self.seed, SEALED_EACH_WAY)
        lines, reader = read(file), Reader(self.order)
        for number, line in enumerate(lines, 1):
            holds = self.answer(reader, line) == line
            self.opinion.agrees(what(line, "Swift"), holds, f"line {number} of what Swift wrote")
        self.flipped_here(lines, reader)
        self.under_other_keys(lines, reader)
        # The same keys, and another order of what was authenticated.
        other = Reader(SWAPPED)
        other.keys = reader.keys
        for number, line in enumerate(lines, 1):
            if NAMES[kind_of(line)] == "envelopes":
                holds = error_of(self.answer(other, line)) != "key-or-context"
                self.opinion.refuses(what(line, "Swift"), holds, f"line {number} of what Swift wrote")

    def flipped_here(self, lines, reader):
        """Swift refuses its own envelopes after a bit of each was changed, and so do we."""
        sealed = [pair for pair in enumerate(lines, 1) if kind_of(pair[1]) in SEALED]
        # There are far fewer keys than values.
        groups = [[pair for pair in sealed if is_key(pair[1])], [pair for pair in sealed if not is_key(pair[1])]]
        numbers, flipped, places = [], [], []

        def flip(envelope):
            # Header, salt, commitment, ciphertext and tag are equally likely, however long the ciphertext is.
            edges = [0, 16, 40, 72, len(envelope) - 16, len(envelope)]
            part = self.random.randrange(5)
            places.append(self.random.randrange(edges[part], edges[part + 1]))
            other = bytearray(envelope)
            other[places[-1]] ^= 1 << self.random.randrange(8)
            return bytes(other)

        for turn in range(FLIPS_EACH_WAY):
            number, line = self.random.choice(groups[turn % 4 > 0])
            numbers.append(number)
            flipped.append(changed(line, flip))
        keys = [line for line in lines if is_key(line)]
        answers = self.asked("flipped", keys + flipped)[len(keys) :]
        for number, line, place, answer in zip(numbers, flipped, places, answers, strict=True):
            self.same_refusal(number, line, place, "Swift", error_of(answer), error_of(self.answer(reader, line)))

    def under_other_keys(self, lines, reader):
        """What is derived under another version of its key is something else."""
        indexes = []
        for line in lines:
            (kind, body), = line.items()
            if "keyVersion" in body:
                versions = (1, (1 << 32) - 1)
                other = {kind: body | {"keyVersion": versions[body["keyVersion"] == 1]}}
                answer = reader.answer(other)
                if kind == "index":
                    indexes.append(answer == other)
                else:
                    self.opinion.refuses(what(line, "Swift"), answer == other)
        # One bit is the same half the time.
        self.opinion.refuses("indexes of Swift", all(indexes))

    def ours(self):
        """What vault.py sealed and derived, opened and derived by Swift."""
        reader = Reader(self.order)
        cases = Cases(self.seed, reader, self.order)
        cases.add_sealed(SEALED_EACH_WAY)
        cases.add_derived(DERIVED_EACH_WAY)
        lines, keys = cases.lines, [line for line in cases.lines if is_key(line)]
        answers = self.asked("python", lines, flips=FLIPS_EACH_WAY)
        for number, (line, answer) in enumerate(zip(lines, answers[: len(lines)], strict=True), 1):
            where = f"line {number} of what Python wrote: {error_of(answer) or 'opened'}"
            self.opinion.agrees(what(line, "Python"), answer == line, where)
        for _, answer in zip(range(FLIPS_EACH_WAY), answers[len(lines) :], strict=True):
            flip = answer["flipped"]
            line, envelope = lines[flip["line"] - 1], data(flip["envelope"])
            before = data(line[kind_of(line)][SEALED[kind_of(line)]])
            place = next(place for place in range(len(before)) if before[place] != envelope[place])
            ours = error_of(self.answer(reader, changed(line, lambda _: envelope)))
            self.same_refusal(flip["line"], line, place, "Python", flip.get("error"), ours)
        # Any two parts of the AAD in each other's place, and Swift must not open it.
        misordered = list(cases.misordered())
        answers = self.asked("misordered", keys + misordered)[len(keys) :]
        for number, (line, answer) in enumerate(zip(misordered, answers, strict=True), 1):
            holds = error_of(answer) != "key-or-context"
            self.opinion.refuses(what(line, "Python"), holds, f"envelope {number} of those in another order")

    def known_answers(self):
        Answers(pathlib.Path("Tests/Vectors"), "ours-vault-", self.opinion).judge()
        if BESIDE.is_dir():
            Answers(BESIDE, "", self.opinion).judge()
        else:
            print(f"NOT ASKED: vault about the known answers in {BESIDE}: there are none")


def main():
    folder, seed, *swapped = sys.argv[1:]
    exchange = Exchange(folder, int(seed), SWAPPED if swapped else vault.ORDER)
    exchange.known_answers()
    exchange.theirs()
    exchange.ours()
    derived = {"tags_of_Swift": DERIVED_EACH_WAY, "indexes_of_Swift": DERIVED_EACH_WAY, "manifests_of_Swift": 100}
    sealed = {"envelopes_of_Swift": SEALED_EACH_WAY, "envelopes_of_Python": SEALED_EACH_WAY}
    exchange.opinion.say(**sealed, keys_of_Swift=100, keys_of_Python=100, **derived, marks_of_Swift=20)


main()
