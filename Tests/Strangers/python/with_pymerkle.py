"""Builds the tree of a bundle with pymerkle, and holds leaves, roots and receipts of ours against it.

    with_pymerkle.py BUNDLE RECEIPT…
"""

import base64
import pathlib
import sys

from log import Log, Opinion, flipped
from pymerkle import InmemoryTree, InvalidProof, verify_inclusion
from pymerkle.proof import InclusionProof


def leads(tree, index, size, path, base, root):
    """Whether our proof, in the shape that pymerkle gives its own, leads from the leaf to the root."""
    shape = tree.prove_inclusion(index + 1, size)
    proof = InclusionProof(shape.algorithm, shape.security, size, index + 1, shape.rule, [base] + path)
    try:
        verify_inclusion(base, root, proof, index=index + 1, size=size, algorithm="sha256")
        return True
    except InvalidProof:
        return False


def main():
    log, opinion = Log(sys.argv[1]), Opinion("pymerkle")
    tree = InmemoryTree(algorithm="sha256")
    for record in log.records:
        tree.append_entry(record.entry)
    hashes = b"".join(
        path.read_bytes() for path in sorted(path for path in (log.folder / "tile/0").rglob("*") if path.is_file())
    )
    leaves = [hashes[place : place + 32] for place in range(0, len(hashes), 32)]
    opinion.agrees("list of leaves", len(leaves) == len(log.records))
    for record, leaf in zip(log.records, leaves):
        opinion.agrees("leaves", tree.get_leaf(record.seq + 1) == leaf)
        place = record.seq % len(record.entry)
        opinion.refuses("leaves", tree.hash_buff(flipped(record.entry, place)) == leaf)
    for note in log.notes:
        opinion.agrees("roots of checkpoints", tree.get_root(note.size) == note.root)
        opinion.refuses("roots of checkpoints", tree.get_root(note.size) == flipped(note.root, note.size % 32))
    for name in sys.argv[2:]:
        head, _, note = pathlib.Path(name).read_text().partition("\n\n")
        lines = head.split("\n")
        base = tree.hash_buff(base64.b64decode(lines[1].removeprefix("extra ")))
        index, path = int(lines[2].removeprefix("index ")), [base64.b64decode(line) for line in lines[3:]]
        size, root = int(note.split("\n")[1]), base64.b64decode(note.split("\n")[2])
        opinion.agrees("receipts", leads(tree, index, size, path, base, root))
        for place in range(len(path)):
            other = path[:place] + [flipped(path[place], place)] + path[place + 1 :]
            opinion.refuses("receipts", leads(tree, index, size, other, base, root))
    opinion.say(leaves=257, roots_of_checkpoints=len(log.notes), receipts=2)


main()
