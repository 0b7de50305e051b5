"""The window stage in motion: it does the work of a frame once, and leaves nothing behind."""

from __future__ import annotations

from collections.abc import Callable

from tests.browser.conftest import OpenPage, settle, until
from tests.browser.stage import CONFIGS, messages_sent, point, value, visit


def test_a_miniature_plays_by_itself_unless_motion_is_unwelcome(
    stage_url: Callable[..., str], open_page: OpenPage
) -> None:
    url = stage_url(size=[1, 5, 5], compact=True)
    page = open_page(url)
    assert page.locator(".play").get_attribute("data-playing") == "true"
    assert not page.locator(".options").is_visible()
    point(page, "output", 1, 1)
    assert page.locator(".play").get_attribute("data-playing") == "false"
    still = open_page(url, reduced_motion=True)
    assert still.locator(".play").get_attribute("data-playing") == "false"


RENDER_AGAIN = """async (times) => {
  const all = (selector) => [...document.querySelectorAll(selector)];
  const button = all('button').find((b) => b.innerText === 'render again');
  const host = all('*').find((e) => e.shadowRoot?.querySelector('.stage'));
  const stage = host.shadowRoot.querySelector('.stage');
  for (let n = 0; n < times; n++) {
    const before = stage.renders;
    button.click();
    while (stage.renders === before) await new Promise((go) => setTimeout(go, 4));
  }
}"""
# What waits for a frame and what it costs; and how many frames there were, whoever waited.
COUNT_FRAMES = """
  const real = window.requestAnimationFrame.bind(window);
  window.frames = 0;
  const tick = () => { window.frames++; real(tick); };
  tick();
  window.waiting = new Set(); window.spent = []; window.most = 0;
  window.requestAnimationFrame = (act) => {
    const id = real((now) => {
      window.waiting.delete(id);
      const start = performance.now();
      act(now);
      window.spent.push(performance.now() - start);
    });
    window.waiting.add(id);
    window.most = Math.max(window.most, window.waiting.size);
    return id;
  };
  const cancel = window.cancelAnimationFrame.bind(window);
  window.cancelAnimationFrame = (id) => { window.waiting.delete(id); cancel(id); };
"""


def test_two_hundred_renders_leave_one_loop_and_no_listeners(
    stage_url: Callable[..., str], open_page: OpenPage
) -> None:
    page = open_page("about:blank", wait=False)
    page.add_init_script(COUNT_FRAMES)
    visit(page, stage_url(size=[1, 5, 5], spin=True))
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable")

    def metrics() -> dict[str, float]:
        session.send("HeapProfiler.collectGarbage")
        found = session.send("Performance.getMetrics")["metrics"]
        return {m["name"]: m["value"] for m in found}

    page.locator(".loop").click()
    page.locator(".speed").select_option("8")
    page.locator(".play").click()
    page.evaluate(RENDER_AGAIN, 5)
    early = metrics()
    page.evaluate(RENDER_AGAIN, 200)
    settle(page)
    late = metrics()
    assert value(page, "bias") == 205, "and the newest numbers stand there"
    assert page.locator(".play").get_attribute("data-playing") == "true", "it plays through them"
    assert page.locator(".stage").count() == 1
    assert page.evaluate("window.most") <= 3, "one loop of ours, whatever Streamlit has"
    drawn = page.evaluate(
        """() => new Promise((done) => { const first = window.spent.length; let n = 0;
          const count = () => (++n < 30 ? requestAnimationFrame(count)
            : done((window.spent.length - first) / n)); requestAnimationFrame(count); })"""
    )
    assert drawn < 2.3, "each picture is drawn once: our frame and this counter's"
    assert late["JSEventListeners"] <= early["JSEventListeners"] + 12
    assert late["Nodes"] <= early["Nodes"] + 150
    page.locator(".play").click()
    until(page, lambda: page.evaluate("window.waiting.size") == 0)  # at rest nothing runs


# Counted over 120 frames of play: canvas calls, our frames, and how often the stage changed size.
PLAYING = """() => new Promise((done) => {
  const work = { frames: 0, drawn: 0, calls: 0, resized: -2 };  // each is told its size once
  const stage = [...document.querySelectorAll('*')]
    .map((e) => e.shadowRoot?.querySelector('.stage')).find(Boolean);
  const watch = new ResizeObserver((sizes) => { work.resized += sizes.length; });
  for (const one of [stage, stage.querySelector('.ledger')]) watch.observe(one);
  const pen = CanvasRenderingContext2D.prototype;
  const names = ['drawImage', 'putImageData', 'fillRect', 'strokeRect', 'fillText', 'stroke'];
  const real = Object.fromEntries(names.map((name) => [name, pen[name]]));
  for (const name of names) {
    pen[name] = function (...rest) { work.calls++; return real[name].apply(this, rest); };
  }
  const before = window.spent.length;
  const count = () => {
    if (++work.frames < 120) return requestAnimationFrame(count);
    work.drawn = window.spent.length - before - work.frames + 1;
    watch.disconnect();
    Object.assign(pen, real);
    done(work);
  };
  requestAnimationFrame(count); })"""


