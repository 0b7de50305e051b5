"""Lesson: a kernel on a whole picture: what it looks for, and with which sign."""

import streamlit as st

from ui import figures, guess, lesson, link
from ui.components.image_lens.image_lens import image_lens
from ui.components.tile_grid.tile_grid import tile_grid
from ui.filters import (
    apply,
    challenge,
    kernels,
    questions,
    response,
    source,
    window_controls,
    words,
)

lesson.open("filters")
stage, controls = lesson.stage()

with controls, source.source() as picture:
    kernel = kernels.kernel()
    with lesson.more("Stride, padding, two kernels"):
        setting = window_controls.setting(picture.x, kernel)
    with stage:
        lens = st.container()
        view = words.view(setting)
    shown = apply.shown(apply.result(picture.x, setting), view)
    with lens:
        image_lens(
            "fi_lens",
            x=picture.x,
            kernels=setting.kernels,
            planes=shown.planes,
            kind=shown.kind,
            limit=shown.limit,
            first=setting.first,
            stride=setting.stride,
            sides=setting.sides,
            fill=setting.fill,
            channels=setting.channels,
            combine=setting.combine,
            title_in=picture.words,
            title_out=words.result_title(setting),
            pinned=window_controls.pinned(shown.planes.shape),
            epoch=link.epoch(),
            on_pin=window_controls.pin,
            fixed=window_controls.held(),
            projector=lesson.projector(),
        )
    with stage:
        lesson.text(words.about(picture.notes, shown))
        words.examples()

coloured = len(picture.x) == 3
lesson.formula(words.formula(setting, coloured), None, **words.numbers(setting))
lesson.text(f"{words.letters(setting)} {words.what_sums_mean(setting, coloured)}")
lesson.text(
    """
A kernel whose weights sum to 0 is a **detector**: its answer is large where the window looks like
the kernel, strongly negative where it looks like the opposite, and near zero where it looks like
neither. So the sign carries meaning: *dark to light* and *light to dark* are different answers. A
picture has no negative brightness, which is why photo programs clip the answer and lose what is
below zero. The *signed* view keeps both: orange is below zero and blue above.

Nobody tells a network these kernels: in networks trained on photographs many filters of the first
layer turn out much like them, blurs, edges and stripes of every direction, because the data call
for them. (A **filter** of a network has one such kernel for each channel of its input.)
"""
)

waves, about_waves = st.columns([1, 3], gap="large")
gain = response.response(kernel, setting.first)
with waves:
    tile_grid("fi_response", [response.tiles(gain)], side=220, projector=lesson.projector())
with about_waves:
    st.markdown("**What it lets through.**")
    st.markdown(response.in_words(gain, of=words.response_of(setting, coloured)))
    lesson.text(
        """
Any picture is a sum of waves. At stride 1, and away from the picture's rim, a kernel makes no new
ones: it makes each stronger or weaker, by the factor shown, and may shift it. With a larger stride
too few pixels are left for the finest waves, and they come out as coarse ones. The middle of the
map is even brightness; further out the waves grow shorter, down to two pixels at the rim. A blur
keeps the middle, an edge detector drops it, a Gabor kernel favours one direction and one
wavelength. Two kernels one after the other: the factors multiply.
"""
    )

challenge.challenge()

asked = questions.which_kernel(guess.deal("fi_g1"))
pair, options = st.columns([2, 3], gap="large")
with pair.container(horizontal=True, key="guess_pair"):
    figures.image(asked.before, caption="the picture", width=224, alt="A picture before the kernel")
    figures.image(
        asked.after, caption="what one kernel made of it", width=224, alt="The same after it"
    )
with options:
    guess.picture("fi_g1", asked)
lesson.close()
