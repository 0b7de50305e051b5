"""Uploaded pictures of every awkward kind: either right, or one sentence."""

from __future__ import annotations

import io
import struct
import subprocess
import sys
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ui.draw.ink import InkError, find_ink
from ui.image_cost import decoding_bytes
from ui.images import MAX_BYTES, ImageError, open_image


def encoded(image: Image.Image, form: str = "PNG", **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, form, **options)
    return out.getvalue()


def picture(width: int = 40, height: int = 30, mode: str = "RGB") -> Image.Image:
    """Red grows to the right, green downwards; the left top corner is marked blue."""
    x, y = np.meshgrid(np.arange(width) * 255 // width, np.arange(height) * 255 // height)
    blue = np.zeros_like(x)
    blue[: height // 3, : width // 3] = 255
    return Image.fromarray(np.stack([x, y, blue], -1).astype(np.uint8)).convert(mode)


@pytest.mark.parametrize("form", ["PNG", "BMP", "TIFF", "WEBP"])
def test_what_is_opened_is_what_was_saved(form: str) -> None:
    image = picture()
    result = open_image(encoded(image, form, **({"lossless": True} if form == "WEBP" else {})))
    assert result.rgb.shape == (3, 30, 40)
    assert result.rgb.dtype == np.float32
    assert result.notes == ()
    assert result.coloured
    expected = np.asarray(image, np.float32).transpose(2, 0, 1) / 255
    np.testing.assert_allclose(result.rgb, expected, atol=1e-6)
    luma = 0.299 * expected[0] + 0.587 * expected[1] + 0.114 * expected[2]
    np.testing.assert_allclose(result.grey, luma, atol=1e-6)


def test_a_grey_picture_has_equal_channels() -> None:
    result = open_image(encoded(picture(mode="L")))
    assert not result.coloured
    assert (result.rgb == result.rgb[0]).all()
    np.testing.assert_array_equal(result.grey, result.rgb[0])


def test_black_and_white() -> None:
    bits = np.eye(8, dtype=bool)
    result = open_image(encoded(Image.fromarray(bits)))
    np.testing.assert_array_equal(result.grey, bits)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b"just some text, no picture at all", "not a picture"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "not a picture"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "not a picture"),
        (b"\x89PNG\r\n\x1a\n", "not a picture"),
        (b"x" * (MAX_BYTES + 1), "MB"),
    ],
)
def test_what_is_no_picture_gets_one_sentence(data: bytes, words: str) -> None:
    with pytest.raises(ImageError, match=words) as raised:
        open_image(data)
    assert str(raised.value).endswith(".")
    assert str(raised.value).count(". ") == 0


