"""Has phonenumbers, the Python port of Google's libphonenumber, judge how we read telephone numbers.

    with_phonenumbers.py ask FILE SEED       writes numbers of each of our regions, as they are dialled
    with_phonenumbers.py judge FILE ANSWERS  compares what we made of them, and counts

It knows every numbering plan; our rule knows three properties of a region. What differs by that is listed by its cause,
and anything else is an error.
"""

import collections
import random
import sys

import phonenumbers
from phonenumbers import PhoneNumberFormat, PhoneNumberType

# A second copy of the table in vault.md.
REGIONS = (
    "AE AT AU BR CA CH CN CZ DE ES FR GB HK ID IN IT JP KR NG NL PL RU SE SG TR TW UA US VN ZA".split()
)
TYPES = [PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE, PhoneNumberType.VOIP, PhoneNumberType.TOLL_FREE]
EACH = 40
# Numbers that our rule reads as others, each with the cause.
BY_DESIGN = {
    "trunk-like": "said without the trunk prefix, and beginning with the same digit, which is taken for it",
    "other-prefix": "dialled abroad by 00, where the table has 001 alone",
}


def numbers(region, draw):
    for kind in TYPES:
        example = phonenumbers.example_number_for_type(region, kind)
        if example is None:
            continue
        made, tries = {phonenumbers.format_number(example, PhoneNumberFormat.E164): example}, 0
        while len(made) < EACH and tries < 400:
            tries += 1
            text = phonenumbers.format_number(example, PhoneNumberFormat.E164)
            text = text[:-5] + f"{draw.randrange(100000):05d}"
            number = phonenumbers.parse(text)
            if phonenumbers.is_valid_number_for_region(number, region):
                made[text] = number
        yield from made.values()


def ways(number):
    """As written down, as dialled at home, and as somebody types it."""
    yield phonenumbers.format_number(number, PhoneNumberFormat.E164)
    yield phonenumbers.format_number(number, PhoneNumberFormat.INTERNATIONAL)
    yield phonenumbers.format_number(number, PhoneNumberFormat.RFC3966)
    national = phonenumbers.format_number(number, PhoneNumberFormat.NATIONAL)
    yield national
    yield "".join(letter for letter in national if letter.isdigit())
    yield "".join(chr(ord(letter) + 0xFEE0) if letter.isdigit() else letter for letter in national)
    yield phonenumbers.national_significant_number(number)


def ask(file, seed):
    draw = random.Random(seed)
    with open(file, "w", encoding="utf-8") as lines, open(file + ".meant", "w", encoding="utf-8") as meant:
        for region in REGIONS:
            for number in numbers(region, draw):
                away = draw.choice(REGIONS)
                abroad = phonenumbers.format_out_of_country_calling_number(number, away)
                # It writes ~ where one waits for a tone: that is nothing that is dialled.
                abroad = abroad.replace("~", "")
                said = [(region, text) for text in ways(number)] + [(away, abroad)]
                expected = phonenumbers.format_number(number, PhoneNumberFormat.E164)
                for place, text in said:
                    lines.write(f"{place}\t{text}\n")
                    meant.write(expected + "\n")


def cause(region, text, expected):
    """Why ours differs, or nothing where it should not."""
    trunk = phonenumbers.PhoneMetadata.metadata_for_region(region).national_prefix
    digits = "".join(str(int(letter)) for letter in text if letter.isdigit())
    code = str(phonenumbers.country_code_for_region(region))
    if not text.startswith(("+", "tel:")) and trunk and digits.startswith(trunk) and expected == f"+{code}{digits}":
        return "trunk-like"
    if region == "HK" and text.startswith("00"):
        return "other-prefix"
    return None


def judge(file, answers):
    asked, meant, told = (open(name, encoding="utf-8").read().splitlines() for name in (file, file + ".meant", answers))
    if not len(asked) == len(meant) == len(told):
        sys.exit("phonenumbers: there are other numbers of questions and answers")
    agreed, differing, wrong = 0, collections.Counter(), []
    regions = collections.Counter()
    for line, expected, ours in zip(asked, meant, told):
        region, text = line.split("\t", 1)
        regions[region] += 1
        if ours == expected:
            agreed += 1
            continue
        why = cause(region, text, expected)
        if why is None:
            wrong.append(f"{region} {text}: {expected}, and ours {ours}")
        else:
            differing[why, region] += 1
    for (why, region), count in sorted(differing.items()):
        print(f"phonenumbers: by design, {region}, {count} of {regions[region]}: {BY_DESIGN[why]}")
    if len(regions) != len(REGIONS) or min(regions.values()) < 100:
        sys.exit(f"phonenumbers: too few numbers of some region: {regions}")
    if wrong:
        for line in wrong[:20]:
            print(line, file=sys.stderr)
        sys.exit(f"phonenumbers: disagrees with {len(wrong)} of {len(asked)}")
    print(
        f"phonenumbers {phonenumbers.__version__}: {agreed} of {len(asked)} numbers of {len(regions)} "
        f"regions read alike, {sum(differing.values())} differ by design"
    )


if sys.argv[1] == "ask":
    ask(sys.argv[2], int(sys.argv[3]))
else:
    judge(sys.argv[2], sys.argv[3])
