"""Filters on images: what is sent is what ``cnn`` computes; any file works or gets a sentence."""

from __future__ import annotations

import base64
import io
import struct
import zlib
from functools import partial
from typing import Any

import numpy as np
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from cnn.functional import conv2d, pad
from cnn.window import named_kernels
from tests.pages.opening import visit
from tests.pages.payload import array, sent
from ui import pictures
from ui.filters import apply, challenge, kernels, questions, response, words

start = partial(visit, "filters")


def said(at: AppTest) -> str:
    return "\n".join(m.value for m in at.markdown)


def lens(at: AppTest) -> dict[str, Any]:
    return sent(at, "image_lens")


def pixels(data: dict[str, Any]) -> np.ndarray:
    return data["pixels"]["data"].reshape(data["size"]).astype(np.float64)


def test_a_picture_is_sent_once_and_again_when_the_browser_asks() -> None:
    at = start()
    token = lens(at)["pixels"]["token"]
    assert lens(at)["pixels"]["data"] is not None
    at.selectbox(key="fi_kernel_of").set_value("outline").run()
    assert lens(at)["pixels"] == {"token": token, "type": "u8", "data": None}
    at.session_state["fi_lens"] = {"want": {"token": token, "sequence": 5}}
    at.run()
    assert lens(at)["pixels"]["data"] is not None
    at.run()
    assert lens(at)["pixels"]["data"] is None
    at.selectbox(key="fi_pic").set_value("lake").run()
    assert lens(at)["pixels"]["data"] is not None and lens(at)["pixels"]["token"] != token


def planes(data: dict[str, Any]) -> np.ndarray:
    return data["planes"].reshape(data["output"]).astype(np.float64)


def kernel_of(at: AppTest) -> np.ndarray:
    return array(lens(at)["kernels"][0]).astype(np.float64)


def edged(x: np.ndarray, p: int) -> np.ndarray:
    return pad(x[None], (p, p, p, p), "replicate")[0]


# --- the numbers --------------------------------------------------------------------------------


def test_it_starts_with_signed_upright_edges_of_the_house() -> None:
    data = lens(start())
    grey = np.rint(pictures.bundled("house").grey * 255)
    np.testing.assert_array_equal(pixels(data)[0], grey)
    y = conv2d(edged(grey[None], 1)[None], named_kernels.sobel_x()[None, None])[0, 0]
    assert data["kind"] == "signed"
    expected = np.clip(np.rint(y * 127 / data["limit"]), -127, 127)
    assert np.abs(planes(data)[0] - 128 - expected).max() <= 1  # float32 against float64
    assert (expected < 0).any() and (expected > 0).any()


@pytest.mark.parametrize("preset", sorted(kernels.PRESETS.keys() - {"own", kernels.PASTED}))
def test_every_preset_is_the_one_of_cnn(preset: str) -> None:
    usual = {
        "gaussian": named_kernels.gaussian(5, 1.0),
        "motion": named_kernels.motion(7, 45),
        "gabor": named_kernels.gabor(7, 0, 4.0),
    }
    wanted = usual.get(preset, named_kernels.PRESETS[preset]())
    np.testing.assert_allclose(kernel_of(start(fi_kernel_of=preset)), wanted, atol=1e-6)


def test_presets_with_numbers_take_them_from_the_link() -> None:
    at = start(fi_kernel_of="gabor", fi_gabor_k="5", fi_gabor_angle="30", fi_wave="3")
    np.testing.assert_allclose(kernel_of(at), named_kernels.gabor(5, 30, 3.0), atol=1e-6)
    at = start(fi_kernel_of="gaussian", fi_gaussian_k="7", fi_sigma="2.5")
    np.testing.assert_allclose(kernel_of(at), named_kernels.gaussian(7, 2.5), atol=1e-6)


