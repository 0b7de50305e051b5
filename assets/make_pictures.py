"""Makes the bundled pictures in ``pictures/``: all of them computed, none photographed.

    python -m assets.make_pictures

Each has something for a filter to find: edges of every direction, textures, print, gradients,
colours of equal brightness, fine stripes. Needs NumPy and Pillow; the same seed gives the same
pictures. Lengths are in pixels of the finished picture; everything is drawn larger and scaled
down, so that edges are as smooth as a camera's.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from cnn.arrays import Array

HERE = Path(__file__).parent / "pictures"
WIDTH, HEIGHT = 400, 300
LARGER = 3
Colour = tuple[int, int, int]


# --- small tools ----------------------------------------------------------------------------------


def noise(rng: np.random.Generator, height: int, width: int, cells: int, octaves: int) -> Array:
    """(height, width) in about [-1, 1]: smooth noise, each octave half as large and as strong."""
    total = np.zeros((height, width))
    for octave in range(octaves):
        count = cells * 2**octave
        rough = rng.standard_normal((count * height // width + 2, count + 2)).astype(np.float32)
        fine = Image.fromarray(rough).resize((width, height), Image.Resampling.BICUBIC)
        total += np.asarray(fine) / 2**octave
    return total / 2


def mixed(a: Sequence[float], b: Sequence[float], t: Array) -> Array:
    """(H, W, 3): colour ``a`` where t = 0, ``b`` where t = 1."""
    return np.asarray(a) * (1 - t[..., None]) + np.asarray(b) * t[..., None]


def smooth(low: float, high: float, x: Array) -> Array:
    """0 below ``low``, 1 above ``high``, without a corner between."""
    t = np.clip((x - low) / (high - low), 0, 1)
    return t * t * (3 - 2 * t)


def as_image(rgb: Array) -> Image.Image:
    """(H, W, 3) in 0 to 255."""
    return Image.fromarray(np.rint(np.clip(rgb, 0, 255)).astype(np.uint8))


# --- spheres: a ray-traced scene ------------------------------------------------------------------


SPHERES = (  # centre x, y, z (z is up), radius, colour, how much it mirrors
    (-1.15, 4.6, 1.0, 1.0, (0.85, 0.16, 0.12), 0.18),
    (0.75, 3.6, 0.62, 0.62, (0.10, 0.42, 0.75), 0.12),
    (1.95, 5.6, 1.15, 1.15, (0.82, 0.82, 0.84), 0.62),
    (-0.25, 2.75, 0.32, 0.32, (0.95, 0.72, 0.10), 0.08),
    (-2.6, 6.6, 0.8, 0.8, (0.18, 0.55, 0.25), 0.1),
)
LIGHT = np.array([-0.55, -0.45, 0.85]) / np.linalg.norm([-0.55, -0.45, 0.85])


def spheres() -> Image.Image:
    """Five balls on a checkerboard: round shading, mirror images, hard shadows."""
    width, height = WIDTH * LARGER, HEIGHT * LARGER
    x, y = np.meshgrid(np.linspace(-1, 1, width), np.linspace(0.75, -0.75, height))
    rays = np.stack([x * 0.62, np.ones_like(x), y * 0.62 - 0.16], -1).reshape(-1, 3)
    rays /= np.linalg.norm(rays, axis=1, keepdims=True)
    eye = np.broadcast_to(np.array([0.1, -1.2, 1.55]), rays.shape)
    rgb = _trace(eye, rays, depth=2).reshape(height, width, 3)
    return as_image(255 * np.clip(rgb, 0, 1) ** (1 / 1.7))


def _trace(origin: Array, ray: Array, depth: int) -> Array:
    distance, which = _hit(origin, ray)
    colour = _sky(ray)
    found = np.isfinite(distance)
    point = origin[found] + ray[found] * distance[found, None]
    kind = which[found]
    normal, base, mirror = _surface(point, kind)
    lift = point + normal * 1e-4
    blocked = np.isfinite(_hit(lift, np.broadcast_to(LIGHT, lift.shape))[0])
    facing = np.clip(normal @ LIGHT, 0, 1) * ~blocked
    seen = base * (0.22 + 0.12 * normal[:, 2:3] + 0.85 * facing[:, None])
    half = LIGHT - ray[found]
    half /= np.linalg.norm(half, axis=1, keepdims=True)
    shine = np.clip((normal * half).sum(1), 0, 1) ** 60 * ~blocked * (kind >= 0)
    seen = seen + 0.6 * shine[:, None]
    if depth:
        glance = ray[found] - 2 * (ray[found] * normal).sum(1, keepdims=True) * normal
        seen = seen * (1 - mirror) + mirror * _trace(lift, glance, depth - 1)
    far = np.exp(-0.0025 * distance[found] ** 2)[:, None]
    colour[found] = seen * far + colour[found] * (1 - far)
    return colour


def _hit(origin: Array, ray: Array) -> tuple[Array, Array]:
    """Distance to the first surface and which sphere it is; −1 is the floor."""
    with np.errstate(divide="ignore", invalid="ignore"):
        best = np.where(ray[:, 2] < -1e-6, -origin[:, 2] / ray[:, 2], np.inf)
    best = np.where(best > 1e-4, best, np.inf)
    which = np.full(len(ray), -1)
    for number, (cx, cy, cz, radius, _, _) in enumerate(SPHERES):
        to = origin - np.array([cx, cy, cz])
        b = (to * ray).sum(1)
        root = b * b - (to * to).sum(1) + radius * radius
        t = -b - np.sqrt(np.maximum(root, 0))
        nearer = (root > 0) & (t > 1e-4) & (t < best)
        best, which = np.where(nearer, t, best), np.where(nearer, number, which)
    return best, which


def _surface(point: Array, kind: Array) -> tuple[Array, Array, Array]:
    """Normal, colour and share of mirror at each point."""
    normal = np.zeros_like(point)
    normal[:, 2] = 1
    even = (np.floor(point[:, 0] * 1.4) + np.floor(point[:, 1] * 1.4)) % 2 == 0
    base = np.where(even[:, None], (0.86, 0.84, 0.78), (0.16, 0.17, 0.20))
    mirror = np.full((len(point), 1), 0.08)
    for number, (cx, cy, cz, radius, colour, share) in enumerate(SPHERES):
        mine = kind == number
        normal[mine] = (point[mine] - (cx, cy, cz)) / radius
        base[mine], mirror[mine] = colour, share
    return normal, base, mirror


def _sky(ray: Array) -> Array:
    return mixed((0.78, 0.84, 0.90), (0.25, 0.45, 0.75), np.clip(ray[:, 2] * 1.8, 0, 1))


# --- house: a facade ------------------------------------------------------------------------------


def house() -> Image.Image:
    """Bricks, windows, shutters and a tiled roof: verticals and horizontals, large and small."""
    rng = np.random.default_rng(7)
    s = LARGER
    sky = mixed((118, 166, 214), (226, 234, 238), np.linspace(0, 1, HEIGHT * s)[:, None])
    sky = np.broadcast_to(sky, (HEIGHT * s, WIDTH * s, 3)).copy()
    clouds = smooth(0.1, 1.0, noise(rng, HEIGHT * s, WIDTH * s, 4, 6))
    clouds *= np.linspace(1, 0, HEIGHT * s)[:, None]
    image = as_image(sky * (1 - clouds[..., None]) + 250 * clouds[..., None])
    pen = ImageDraw.Draw(image)

    def box(x0: float, y0: float, x1: float, y1: float, colour: Colour) -> None:
        if (x1 - x0) * s >= 1 and (y1 - y0) * s >= 1:
            pen.rectangle((x0 * s, y0 * s, x1 * s - 1, y1 * s - 1), fill=colour)

    box(0, 268, WIDTH, HEIGHT, (126, 122, 116))
    for x in range(-40, WIDTH, 38):
        pen.line((x * s, HEIGHT * s, (x + 24) * s, 268 * s), fill=(98, 95, 92), width=s)
    box(0, 266, WIDTH, 270, (170, 166, 158))
    box(36, 92, 366, 266, (196, 176, 160))
    for row, y in enumerate(np.arange(92, 266, 5.8)):
        for x in np.arange(36 - (row % 2) * 7, 366, 14):
            shade = rng.normal(0, 9)
            red = tuple(int(v + shade) for v in (166, 84, 66))
            box(max(x, 36) + 0.7, y + 0.7, min(x + 14, 366), min(y + 5.8, 266), red)  # type: ignore[arg-type]
    _roof(pen, rng, s)
    for column, x in enumerate((58, 126, 234, 302)):
        for row, y in enumerate((110, 190)):
            _window(box, x, y, lit=(column, row) in ((1, 0), (3, 1)))
    box(176, 176, 226, 266, (228, 222, 210))
    box(181, 182, 221, 266, (38, 74, 66))
    for x in (185, 203):
        for y in (188, 212, 238):
            box(x, y, x + 14, y + 18, (54, 98, 88))
            box(x, y, x + 14, y + 1.2, (24, 52, 46))
    pen.ellipse((214 * s, 226 * s, 218 * s, 230 * s), fill=(226, 190, 90))
    box(170, 262, 232, 266, (206, 202, 194))
    box(188, 110, 214, 152, (228, 222, 210))
    pen.ellipse((190 * s, 113 * s, 212 * s, 149 * s), fill=(70, 92, 112))
    box(200, 112, 202, 150, (228, 222, 210))
    box(190, 130, 212, 132, (228, 222, 210))
    return _lit(image, rng)


def _roof(pen: ImageDraw.ImageDraw, rng: np.random.Generator, s: int) -> None:
    pen.polygon([(22 * s, 92 * s), (78 * s, 34 * s), (324 * s, 34 * s), (380 * s, 92 * s)],
                fill=(74, 66, 70))  # fmt: skip
    for row in range(12):
        y = 34 + row * 4.85
        inset = 56 * (1 - row / 12)
        for x in np.arange(22 + inset + (row % 2) * 4, 374 - inset, 8):
            tone = int(rng.normal(0, 8))
            pen.ellipse((x * s, (y - 4) * s, (x + 7.4) * s, (y + 5) * s),
                        fill=(104 + tone, 84 + tone, 84 + tone))  # fmt: skip
    pen.rectangle((286 * s, 12 * s, 308 * s, 50 * s), fill=(150, 78, 64))
    pen.rectangle((283 * s, 8 * s, 311 * s, 14 * s), fill=(196, 188, 176))
    pen.rectangle((20 * s, 90 * s, 382 * s, 95 * s), fill=(232, 228, 218))


def _window(box: Callable[..., None], x: float, y: float, lit: bool) -> None:
    glass = (246, 206, 120) if lit else (62, 84, 104)
    box(x - 4, y - 4, x + 44, y + 54, (228, 222, 210))
    box(x, y, x + 40, y + 50, glass)
    if not lit:
        for step in range(9):
            tone = 84 + step * 9
            box(
                x + 1,
                y + 1 + step * 2,
                x + 39 - step * 4,
                y + 3 + step * 2,
                (tone, tone + 20, tone + 40),
            )
    box(x + 18.5, y, x + 21.5, y + 50, (236, 232, 222))
    box(x, y + 16, x + 40, y + 18.5, (236, 232, 222))
    box(x - 7, y + 52, x + 47, y + 57, (206, 200, 188))
    for left in (x - 17, x + 45):
        box(left, y - 3, left + 12, y + 53, (44, 92, 82))
        for slat in np.arange(y, y + 50, 4.0):
            box(left + 2, slat, left + 10, slat + 1.6, (28, 60, 54))


def _lit(image: Image.Image, rng: np.random.Generator) -> Image.Image:
    """A little grain, and light that falls off to the right."""
    rgb = np.asarray(image, float)
    grain = rng.normal(0, 5, rgb.shape[:2])[..., None]
    return as_image(rgb * np.linspace(1.05, 0.86, rgb.shape[1])[None, :, None] + grain)


# --- lake: a landscape ----------------------------------------------------------------------------


def lake() -> Image.Image:
    """Mountains behind a lake at evening: soft gradients above, rough textures below."""
    rng = np.random.default_rng(12)
    height, width = HEIGHT * 2, WIDTH * 2
    shore = int(height * 0.62)
    y, x = np.mgrid[0:shore, 0:width] / width
    rgb = mixed((62, 96, 158), (250, 206, 158), smooth(0.0, shore / width, y))
    sun = np.hypot(x - 0.68, y - 0.27)
    rgb += np.exp(-sun * 9)[..., None] * np.array([90, 60, 20])
    clouds = smooth(
        0.15, 1.1, noise(rng, shore, width, 3, 6) + 0.5 * noise(rng, shore, width, 9, 4)
    )
    clouds *= 1 - smooth(0.16, 0.4, y)
    rgb = rgb * (1 - 0.8 * clouds[..., None]) + np.array([255, 232, 214]) * 0.8 * clouds[..., None]
    rgb = np.where((sun < 0.032)[..., None], (255, 248, 224), rgb)
    ranges = (  # height of the ridge, roughness, colour
        (0.205, 0.085, (146, 150, 178)),
        (0.265, 0.065, (98, 106, 136)),
        (0.345, 0.045, (56, 68, 78)),
    )
    for level, rough, colour in ranges:
        line = level - rough * noise(rng, 2, width, 4, 7)[0]
        below = y - line[None]
        slope = noise(rng, shore, width, 14, 5)
        rock = np.array(colour) * (
            1 + 0.28 * slope[..., None] - 0.3 * np.clip(below, 0, 1)[..., None]
        )
        snow = smooth(0.045, 0.0, below + 0.03 * slope) * (level < 0.22)
        rock = rock * (1 - snow[..., None]) + np.array([244, 240, 244]) * snow[..., None]
        rgb = np.where((below > 0)[..., None], rock, rgb)
    water = rgb[::-1][: height - shore]
    rows = np.arange(len(water))
    waves = noise(rng, len(water), width, 10, 3) * (2 + rows[:, None] * 0.07)
    ripple = np.sin(rows[:, None] ** 0.82 * 1.9 + waves) * (0.6 + rows[:, None] * 0.035)
    columns = np.clip(np.arange(width)[None] + ripple * 3, 0, width - 1).astype(int)
    lines = np.clip(rows[:, None] + ripple * 1.5, 0, len(water) - 1).astype(int)
    water = water[lines, columns] * 0.74 + np.array([16, 30, 44]) + ripple[..., None] * 4
    image = as_image(np.concatenate([rgb, water]))
    _firs(ImageDraw.Draw(image), rng, width, height, shore)
    return image


def _firs(pen: ImageDraw.ImageDraw, rng: np.random.Generator, w: int, h: int, shore: int) -> None:
    """A line of trees at the far shore, and two near ones at the left."""
    trees = [(x, shore + rng.integers(-2, 4), rng.integers(16, 40)) for x in range(0, w, 9)]
    trees += [(52, h - 16, 300), (142, h + 30, 236), (742, h + 20, 190)]
    for x, foot, tall in trees:
        for level in range(max(6, tall // 9)):
            t = level / max(6, tall // 9)
            wide = tall * 0.21 * (0.12 + t) * rng.uniform(0.75, 1.2)
            top = foot - tall * (1 - t)
            tone = int(rng.normal(0, 5))
            colour = (18 + tone, 34 + tone, 32 + tone)
            pen.polygon([(x, top - tall * 0.05), (x - wide, top + tall * 0.09),
                         (x + wide, top + tall * 0.09)], fill=colour)  # fmt: skip
        pen.rectangle(
            (x - tall * 0.012, foot - tall * 0.06, x + tall * 0.012, foot), fill=(24, 22, 22)
        )


# --- face: a portrait -----------------------------------------------------------------------------


def face() -> Image.Image:
    """A drawn portrait: curved outlines, strands of hair, checks, a spotted background."""
    rng = np.random.default_rng(3)
    s = 4
    width, height = 320 * s, 360 * s
    y, x = np.mgrid[0:height, 0:width] / s
    wall = mixed((238, 190, 96), (214, 150, 74), smooth(0, 420, x + y))
    dots = (np.hypot((x + 12 * ((y // 20) % 2)) % 24 - 12, y % 20 - 10) < 3.2)[..., None]
    image = as_image(np.where(dots, wall * 0.86, wall))
    pen = ImageDraw.Draw(image)

    def oval(x0: float, y0: float, x1: float, y1: float, colour: Colour) -> None:
        pen.ellipse((x0 * s, y0 * s, x1 * s, y1 * s), fill=colour)

    def line(points: Sequence[tuple[float, float]], colour: Colour, width: float) -> None:
        pen.line(
            [(a * s, b * s) for a, b in points], fill=colour, width=round(width * s), joint="curve"
        )

    dark: Colour = (58, 34, 28)
    oval(66, 34, 254, 268, dark)
    pen.rounded_rectangle((66 * s, 140 * s, 254 * s, 300 * s), 40 * s, fill=dark)
    for _ in range(90):
        side = rng.choice([-1, 1])
        start = rng.uniform(4, 92)
        tone = int(rng.normal(0, 16))
        strand = [
            (160 + side * start * (0.4 + 0.62 * t), 42 + 0.5 * start + t * t * 62 + t * 130)
            for t in np.linspace(0, 1.2, 14)
        ]
        line(strand, (84 + tone, 50 + tone, 38 + tone), 0.8)
    skin: Colour = (236, 188, 158)
    pen.polygon([(v[0] * s, v[1] * s) for v in ((136, 240), (184, 240), (190, 300), (130, 300))],
                fill=(214, 160, 130))  # fmt: skip
    _shirt(image, s)
    oval(92, 84, 228, 264, skin)
    fringe = ((86, 150), (100, 86), (158, 66), (226, 88), (234, 150), (214, 122), (178, 98),
              (150, 118), (112, 124))  # fmt: skip
    pen.polygon([(a * s, b * s) for a, b in fringe], fill=dark)
    for _ in range(26):
        a = rng.uniform(0, 1)
        line([(104 + a * 116, 76 + 26 * abs(a - 0.5)), (98 + a * 124, 108 + 8 * np.sin(a * 9))],
             (92, 56, 42), 0.7)  # fmt: skip
    for left in (114, 170):
        oval(left, 156, left + 36, 178, (252, 250, 246))
        oval(left + 10, 156, left + 28, 177, (66, 108, 96))
        oval(left + 14.5, 161, left + 23.5, 172, (20, 20, 24))
        oval(left + 20, 161, left + 24, 165, (255, 255, 255))
        pen.ellipse(
            ((left - 8) * s, 142 * s, (left + 44) * s, 194 * s), outline=(30, 32, 40), width=4 * s
        )
    line([(158, 164), (162, 164)], (30, 32, 40), 4)
    line([(106, 160), (90, 154)], (30, 32, 40), 4)
    line([(214, 160), (230, 154)], (30, 32, 40), 4)
    line([(112, 138), (128, 130), (146, 133)], dark, 5)
    line([(174, 133), (192, 130), (208, 138)], dark, 5)
    line([(160, 172), (152, 206), (166, 208)], (190, 132, 104), 2.4)
    pen.chord((134 * s, 204 * s, 186 * s, 246 * s), 20, 160, fill=(178, 52, 58))
    pen.chord((140 * s, 214 * s, 180 * s, 238 * s), 20, 160, fill=(250, 246, 240))
    cheeks = Image.new("RGBA", image.size, (226, 110, 100, 0))
    blush = ImageDraw.Draw(cheeks)
    for left in (98, 186):
        blush.ellipse((left * s, 196 * s, (left + 36) * s, 222 * s), fill=(226, 110, 100, 110))
    cheeks = cheeks.filter(ImageFilter.GaussianBlur(6 * s))
    image.paste(cheeks, (0, 0), cheeks)
    for _ in range(16):
        a, b = rng.uniform(-1, 1), rng.uniform(0, 1)
        oval(158 + a * 44, 198 + b * 12, 160 + a * 44, 200 + b * 12, (198, 138, 108))
    return image.resize((320, 360), Image.Resampling.LANCZOS)


def _shirt(image: Image.Image, s: int) -> None:
    """A checked shirt: stripes in two directions."""
    height, width = image.height, image.width
    y, x = np.mgrid[0:height, 0:width] / s
    shade = np.where(x % 18 < 7, 0.72, 1.0) * np.where(y % 18 < 7, 0.72, 1.0)
    cloth = as_image(np.array([96, 146, 196]) * shade[..., None])
    mask = Image.new("L", image.size, 0)
    pen = ImageDraw.Draw(mask)
    outline = ((20, 364), (44, 310), (112, 284), (136, 276), (160, 312), (184, 276), (208, 284),
               (276, 310), (300, 364))  # fmt: skip
    pen.polygon([(a * s, b * s) for a, b in outline], fill=255)
    image.paste(cloth, (0, 0), mask)


# --- page: print ----------------------------------------------------------------------------------


WORDS = (
    "A kernel is a small grid of weights. Laid over a window of the picture, each weight "
    "multiplies the pixel below it, and the products are added into one number. Then the window "
    "moves on by one pixel. Where the picture looks like the kernel, the number is large; where "
    "it looks like the opposite, it is strongly negative; where the picture is even, a kernel "
    "whose weights sum to zero says nothing at all. Print is made of edges: upright strokes, "
    "bars, bows and corners, each in a few directions only."
)


def page() -> Image.Image:
    """A printed page, a little tilted under a lamp, with a pencilled underline and a drop cap."""
    s = LARGER
    width, height = 400 * s, 320 * s
    paper = Image.new("L", (width, height), 255)
    pen = ImageDraw.Draw(paper)
    large, text = ImageFont.load_default(26 * s), ImageFont.load_default(14.5 * s)
    pen.text((44 * s, 24 * s), "Filters", font=large, fill=24)
    pen.line((44 * s, 62 * s, 362 * s, 62 * s), fill=60, width=s)
    y = 74.0
    line = ""
    for word in [*WORDS.split(), ""]:
        if word and pen.textlength(f"{line} {word}", font=text) < 318 * s:
            line = f"{line} {word}".strip()
            continue
        pen.text((44 * s, y * s), line, font=text, fill=30)
        y += 20.5
        line = word
    paper = paper.rotate(2.2, Image.Resampling.BICUBIC, fillcolor=255)
    rng = np.random.default_rng(5)
    v, u = np.mgrid[0:height, 0:width] / width
    light = 1.02 - 0.42 * np.hypot(u - 0.35, v - 0.25) + 0.012 * noise(rng, height, width, 120, 2)
    tint = np.array([250, 243, 226])
    rgb = np.asarray(paper, float)[..., None] / 255 * tint * light[..., None]
    stroke = np.abs(v - 0.302 + 0.035 * u - 0.002 * np.sin(u * 60)) < 0.0026
    stroke &= (u > 0.12) & (u < 0.58)
    rgb = np.where(stroke[..., None], rgb * 0.35 + np.array([130, 30, 34]) * 0.65, rgb)
    return as_image(rgb)


# --- chart: stripes of every direction and width --------------------------------------------------


def chart() -> Image.Image:
    """A zone plate, stripes of three widths and two directions, grey steps, a disc."""
    size, s = 320, 4
    y, x = (np.mgrid[0 : size * s, 0 : size * s] + 0.5) / s
    grey = np.full(x.shape, 128.0)
    r2 = (x - 160) ** 2 + (y - 128) ** 2
    plate = 128 + 118 * np.cos(np.pi * r2 / 262) * smooth(128, 120, np.sqrt(r2))
    grey = np.where(r2 < 128**2, plate, grey)
    bands = ((262, 276, 12), (276, 290, 6), (290, 304, 3))
    for top, bottom, wavelength in bands:
        inside = (y >= top) & (y < bottom)
        upright = np.where(x % wavelength < wavelength / 2, 20.0, 236.0)
        slanted = np.where((x + y) % wavelength < wavelength / 2, 20.0, 236.0)
        grey = np.where(inside & (x > 12) & (x < 154), upright, grey)
        grey = np.where(inside & (x > 166) & (x < 308), slanted, grey)
    steps = np.floor((x - 12) / 296 * 11) / 10 * 255
    grey = np.where((y > 306) & (y < 316) & (x > 12) & (x < 308), np.clip(steps, 0, 255), grey)
    for column, radius in ((28, 14), (292, 8)):
        grey = np.where((x - column) ** 2 + (y - 28) ** 2 < radius**2, 245, grey)
        grey = np.where((x - column) ** 2 + (y - 228) ** 2 < radius**2, 12, grey)
    return as_image(np.repeat(grey[..., None], 3, axis=2))


#: name → how it is made, and its finished size.
PICTURES: dict[str, tuple[Callable[[], Image.Image], tuple[int, int]]] = {
    "house": (house, (WIDTH, HEIGHT)),
    "spheres": (spheres, (WIDTH, HEIGHT)),
    "lake": (lake, (WIDTH, HEIGHT)),
    "face": (face, (320, 360)),
    "page": (page, (400, 320)),
    "chart": (chart, (320, 320)),
}


def make(name: str) -> Image.Image:
    """The finished picture ``name``, RGB."""
    draw, size = PICTURES[name]
    image = draw().convert("RGB")
    return image if image.size == size else image.resize(size, Image.Resampling.BOX)


if __name__ == "__main__":
    HERE.mkdir(exist_ok=True)
    for each in PICTURES:
        picture = make(each)
        picture = picture.convert("L") if each == "chart" else picture
        picture.save(HERE / f"{each}.png", optimize=True)
        print(each, picture.size, f"{(HERE / f'{each}.png').stat().st_size:,} bytes")
