"""Uploaded pictures of every awkward kind: either right, or one sentence."""

from __future__ import annotations

import io
import struct
import zlib

import numpy as np
import pytest
from PIL import Image

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


def _png_header(width: int, height: int) -> bytes:
    """A PNG that claims a size and holds a few bytes of data."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(kind + body))
        return struct.pack(">I", len(body)) + kind + body + check

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 99))


@pytest.mark.parametrize("size", [(20_000, 20_000), (9_000, 9_000), (60_000_000, 1)])
def test_a_bomb_is_refused_before_it_is_decoded(size: tuple[int, int]) -> None:
    with pytest.raises(ImageError, match="million"):
        open_image(_png_header(*size))


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
    deep = (np.arange(256, dtype=np.uint16)[None] * 7 + np.uint16(30_000)).repeat(4, 0)
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


def test_cmyk_and_palette_become_rgb() -> None:
    result = open_image(encoded(Image.new("CMYK", (9, 9), (0, 255, 255, 0)), "JPEG"))
    assert result.rgb[0].min() > 0.9
    assert result.rgb[1:].max() < 0.2
    assert any("CMYK" in note for note in result.notes)
    image = picture().quantize(16)
    result = open_image(encoded(image))
    expected = np.asarray(image.convert("RGB"), np.float32).transpose(2, 0, 1) / 255
    np.testing.assert_allclose(result.rgb, expected, atol=1e-6)


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