def test_a_typed_kernel_comes_back_from_the_link_and_ends_with_another_preset() -> None:
    at = start(fi_w="sobel_x~1,2,3;4,5,6;7,8,9.5")
    np.testing.assert_array_equal(kernel_of(at), [[1, 2, 3], [4, 5, 6], [7, 8, 9.5]])
    at.selectbox(key="fi_kernel_of").set_value("outline").run()
    np.testing.assert_array_equal(kernel_of(at), named_kernels.outline())


@pytest.mark.parametrize("broken", ["sobel_x~1,2", "sobel_x~a,b,c;1,1,1;1,1,1", "x", "box-3~1"])
def test_a_broken_link_is_the_preset(broken: str) -> None:
    at = start(fi_w=broken, fi_pic="nothing", fi_s="99", fi_at="1,2,3", fi_view="?")
    np.testing.assert_array_equal(kernel_of(at), named_kernels.sobel_x())


@pytest.mark.parametrize(
    ("button", "change"),
    [
        ("normalise", lambda k: k / 4),
        ("transpose", np.transpose),
        ("rotate", lambda k: np.rot90(k, -1)),
        ("negate", lambda k: -k),
    ],
)
def test_the_four_changes(button: str, change: Any) -> None:
    at = start()
    at.button(key=f"fi_{button}").click().run()
    np.testing.assert_allclose(kernel_of(at), change(named_kernels.sobel_x()))


def test_negating_twice_is_the_preset_again() -> None:
    at = start(fi_kernel_of="emboss")
    at.button(key="fi_negate").click().run()
    at.button(key="fi_negate").click().run()
    np.testing.assert_array_equal(kernel_of(at), named_kernels.emboss())


def test_colour_is_added_up_as_in_a_network_or_kept_apart() -> None:
    rgb = np.rint(pictures.bundled("spheres").rgb * 255)
    kernel = named_kernels.laplacian(8)
    x = edged(rgb, 1)
    summed = conv2d(x[None], np.repeat(kernel[None, None], 3, axis=1))[0]
    apart = np.stack([conv2d(c[None, None], kernel[None, None])[0, 0] for c in x])
    for channels, y in (("sum", summed), ("each", apart)):
        data = lens(start(fi_pic="spheres", fi_col="rgb", fi_kernel_of="laplacian_8",
                          fi_ch=channels, fi_view="clipped"))  # fmt: skip
        assert data["channels"] == channels
        assert np.abs(planes(data) - np.clip(np.rint(y), 0, 255)).max() <= 1


def test_blur_then_edge_magnitude_and_direction() -> None:
    x = np.rint(pictures.bundled("chart").grey * 255)[None]
    soft = conv2d(edged(x, 2)[None], named_kernels.gaussian(5, 1.0)[None, None])[0]
    a = conv2d(edged(soft, 1)[None], named_kernels.sobel_x()[None, None])[0, 0]
    b = conv2d(edged(soft, 1)[None], named_kernels.sobel_y()[None, None])[0, 0]
    data = lens(start(fi_pic="chart", fi_first="gaussian", fi_two="magnitude"))
    expected = np.minimum(np.rint(np.hypot(a, b) * 255 / data["limit"]), 255)
    assert data["kind"] == "magnitude"
    assert np.abs(planes(data)[0] - expected).max() <= 1
    data = lens(start(fi_pic="chart", fi_first="gaussian", fi_two="direction"))
    strong = np.hypot(a, b) > 20
    turn = planes(data)[0] * 360 / 256 - np.degrees(np.arctan2(b, a))
    assert np.abs((turn[strong] + 180) % 360 - 180).max() < 1.5


def test_auto_shows_a_blur_as_a_picture_and_all_else_with_its_sign() -> None:
    kinds = {p: lens(start(fi_kernel_of=p))["kind"] for p in ("box", "sharpen", "sobel_y")}
    assert kinds == {"box": "clipped", "sharpen": "signed", "sobel_y": "signed"}


def test_clipping_says_what_it_hides() -> None:
    shown = said(start(fi_view="clipped"))
    assert "of it lies below 0 and is shown black" in shown


