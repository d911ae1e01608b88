"""Writes every JSON of a bundle anew with rfc8785, and wants the same bytes.

    with_rfc8785.py BUNDLE VERDICT
"""

import json
import pathlib
import sys

import rfc8785
from log import Log, Opinion


def is_canonical(text):
    try:
        return rfc8785.dumps(json.loads(text)) == text
    except (ValueError, rfc8785.CanonicalizationError):
        return False


def changed(text):
    """The same object as a careless writer would write it; none of these is canonical."""
    value = json.loads(text)
    yield json.dumps(value, ensure_ascii=False, sort_keys=True).encode()
    yield text + b" "
    yield b'{"\\u007a":0,' + text[1:] if text != b"{}" else b"{ }"
    yield text[:-1] + b',"a":1.0}' if text != b"{}" else b'{"a":1.0}'


def main():
    bundle, verdict = sys.argv[1:]
    log, opinion = Log(bundle), Opinion("rfc8785")
    texts = [("payloads", record.payload) for record in log.records]
    paths = [path for path in sorted(log.folder.iterdir()) if path.suffix in (".json", ".jsonl")]
    for path in paths + [pathlib.Path(verdict)]:
        data = path.read_bytes()
        # The newline is the file's and not the object's (§2.1).
        opinion.agrees("files", data.endswith(b"\n"))
        texts += [("lines of files", line) for line in data.split(b"\n")[:-1]]
        opinion.refuses("files", is_canonical(data))
    for what, text in texts:
        opinion.agrees(what, is_canonical(text))
        for other in changed(text):
            opinion.refuses(what, is_canonical(other))
    opinion.say(payloads=len(log.records), lines_of_files=len(log.records) + 3, files=4)


main()