def test_a_playing_picture_of_64_by_64_by_3_does_the_work_of_a_frame_once(
    stage_url: Callable[..., str], open_page: OpenPage
) -> None:
    """Milliseconds are measured in ``benchmarks/``; here is what they come from."""
    page = open_page("about:blank", wait=False)
    page.add_init_script(COUNT_FRAMES)
    sent = messages_sent(page)
    visit(page, stage_url(size=[3, 64, 64], picture=True, input_kind="rgb", padding=[1, 1, 1, 1]))
    assert page.locator(".whole").get_attribute("aria-pressed") == "true", "a picture, not a void"
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable")

    def layouts() -> float:
        found = session.send("Performance.getMetrics")["metrics"]
        return next(float(m["value"]) for m in found if m["name"] == "LayoutCount")

    # Of what runs on between two calls: the frames around the layouts, never fewer of them.
    messages, frames = len(sent), page.evaluate("frames")
    before = layouts()
    page.locator(".play").click()
    assert page.locator(".whole").get_attribute("aria-pressed") == "false", "built up by playing"
    work = page.evaluate(PLAYING)
    assert page.locator(".play").get_attribute("data-playing") == "true"
    laid_out = layouts() - before
    frames = page.evaluate("frames") - frames
    assert work["resized"] == 0, "what is below stays where it is"
    assert work["drawn"] <= work["frames"] + 2, "each picture is drawn once"
    assert work["calls"] <= 200 * work["frames"], "the window's cells, not the 12,288 of the map"
    assert laid_out <= frames + 30, "laid out once a frame, never in between"
    assert len(sent) == messages


# Every place at which the parts of each stage stand, at all its cells and terms.
PLACES = """() => [...document.querySelectorAll('*')]
  .map((e) => e.shadowRoot?.querySelector('.stage')).filter(Boolean).map((stage) => {
    const one = (name) => stage.querySelector(name);
    const box = (part) => {
      const { left, width, top, height } = part.getBoundingClientRect();
      const from = stage.getBoundingClientRect().top;
      return [left, width, top - from, height].map((v) => Math.round(v * 8) / 8).join(' ');
    };
    const parts = [stage, ...['.transport', '.sum', '.tiles', '.ledger'].map(one)];
    const found = new Set();
    const walk = () => {
      one('.first').click();
      do found.add(parts.map(box).join(' | '));
      while (!one('.forward').disabled && (one('.forward').click(), true));
    };
    walk();
    one('.terms').click();
    if (one('.terms').getAttribute('aria-pressed') === 'true') walk();
    one('.terms').click();
    return [...found];
  })"""


def test_nothing_moves_but_what_plays(stage_url: Callable[..., str], open_page: OpenPage) -> None:
    """At every cell and every term the sum takes the same room: below it nothing jumps."""
    configs = [
        *CONFIGS[:5],
        {"size": [3, 4, 4], "picture": True, "padding": [1, 1, 1, 1], "input_kind": "rgb"},
        {"seed": 7, "size": [6, 5, 6], "kernel": [4, 4], "whole": False, "activation": "relu"},
        {"seed": 3, "size": [7, 4, 4], "whole": False, "hide_output": [[0, 1]], "reveal": "whole"},
        {"size": [16, 4, 4], "kernel": [2, 2], "whole": False, "activation": "tanh"},
        {"kind": "avg", "size": [2, 6, 6], "padding": [1, 1, 1, 1], "whole": False},
        {"kind": "max", "size": [1, 6, 6], "kernel": [2, 2], "stride": [2, 2]},
        {"seed": 5, "size": [1, 5, 5], "whole": False, "hide_output": [[1, 1]], "reveal": "whole"},
    ]
    page = open_page(stage_url(*configs), reduced_motion=True)
    for width in (1440, 390):
        page.set_viewport_size({"width": width, "height": 900})
        page.wait_for_function(f"innerWidth === {width}")
        for config, places in zip(configs, page.evaluate(PLACES), strict=True):
            assert len(places) == 1, f"{width} px, {config}"