@pytest.mark.parametrize("padding", ["same", "valid", "full"])
@pytest.mark.parametrize("stride", ["1", "3"])
def test_stride_and_padding_give_the_sizes_of_cnn(padding: str, stride: str) -> None:
    data = lens(start(fi_p=padding, fi_s=stride, fi_kernel_of="gabor", fi_fill="reflect"))
    y = {"same": 300, "valid": 294, "full": 306}[padding]
    assert data["output"][1] == -(-y // int(stride))


def test_examples_and_the_pin_are_in_the_link() -> None:
    at = start(fi_at="12,34")
    assert lens(at)["pinned"] == [12, 34]
    for number in range(len(words.EXAMPLES)):
        at.button(key=f"fi_example_{number}").click().run()
        assert not at.exception
    assert lens(start(fi_at="999,999"))["pinned"] is None


# --- pictures of every awkward kind, through the page ---------------------------------------------


def encoded(image: Image.Image, form: str = "PNG", **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, form, **options)
    return out.getvalue()


def upload(data: bytes, **params: str) -> AppTest:
    at = start(fi_pic="upload", **params)
    at.file_uploader(key="fi_file").upload("picture.png", data).run()
    assert not at.exception
    return at


def scene(width: int = 40, height: int = 30, mode: str = "RGB") -> Image.Image:
    rng = np.random.default_rng(1)
    return Image.fromarray(rng.integers(0, 256, (height, width, 3), np.uint8)).convert(mode)


def bomb() -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return (struct.pack(">I", len(body)) + kind + body
                + struct.pack(">I", zlib.crc32(kind + body)))  # fmt: skip

    header = struct.pack(">IIBBBBB", 20_000, 20_000, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 99))


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"just text", "not a picture"),
        (encoded(scene(200, 200))[:3000], "damaged or incomplete"),
        (bomb(), "million"),
    ],
)
def test_what_cannot_be_shown_gets_a_sentence_and_the_house_stays(
    data: bytes, sentence: str
) -> None:
    at = upload(data)
    assert sentence in said(at)
    assert lens(at)["size"] == [1, 300, 400]
    assert lens(at)["titles"]["input"] == "House"


def test_an_upload_is_shown_pixel_by_pixel() -> None:
    image = scene()
    data = lens(upload(encoded(image), fi_col="rgb"))
    np.testing.assert_array_equal(pixels(data), np.asarray(image, float).transpose(2, 0, 1))


def frames() -> bytes:
    pages = [Image.new("RGB", (20, 20), colour) for colour in ("red", "lime")]
    return encoded(pages[0], "GIF", save_all=True, append_images=pages[1:])


def turned_by_exif() -> bytes:
    exif = Image.Exif()
    exif[274] = 6
    return encoded(scene(40, 30), exif=exif)


def deep() -> bytes:
    return encoded(Image.fromarray((np.arange(900, dtype=np.uint16) * 71).reshape(30, 30)))


def see_through() -> bytes:
    image = scene(mode="RGBA")
    image.putalpha(0)
    return encoded(image)


@pytest.mark.parametrize(
    ("data", "size", "note"),
    [
        (frames(), [3, 20, 20], "this is the first"),
        (deep(), [3, 30, 30], "16 bits"),
        (encoded(scene(mode="CMYK"), "JPEG"), [3, 30, 40], "CMYK"),
        (encoded(scene().quantize(16)), [3, 30, 40], ""),
        (see_through(), [3, 30, 40], "white"),
        (turned_by_exif(), [3, 40, 30], "Turned"),
        (encoded(scene(1, 1)), [3, 1, 1], ""),
        (encoded(scene(3000, 5)), [3, 1, 512], "Scaled down from 3000 × 5 to 512 × 1"),
        (encoded(scene(1200, 900), "JPEG"), [3, 384, 512], "Scaled down from 1200 × 900"),
    ],
    ids=["animated", "16-bit", "cmyk", "palette", "transparent", "exif", "one", "long", "large"],
)
def test_awkward_pictures_work_and_say_what_was_done(
    data: bytes, size: list[int], note: str
) -> None:
    at = upload(data, fi_col="rgb", fi_kernel_of="gabor", fi_fill="reflect", fi_p="valid")
    assert lens(at)["size"] == size
    assert note in said(at)
    assert min(lens(at)["output"]) >= 1


