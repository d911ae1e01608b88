"""Random lines sealed by vault.py, for RecoveryVault to open. The same seed gives the same lines."""

import random

import vault
from vault_lines import KEY_OF_RECORD, WRAPPED_BY_ROLE, WRAPPING_OF_CLASS, data, place, text, written

VERSIONS = [1, 2, 65_536, (1 << 32) - 1]


class Cases:
    def __init__(self, seed, reader, order=vault.ORDER):
        """The reader is told of every key, and can answer what is made here."""
        self.random, self.reader, self.order = random.Random(seed), reader, order
        self.lines, self.owners = [], []
        for role in (vault.PII, vault.MATCH, vault.AUTH, vault.SYS):
            for version in VERSIONS:
                key = self.bytes(32)
                check = text(vault.key_check_value(key))
                self.add("role", code=role, version=version, key=text(key), checkValue=check)
        for purpose, role in WRAPPED_BY_ROLE.items():
            for version in VERSIONS:
                key = self.bytes(32)
                wrapped = self.wrap(key, vault.CLASS_KEY, vault.class_key(purpose, version), "role", role)
                check = text(vault.key_check_value(key))
                self.add("classKey", purpose=purpose, version=version, wrapped=text(wrapped), checkValue=check)
        for _ in range(2):
            tenant = self.bytes(16)
            for _ in range(4):
                self.add_owner(tenant, self.bytes(16))

    def bytes(self, size):
        return self.random.randbytes(size)

    def add(self, kind, **body):
        # What is derived has no value yet: the answer brings it.
        self.lines.append(self.reader.answer({kind: body}))

    def wrap(self, key, kind, where, *outer):
        version = self.random.choice(VERSIONS)
        outer = self.reader.key(*outer, version)
        return vault.seal(kind, outer, version, where, key, self.bytes(24), order=self.order)

    def add_owner(self, tenant, subject):
        self.owners.append((tenant, subject))
        for purpose, outer in WRAPPING_OF_CLASS.items():
            for version in VERSIONS:
                where = vault.Place(tenant, subject, purpose, row_version=version)
                wrapped = text(self.wrap(self.bytes(32), vault.SUBJECT_KEY, where, *outer))
                owner = {"tenant": text(tenant), "subject": text(subject)}
                self.add("subjectKey", **owner, keyClass=purpose, version=version, wrapped=wrapped)

    def place(self, record):
        draw = self.random
        field = draw.choice([*range(1, 10), 256, 65_535, draw.randint(256, 65_535)])
        slot = draw.choice([0, 1, (1 << 32) - 1, draw.getrandbits(32)])
        version = draw.choice([1, (1 << 32) - 1, (1 << 32) + 1, (1 << 64) - 1, draw.getrandbits(63) << 1 | 1])
        return vault.Place(*draw.choice(self.owners), record, field, slot, version)

    def sealed(self, kind, where, value, pad_class, order=None):
        version, salt = self.random.choice(VERSIONS), self.bytes(24)
        key = self.reader.key(where.tenant, where.subject, KEY_OF_RECORD[where.record], version)
        padded = vault.pad(*value, pad_class)
        return text(vault.seal(kind, key, version, where, padded, salt, pad_class, order or self.order))

    def value(self):
        draw = self.random
        if not draw.randrange(10):
            return vault.ABSENT, 0, b""
        size, norm = self.size(), draw.choice([1, 2, 255, draw.randint(1, 255)])
        if draw.randrange(2):
            return vault.BYTES, norm, self.bytes(size)
        # Cut inside a character it would be no text.
        words = "".join(draw.choice("aé한𠮷\n\0") for _ in range(size)).encode()[:size]
        return vault.TEXT, norm, words.decode(errors="ignore").encode().ljust(size, b"x")

    def size(self):
        """Both sides of the edge of a bucket, or anything; the longest of all now and then."""
        draw = self.random
        if not draw.randrange(300):
            return vault.LONGEST - draw.randrange(2)
        if not draw.randrange(100):
            return draw.randint(0, vault.LONGEST)
        if draw.randrange(2):
            return draw.randint(0, 100)
        return draw.choice([32, 64, 128, 256, 512, 1024, 2048, 3072]) - 4 + draw.randint(-1, 1)

    def field(self, order=None):
        where, value, pad_class = self.place(self.random.randint(1, 4)), self.value(), self.random.randint(0, 5)
        envelope = self.sealed(vault.FIELD, where, value, pad_class, order)
        shown = {"kind": value[0], "norm": value[1], "bytes": text(value[2])}
        return {"field": {"place": written(where), "padClass": pad_class, "value": shown, "envelope": envelope}}

    def head(self):
        where, key, digest = self.place(3), self.bytes(32), self.bytes(32)
        length = self.random.choice([0, 1, (1 << 64) - 1, self.random.getrandbits(64)])
        envelope = self.sealed(vault.HEAD, where, (vault.BYTES, 1, vault.head(key, length, digest)), 0)
        names = {"contentKey": text(key), "messageLength": text(vault.u(length, 8)), "bodyDigest": text(digest)}
        return {"head": {"place": written(where), **names, "envelope": envelope}}

    def add_sealed(self, count):
        for number in range(count):
            self.lines.append(self.head() if number % 10 == 9 else self.field())

    def add_derived(self, count):
        draw = self.random
        for number in range(count):
            where, norm = self.place(1), draw.randint(1, 255)
            version, size = draw.choice(VERSIONS), draw.choice([0, 1, 10, 63, 64, 65, 1024])
            shape = {"algorithm": 1 if number % 50 else 2, "norm": norm, "variant": draw.randint(1, 255)}
            canonical = text(self.bytes(size))
            self.add("tag", place=written(where), keyVersion=version, canonical=canonical, tag=shape)
            shape = {"field": draw.choice([4, 5, 7]), "norm": norm, "bits": draw.randint(1, 24)}
            self.add("index", tenant=text(where.tenant), **shape, keyVersion=version, canonical=canonical)
        for number in range(count // 5):
            owner = dict(zip(("tenant", "subject"), map(text, draw.choice(self.owners))))
            epoch = text(vault.u(self.place(1).row_version, 8))
            places = [self.place(draw.randint(1, 4)) for _ in range(draw.randint(0, 12))]
            # A place has one row. Two of one place would have no order.
            rows = [self.row(written(where)) for where in {where[2:5]: where for where in places}.values()]
            self.add("manifest", **owner, keyVersion=draw.choice(VERSIONS), epoch=epoch, rows=rows)
            self.add("mark", **owner, keyVersion=draw.choice(VERSIONS))

    def row(self, where):
        draw = self.random
        forms = draw.sample([(1, 1), (2, 1), (255, 1), (1, 2), (2, 2), (1, 255)], draw.randint(0, 4))
        tags = [
            {"algorithm": draw.randint(1, 2), "norm": norm, "variant": variant, "bytes": text(self.bytes(16))}
            for norm, variant in forms
        ]
        names = ("record", "field", "slot", "rowVersion")
        return {name: where[name] for name in names} | {"commitment": text(self.bytes(32)), "tags": tags}

    def misordered(self):
        """Fields sealed with two parts of the AAD in each other's place, where that makes another AAD."""
        for first in range(1, len(vault.ORDER)):
            for second in range(first + 1, len(vault.ORDER)):
                order = list(vault.ORDER)
                order[first], order[second] = order[second], order[first]
                line = self.field(order)
                where, header = place(line["field"]["place"]), data(line["field"]["envelope"])[:16]
                shapes = [vault.associated_data(vault.FIELD, header, where, parts) for parts in (order, vault.ORDER)]
                if shapes[0] != shapes[1]:
                    yield line