@pytest.mark.parametrize("form", ["PNG", "JPEG", "GIF", "WEBP", "BMP"])
def test_a_truncated_file_gets_one_sentence(form: str) -> None:
    noise = np.random.default_rng(0).integers(0, 255, (90, 90, 3), np.uint8)
    data = encoded(Image.fromarray(noise), form)
    with pytest.raises(ImageError, match=r"damaged|not a picture"):
        open_image(data[: len(data) // 2])


def test_a_damaged_file_gets_one_sentence() -> None:
    data = bytearray(encoded(picture()))
    data[60:90] = bytes(30)
    with pytest.raises(ImageError, match="damaged"):
        open_image(bytes(data))


def png(width: int, height: int, bits: int, kind: int, rows: bytes, extra: bytes = b"") -> bytes:
    """A PNG by hand: ``kind`` is 0 grey, 2 RGB, 4 grey and opacity, 6 RGB and opacity."""

    def chunk(name: bytes, body: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(name + body))
        return struct.pack(">I", len(body)) + name + body + check

    header = struct.pack(">IIBBBBB", width, height, bits, kind, 0, 0, 0)
    data = zlib.compress(rows, 1)
    start = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + extra
    return start + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def deep_png(values: np.ndarray, kind: int) -> bytes:
    """A PNG of 16 bits a channel from (H, W, channels)."""
    rows = b"".join(b"\0" + row.astype(">u2").tobytes() for row in values)
    return png(values.shape[1], values.shape[0], 16, kind, rows)


@pytest.mark.parametrize("size", [(20_000, 20_000), (9_000, 9_000), (60_000_000, 1)])
def test_a_bomb_is_refused_before_it_is_decoded(size: tuple[int, int]) -> None:
    with pytest.raises(ImageError, match="million"):
        open_image(png(*size, 8, 2, b"\0" * 99))


@pytest.mark.parametrize("size", [(1, 49_000_000), (49_000_000, 1), (60_000, 2)])
def test_a_side_is_bounded_as_well_because_every_row_costs(size: tuple[int, int]) -> None:
    with pytest.raises(ImageError, match="a side has at most 50,000"):
        open_image(png(*size, 8, 0, b"\0" * 99))


def test_a_file_that_unpacks_into_more_than_its_picture_is_refused() -> None:
    # Packed as one piece it is unpacked as one: that and the picture are there at the same time.
    options = {"compression": "tiff_lzw", "tiffinfo": {278: 60}}
    one = Image.open(io.BytesIO(encoded(Image.new("RGBA", (60, 60)), "TIFF", **options)))
    assert decoding_bytes(one) == 2 * 4 * 60 * 60
    # Text that unpacks into 100 MB is not unpacked.
    text = b"Comment\0\0" + zlib.compress(bytes(100_000_000), 1)
    chunk = struct.pack(">I", len(text)) + b"zTXt" + text
    chunk += struct.pack(">I", zlib.crc32(b"zTXt" + text))
    with pytest.raises(ImageError, match="not a picture"):
        open_image(png(1, 1, 8, 0, b"\0\0", chunk))


MEASURE = """
import resource, sys
from ui.images import open_image
from pathlib import Path
data = Path(sys.argv[1]).read_bytes()
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
open_image(data)
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1e3)
"""


def memory(data: bytes, folder: Path) -> float:
    """Million bytes that opening a picture takes at most, in a process of its own."""
    file = folder / "picture"
    file.write_bytes(data)
    done = subprocess.run(
        [sys.executable, "-c", MEASURE, str(file)], capture_output=True, text=True, check=True
    )
    return float(done.stdout)


def test_24_million_pixels_are_read_and_cost_less_than_300_million_bytes(tmp_path: Path) -> None:
    deep = b"\0" + (np.arange(6000 * 4) // 24 * 60).astype(">u2").tobytes()
    assert memory(png(6000, 4000, 16, 6, deep * 4000), tmp_path) < 200


@pytest.mark.parametrize("form", ["WEBP", "JPEG", "TIFF", "GIF"])
def test_a_picture_costs_no_more_than_its_header_says(form: str, tmp_path: Path) -> None:
    image = picture(2000, 1500).convert("P" if form == "GIF" else "RGB")
    options = {"WEBP": {"method": 0, "quality": 20}, "JPEG": {"progressive": True}}
    data = encoded(image, form, **options.get(form, {}))
    expected = decoding_bytes(Image.open(io.BytesIO(data))) / 1e6
    assert memory(data, tmp_path) < expected + 40


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_photograph_is_turned_as_its_camera_noted(orientation: int) -> None:
    upright = picture(60, 40)
    undo = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    stored = upright.transpose(undo[orientation]) if orientation > 1 else upright
    exif = Image.Exif()
    exif[274] = orientation
    result = open_image(encoded(stored, exif=exif))
    expected = np.asarray(upright, np.float32).transpose(2, 0, 1) / 255
    np.testing.assert_allclose(result.rgb, expected, atol=1e-6)
    assert bool(result.notes) == (orientation > 1)


def test_a_large_turned_jpeg_keeps_its_proportions() -> None:
    exif = Image.Exif()
    exif[274] = 6
    result = open_image(encoded(picture(2400, 1200), "JPEG", exif=exif))
    assert result.size == (512, 256)
    assert any("1200 × 2400 to 256 × 512" in note for note in result.notes)
    assert result.rgb[2, 10, -10] > 0.9  # the blue corner went to the right
    assert result.rgb[2, 10, 10] < 0.1


def test_of_an_animation_the_first_frame_is_taken() -> None:
    frames = [Image.new("RGB", (20, 20), colour) for colour in ("red", "lime", "blue")]
    for form in ("GIF", "WEBP"):
        data = encoded(frames[0], form, save_all=True, append_images=frames[1:])
        result = open_image(data)
        assert result.rgb[0].min() > 0.95
        assert result.rgb[1].max() < 0.05
        assert any("first" in note for note in result.notes)


def test_sixteen_bits_are_kept() -> None:
    deep = (np.arange(256, dtype=np.uint16)[None] * 77 + np.uint16(30_000)).repeat(4, 0)
    for form in ("PNG", "TIFF"):
        result = open_image(encoded(Image.fromarray(deep), form))
        np.testing.assert_allclose(result.grey, deep / 65535, atol=1e-6)
        assert len(np.unique(result.grey)) == 256
        assert any("16 bits" in note for note in result.notes)


def test_floating_point_is_stretched() -> None:
    values = np.linspace(-3, 5, 64, dtype=np.float32).reshape(8, 8)
    values[0, 1] = np.nan
    result = open_image(encoded(Image.fromarray(values), "TIFF"))
    assert result.grey.min() == 0
    assert result.grey.max() == 1
    assert any("-3 to 5" in note for note in result.notes)


@pytest.mark.parametrize("value", [5.0, np.nan, np.inf])
def test_floating_point_of_one_value_says_so(value: float) -> None:
    result = open_image(encoded(Image.fromarray(np.full((8, 8), value, np.float32)), "TIFF"))
    assert result.notes == ("All its values are the same.",)
    assert np.ptp(result.rgb) == 0


def test_cmyk_and_palette_become_rgb() -> None:
    result = open_image(encoded(Image.new("CMYK", (9, 9), (0, 255, 255, 0)), "JPEG"))
    assert result.rgb[0].min() > 0.9
    assert result.rgb[1:].max() < 0.2
    assert any("CMYK" in note for note in result.notes)
    image = picture().quantize(16)
    result = open_image(encoded(image))
    expected = np.asarray(image.convert("RGB"), np.float32).transpose(2, 0, 1) / 255
    np.testing.assert_allclose(result.rgb, expected, atol=1e-6)


INK = np.pad(np.ones((12, 4)), ((8, 8), (12, 12)))  # an upright line on a sheet of 28 × 28


def drawn(light: float, mode: str = "RGBA") -> Image.Image:
    """A line of one brightness on nothing."""
    opacity = Image.fromarray((INK * 255).astype(np.uint8))
    image = Image.new("RGB", opacity.size, (round(light * 255),) * 3)
    image.putalpha(opacity)
    return image.convert(mode)


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P"])
@pytest.mark.parametrize(("light", "ground"), [(0, "white"), (0.5, "white"), (1, "black")])
def test_ink_on_nothing_is_seen(light: float, ground: str, mode: str) -> None:
    image = drawn(light, "RGBA" if mode == "P" else mode)
    if mode == "P":
        image = image.quantize(8)
    result = open_image(encoded(image))
    assert [note for note in result.notes if f"lie on {ground}" in note]
    on, off = result.grey[14, 14], result.grey[2, 2]
    assert off == pytest.approx({"white": 1, "black": 0}[ground], abs=0.01)
    assert abs(on - off) > 0.4
    assert find_ink(result.grey).dark_on_light == (ground == "white")


def test_light_and_dark_ink_together_lie_on_grey() -> None:
    image = drawn(1)
    image.paste((0, 0, 0, 255), (12, 8, 14, 20))
    result = open_image(encoded(image))
    assert any("grey" in note for note in result.notes)
    assert result.grey[14, 12] == 0
    assert result.grey[14, 15] == 1


def test_a_key_for_what_is_transparent_counts_in_every_kind() -> None:
    for kind, body in ((0, b"\xff"), (2, b"\xff" * 3)):
        empty = b"\0" * len(body)
        rows = (b"\0" + empty * 3 + body * 2 + empty * 3) * 8
        key = b"\0\0" * len(body)
        chunk = struct.pack(">I", len(key)) + b"tRNS" + key
        chunk += struct.pack(">I", zlib.crc32(b"tRNS" + key))
        result = open_image(png(8, 8, 8, kind, rows, chunk))
        assert any("black" in note for note in result.notes)
        assert (result.grey[4, 0], result.grey[4, 4]) == (0, 1)


@pytest.mark.parametrize("most", [200, 1000, 4095])
@pytest.mark.parametrize("kind", [0, 2, 4, 6])
def test_sixteen_bits_of_which_few_are_used_are_stretched(most: int, kind: int) -> None:
    channels = {0: 1, 2: 3, 4: 2, 6: 4}[kind]
    ramp = np.linspace(0, most, 64).round()
    values = np.broadcast_to(ramp[None, :, None], (8, 64, channels)).copy()
    if kind in (4, 6):
        values[..., -1] = 65535
    result = open_image(deep_png(values, kind))
    np.testing.assert_allclose(result.grey[3], ramp / most, atol=2e-3)
    assert result.notes == (
        f"Its values use only 0 to {most} of 0 to 65535: they are stretched to the whole range.",
    )


def test_a_stray_pixel_does_not_keep_the_rest_in_the_dark() -> None:
    values = np.tile(np.linspace(0, 900, 120), (120, 1))
    values[5, 5] = 65535
    result = open_image(deep_png(values[..., None], 0))
    assert result.grey[50, 119] > 0.99
    floats = np.tile(np.linspace(0, 1, 120, dtype=np.float32), (120, 1))
    floats[5, 5], floats[6, 6] = 1e30, np.inf
    result = open_image(encoded(Image.fromarray(floats), "TIFF"))
    assert result.grey[50, 60] == pytest.approx(0.5, abs=0.01)


def test_eight_bits_of_which_few_are_used_are_stretched_too() -> None:
    for low, high in ((0, 9), (240, 255), (100, 120)):
        ramp = np.linspace(low, high, 40).round().astype(np.uint8)
        result = open_image(encoded(Image.fromarray(np.tile(ramp, (30, 1)))))
        assert (result.grey[:, 0] == 0).all()
        assert (result.grey[:, -1] == 1).all()
        assert any(f"{low} to {high} of 0 to 255" in note for note in result.notes)
    assert open_image(encoded(Image.new("RGB", (20, 20), (100, 108, 104)))).notes == ()


def test_an_empty_sheet_stays_empty_however_it_is_stretched() -> None:
    rng = np.random.default_rng(0)
    for spread in (1, 3):
        sheet = np.clip(rng.normal(235, spread, (600, 600)), 0, 255).astype(np.uint8)
        with pytest.raises(InkError, match="nearly even"):
            find_ink(open_image(encoded(Image.fromarray(sheet))).grey)


def test_transparency_lies_on_white() -> None:
    image = picture(mode="RGBA")
    image.putalpha(Image.new("L", image.size, 0))
    result = open_image(encoded(image))
    assert result.rgb.min() == 1
    assert any("white" in note for note in result.notes)
    palette = Image.new("P", (4, 4), 1)
    palette.putpalette([0, 0, 0, 255, 0, 0])
    result = open_image(encoded(palette, transparency=1))
    assert result.rgb.min() == 1
    half = Image.new("LA", (4, 4), (0, 128))
    np.testing.assert_allclose(open_image(encoded(half)).grey, 127 / 255, atol=0.01)
    opaque = picture(mode="RGBA")
    assert open_image(encoded(opaque)).notes == ()


def test_tiny_and_long_pictures() -> None:
    one = open_image(encoded(Image.new("RGB", (1, 1), (255, 0, 51))))
    np.testing.assert_allclose(one.rgb[:, 0, 0], [1, 0, 0.2], atol=1e-6)
    assert one.notes == ()
    long = open_image(encoded(picture(3000, 5)))
    assert long.size == (1, 512)
    assert long.notes == ("Scaled down from 3000 × 5 to 512 × 1 pixels.",)
    assert (np.diff(long.rgb[0, 0]) >= 0).all()


def test_the_longest_side_can_be_chosen() -> None:
    assert open_image(encoded(picture(300, 200)), max_side=90).size == (60, 90)
    assert open_image(encoded(picture(90, 60)), max_side=90).notes == ()
