"""Draws the icons of the installed site from the mark in static/favicon.svg.

    python3 docs/app/icons.py

Needs Pillow. `icon` has the mark's own round corners; `maskable` and `apple` fill the square, with
the mark inside the circle that every system keeps.
"""
from pathlib import Path

from PIL import Image, ImageDraw

INK, CANARY = (0x10, 0x24, 0x2B, 255), (0xFF, 0xE6, 0x80, 255)
FOLDER = Path(__file__).parents[2] / "static" / "app"
# The shapes of the favicon, on its grid of 32.
LETTER = [(10, 6), (23, 6), (23, 9.6), (14, 9.6), (14, 13.2), (22, 13.2), (22, 16.7), (14, 16.7), (14, 21), (10, 21)]
LINES = [(8, 23.2, 24, 24.8), (8, 26.7, 24, 28.3)]
FINER = 8  # drawn larger, then reduced, for smooth edges


def draw(size, radius, scale):
    side = size * FINER
    image = Image.new("RGBA", (side, side), (0, 0, 0, 0))
    pen = ImageDraw.Draw(image)
    unit = side / 32
    pen.rounded_rectangle((0, 0, side - 1, side - 1), radius * unit, fill=INK)
    # the mark's own middle, so that it stays in the circle when it is made smaller
    middle = (16, 16) if scale == 1 else (16, 17.2)
    place = lambda x, y: ((16 + (x - middle[0]) * scale) * unit, (16 + (y - middle[1]) * scale) * unit)
    pen.polygon([place(*point) for point in LETTER], fill=CANARY)
    for left, top, right, bottom in LINES:
        pen.rectangle((*place(left, top), *place(right, bottom)), fill=CANARY)
    return image.resize((size, size), Image.LANCZOS)


def save(name, image, opaque):
    image = image.convert("RGB") if opaque else image
    colours = image.quantize(32, method=Image.Quantize.FASTOCTREE if not opaque else Image.Quantize.MEDIANCUT)
    colours.save(FOLDER / name, optimize=True)


FOLDER.mkdir(exist_ok=True)
save("icon-192.png", draw(192, 4, 1), False)
save("icon-512.png", draw(512, 4, 1), False)
save("maskable-512.png", draw(512, 0, 0.9), True)
save("apple-180.png", draw(180, 0, 0.95), True)
