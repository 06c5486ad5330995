#!/usr/bin/env python3
"""Makes the fonts smaller: the weights and the features that the style sheets use.

    pip install fonttools==4.68.0 brotli==1.2.1
    tools/fonts.py NODE_MODULES

NODE_MODULES holds the npm packages @fontsource-variable/bricolage-grotesque and
@fontsource-variable/figtree, both 5.3.0. Every letter stays; names and licence stay in the files,
as the SIL Open Font License wants, and neither family reserves its name.
"""

import sys
from io import BytesIO
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

# Headings have one weight, what is read goes from regular to bold.
WEIGHTS = {"bricolage-grotesque": 650, "figtree": (400, 700)}
FEATURES = ["mark", "mkmk", "ccmp", "locl", "liga", "tnum", "lnum"]
# Pairs are worth their bytes where most letters are.
MORE = {"latin": ["kern"], "latin-ext": []}


def made(source: Path, weight: object, features: list[str]) -> TTFont:
    font = instancer.instantiateVariableFont(TTFont(source, recalcTimestamp=False), {"wght": weight})
    # written and read again, so that all tables agree on the names of the glyphs
    whole = BytesIO()
    font.flavor = None
    font.save(whole)
    whole.seek(0)
    font = TTFont(whole, recalcTimestamp=False)
    options = subset.Options(
        layout_features=features, hinting=False, name_IDs=["*"], name_languages=["*"], notdef_outline=True
    )
    chooser = subset.Subsetter(options)
    chooser.populate(unicodes=font.getBestCmap())
    chooser.subset(font)
    font.flavor = "woff2"
    return font


def main() -> None:
    packages = Path(sys.argv[1]) / "@fontsource-variable"
    out = Path(__file__).resolve().parent.parent / "static" / "fonts"
    for family, weight in WEIGHTS.items():
        for script, more in MORE.items():
            source = packages / family / "files" / f"{family}-{script}-wght-normal.woff2"
            made(source, weight, FEATURES + more).save(out / f"{family}-{script}.woff2")


if __name__ == "__main__":
    main()