def test_sixteen_bits_stay_exact() -> None:
    wanted = (np.arange(900, dtype=np.uint16) * 71).reshape(30, 30) / 65535 * 255
    np.testing.assert_allclose(pixels(lens(upload(deep())))[0], wanted, atol=1e-3)


def test_a_drawing_is_a_picture() -> None:
    at = start(fi_pic="draw")
    data = lens(at)
    assert data["size"] == [1, 112, 112]
    assert pixels(data).min() < 40 and pixels(data).max() == 255
    sent(at, "draw_pad")


def test_until_the_camera_has_taken_a_picture_there_is_another() -> None:
    at = start(fi_pic="camera")
    assert "Until then: house." in said(at)
    for data in (b"rubbish", encoded(scene(60, 50))):
        shot = {"sequence": 1, "jpeg": base64.b64encode(data).decode()}
        at.session_state["fi_shot"] = {"shot": shot}
        at.run()
        assert not at.exception
        assert ("This is not a picture" in said(at)) == (data == b"rubbish")
    assert lens(at)["size"] == [1, 50, 60] and "Until then" not in said(at)


# --- the rest of the page -----------------------------------------------------------------------


def test_the_response_is_the_fourier_transform() -> None:
    kernel = named_kernels.emboss()
    padded = np.zeros((response.SIDE, response.SIDE))
    padded[:3, :3] = kernel
    wanted = np.abs(np.fft.fftshift(np.fft.fft2(padded)))
    np.testing.assert_allclose(response.response(kernel)[:-1, :-1], wanted, atol=1e-9)
    twice = response.response(kernel, kernel)
    np.testing.assert_allclose(twice, response.response(kernel) ** 2)


@pytest.mark.parametrize("name", ["sobel_x", "prewitt_x", "scharr_x"])
def test_the_challenge_is_won_by_those_that_should_win(name: str) -> None:
    for kernel in (named_kernels.PRESETS[name](), -3.5 * named_kernels.PRESETS[name]()):
        score = challenge.judge(kernel)
        assert score is not None and score.won and score.level < 0.25


@pytest.mark.parametrize("name", ["sobel_y", "laplacian_4", "box", "identity", "sharpen"])
def test_and_not_by_the_others(name: str) -> None:
    score = challenge.judge(named_kernels.PRESETS[name]())
    assert score is not None and not score.won


def test_the_challenge_on_the_page() -> None:
    assert "All weights are zero" in said(start())
    assert ", found.**" in said(start(fi_cw="own~-1,0,1;-2,0,2;-1,0,1"))
    assert "of the way" in said(start(fi_cw="own~0,1,0;1,-4,1;0,1,0"))


@pytest.mark.parametrize("seed", range(8))
def test_the_question_can_be_answered(seed: int) -> None:
    asked = questions.which_kernel(np.random.default_rng(seed))
    assert asked.answer in asked.options and len(asked.pictures) == 4
    assert asked.explain.startswith(f"It is {asked.answer}:")
    assert asked.after.shape[:2] == asked.before.shape


def test_a_guess_is_checked() -> None:
    at = start()
    name = next(p.key for p in at.button_group if p.key and p.key.startswith("fi_g1_pick"))
    at.button_group(key=name).set_value("A").run()
    assert "It is " in said(at)


def test_no_fill_mirrors_more_than_there_is() -> None:
    assert "reflect" not in apply.fitting_fills((1, 512), (1, 1, 1, 1))
    assert "valid" not in apply.fitting_paddings((1, 512), (3, 3), 1)
