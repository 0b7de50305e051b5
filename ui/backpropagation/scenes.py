"""The seven scenes as the student sees them; the numbers come from the files beside this one."""

from __future__ import annotations

import streamlit as st

from cnn.arrays import Array
from ui import codecs, figures, guess, kept, lesson, link
from ui.backpropagation import (
    convolutions,
    dying,
    example,
    graph,
    large,
    moving,
    questions,
    real,
    switches,
    trust,
)
from ui.components.curve_point.curve_point import curve_point
from ui.components.graph_stage.graph_stage import graph_stage
from ui.components.live_chart.live_chart import live_chart
from ui.components.panels.panels import panels
from ui.components.tile_grid.tile_grid import tile_grid
from ui.components.window_stage.window_stage import window_stage

GRAPH = "bp_graph"
PLACE = codecs.real(-1e6, 1e6)


def present(target: float | None = None) -> example.Example:
    """The running example as the student has left it on the graph, for the scenes after it."""
    strength = link.get("bp_x", example.STRENGTH, codecs.real(0.1, 1.0))
    if target is None:
        target = link.get("bp_y", example.TARGET, codecs.real(0.0, 1.0))
    return _example(strength, target)


def _example(strength: float, target: float) -> example.Example:
    def held(name: str, given: Array) -> Array:
        return kept.array(f"bp_{name}", GRAPH, name, given, "own")

    return example.Example(
        held("p", example.PICTURE),
        held("f", example.FILTER),
        held("w", example.WEIGHTS),
        held("b", example.BIAS),
        target,
        strength,
    )


# --- 1 ------------------------------------------------------------------------------------------


def one() -> None:
    """The graph, forward and back, every number alive."""
    with st.container(key="bp_controls", horizontal=True, vertical_alignment="bottom"):
        strength = link.slider("Strength of the picture", "bp_x", 0.1, 1.0, example.STRENGTH, 0.1)
        target = link.slider("Target y", "bp_y", 0.0, 1.0, example.TARGET, 0.05)
        asking = link.toggle("Hide a factor", "bp_ask", help="One gradient, until it is guessed.")
    shown = _example(strength, target)
    numbers = example.both_passes(shown)
    asked = questions.factor(guess.deal("bp_g0"), numbers)
    hidden = questions.HIDDEN[asked.name] if asking and guess.given("bp_g0") is None else ()
    graph_stage(
        GRAPH,
        graph.nodes(numbers, shown.picture, hidden),
        title="The network as a graph: forward to E, then backward to every number",
        steps=graph.steps(numbers, hidden),
        start=graph.FORWARD,
        reasons=graph.reasons(numbers, hidden),
        code=graph.CODE,
        projector=lesson.projector(),
    )
    if asking:
        _hidden_factor(asked)
    if trouble := questions.saturated(numbers):
        lesson.problem(trouble)
    for formula in graph.formulas(numbers, hidden):
        lesson.formula(formula)
    lesson.text(
        """
**Forward**, each node makes its numbers from those before it. **Backward**, each node is told how
much E would rise with its output, multiplies by its own **local derivative**, and hands the product
on: that is the chain rule, and all there is to backpropagation. Point at any number to see the
numbers that it is made of. Change the picture, f, W, b: everything follows.

f was used at four places, so four products come back to each of its weights, and they are added.
"""
    )
    for each in questions.challenges(numbers):
        st.markdown(f"**Build it.** {each.words}{' **There it is.**' if each.done else ''}")
    bias = questions.bias_gradient(guess.deal("bp_g1"))
    guess.number("bp_g1", bias.words, bias.answer, bias.explain, tolerance=0.001)
    guess.pick(
        "bp_g2",
        "The tutorial takes the picture at full strength (1 7 2 / 11 1 23 / 2 2 2). Then ∂E/∂f is "
        "below a ten-thousandth, and nothing learns. Why?",
        questions.WHY,
        "saturated",
        questions.why_so_small(example.both_passes(example.Example(strength=1.0))),
    )


def _hidden_factor(asked: questions.Factor) -> None:
    """Its sign first, then its number."""
    guess.pick(
        "bp_g3",
        f"The sign first: is {asked.title} …?",
        questions.SIGNS,
        asked.sign,
        f"{asked.title} is {questions.HOW[asked.name]}: look at the signs of the two.",
    )
    guess.number(
        "bp_g0",
        f"Now its number, to two digits: what is {asked.title}?",
        asked.value,
        asked.explain,
        tolerance=asked.tolerance,
    )


# --- 2 ------------------------------------------------------------------------------------------


def two() -> None:
    """The backward pass of a convolution: two convolutions."""
    stage, controls = lesson.stage()
    with controls:
        of = link.choice("Which gradient", "bp_of", convolutions.OF, "f", kind="segmented")
        size = link.slider("Input size n", "bp_n", 3, 7, 5)
        kernel = link.slider("Kernel size f", "bp_f2", 2, 3, 2)
        stride = link.slider("Stride s", "bp_s", 1, 2, 1)
        channels = link.slider("Channels", "bp_c", 1, convolutions.MOST, 1)
        filters = link.slider("Filters", "bp_k", 1, convolutions.MOST, 1)
        with lesson.more():
            seed = link.number("Seed", "bp_seed", 0, 9999, 1)
            channel = link.slider("Of which channel", "bp_ci", 0, channels - 1, 0)
            one = link.slider("Of which filter", "bp_ki", 0, filters - 1, 0, disabled=of == "x")
    layer = convolutions.layer(size, kernel, stride, channels, filters, seed)
    with stage:
        st.markdown(convolutions.words(layer, of))
        if of == "f":
            window_stage(
                "bp_df",
                x=layer.reached[channel],
                weight=layer.dz[one],
                dilation=stride,
                title_in=f"X, channel {channel}",
                title_kernel=f"∂E/∂Z of filter {one}",
                title_out="∂E/∂f",
                output_kind="gradient",
                projector=lesson.projector(),
            )
        else:
            window_stage(
                "bp_dx",
                x=layer.spread,
                weight=layer.turned(channel),
                padding=layer.around,
                input_kind="activation",
                channel_names=[f"filter {k}" for k in range(filters)],
                title_in="∂E/∂Z, spread",
                title_kernel="f, turned",
                title_out=f"∂E/∂X, channel {channel}",
                output_kind="gradient",
                projector=lesson.projector(),
            )
    lesson.formula(
        r"\frac{\partial E}{\partial f_{k,c,u,v}} = \sum_{i,j} "
        r"\frac{\partial E}{\partial Z_{k,i,j}}\, X_{c,\,si+u,\,sj+v} \qquad "
        r"\frac{\partial E}{\partial X_{c,m,n}} = \sum_k \sum_{i,j}"
        r" \frac{\partial E}{\partial Z_{k,i,j}}\, f_{k,c,\,m-si,\,n-sj}, \quad s = <s>",
        s=stride,
    )
    lesson.text(convolutions.shared_weight(layer))
    asked = questions.places(guess.deal("bp_g6"))
    guess.number("bp_g6", asked.words, asked.answer, asked.explain)


# --- 3 ------------------------------------------------------------------------------------------


def three() -> None:
    """Switches: ReLU, maximum, mean."""
    stage, controls = lesson.stage()
    with controls:
        kind = link.choice("Layer", "bp_kind", switches.KINDS, "relu", kind="radio")
        seed = link.number("Seed", "bp_seed", 0, 9999, 1)
    given = switches.numbers(seed)
    x = kept.array("bp_sx", "bp_switch", "input", given, str(seed))
    with stage:
        if kind == "relu":
            panels(
                "bp_mask",
                switches.mask_panels(x),
                alt="The input, the mask of zeros and ones, the gradient that arrives, and their "
                "product.",
                least=190,
                height=200,
                projector=lesson.projector(),
            )
        else:
            window_stage(
                "bp_switch",
                x=x,
                kind=kind,
                kernel_size=2,
                input_kind="activation",
                editable_input=True,
                gradient=switches.arriving(kind),
                projector=lesson.projector(),
            )
    lesson.text(switches.WORDS[kind])
    if kind == "max":
        ties = switches.ties(x)
        lesson.text(f"Here {ties} of the four windows {'has' if ties == 1 else 'have'} a tie.")
    asked = questions.routed(guess.deal("bp_g7"))
    guess.number("bp_g7", asked.words, asked.answer, asked.explain)


# --- 4 ------------------------------------------------------------------------------------------


def four() -> None:
    """Trust it: central differences."""
    stage, controls = lesson.stage()
    with controls:
        where = link.choice("Where", "bp_where", trust.WHERE, "example", kind="radio")
        name = link.choice(
            "Which number", "bp_d", example.MOVABLE, "f", kind="select", disabled=where != "example"
        )
        most = trust.cells_of(name) - 1
        cell = link.slider("Which of them", "bp_dc", 0, most, 0, disabled=where != "example")
        typed = link.text("Step ε", "bp_eps", "1e-6", max_chars=20)
    check = {
        "example": lambda: trust.of_example(present(), name, cell),
        "kink": trust.at_a_kink,
        "tie": trust.at_a_tie,
    }[where]()
    eps = trust.step_of(typed)
    if isinstance(eps, str):
        with controls:
            lesson.problem(eps)
        eps = float(st.session_state.get("bp_last_eps", trust.EPS))
    st.session_state["bp_last_eps"] = eps
    with stage:
        st.markdown(trust.verdict(check, eps))
        live_chart(
            "bp_v",
            [trust.chart(check)],
            x_label="log₁₀ ε",
            x_end=0,
            here=trust.mark(eps),
            summary=trust.best(check),
            height=320,
            projector=lesson.projector(),
        )
        st.markdown(trust.best(check))
    lesson.formula(
        r"\frac{\partial E}{\partial w} \approx \frac{E(w + \varepsilon) - E(w - \varepsilon)}"
        r"{2\,\varepsilon}"
    )
    lesson.text(
        """
Two forward passes and a subtraction: nobody needs to believe a backward pass. From the right the
error falls with ε²: what the straight line between two points leaves out. Then it rises again: the
two values of E agree in more and more digits, and what is left of the difference is rounding.
float32 has seven digits, float64 sixteen, so their valleys lie at different ε.

At a **kink** there is no slope to find. The difference takes the mean of both sides;
backpropagation takes one of them, by convention. Both are honest; they answer different questions.
"""
    )
    asked = questions.how_much_better(guess.deal("bp_g8"))
    guess.number("bp_g8", asked.words, asked.answer, asked.explain)


# --- 5 ------------------------------------------------------------------------------------------


def five() -> None:
    """One step: of one weight, of two, of all."""
    stage, controls = lesson.stage()
    with controls:
        weight = link.choice("Weight", "bp_w1", moving.LABELS, "b", kind="select")
        rate = link.slider("Learning rate η", "bp_eta", 0.5, 100.0, 5.0, 0.5)
        target = link.slider(
            "Target y",
            "bp_t",
            0.0,
            1.0,
            moving.TARGET,
            0.05,
            help="At 1, the tutorial's, no step of b or of W is too long: the target lies beyond "
            "the sigmoid's end.",
        )
    shown = present(target)
    place = f"bp_at_{weight}"
    start = moving.value_of(shown, weight)
    valley = moving.valley(shown, weight)
    here = valley.inside(link.get(place, start, PLACE))
    after = valley.inside(moving.after_step(shown, weight, here, rate))
    with controls, st.container(horizontal=True):
        st.button("One step", on_click=link.put, args=(place, after, PLACE), key="bp_step")
        st.button("Back to start", on_click=link.put, args=(place, start, PLACE), type="tertiary",
                  key="bp_home")  # fmt: skip
    with stage:
        curve_point(
            f"bp_ball_{weight}",
            valley.x,
            valley.curves(),
            at=here,
            on_move=lambda x: link.put(place, x, PLACE),
            slope=valley.slope,
            title=f"E over {moving.LABELS[weight]}; drag the ball",
            height=320,
            projector=lesson.projector(),
        )
        st.markdown(moving.step_words(shown, weight, here, rate))
    lesson.formula(r"w \leftarrow w - \eta\, \frac{\partial E}{\partial w}, \qquad \eta = <eta>",
                   eta=rate)  # fmt: skip
    lesson.text(
        """
The sign of the slope decides the direction: where E rises to the right (slope positive) the step
goes left, where it falls to the right the step goes right. The size of the slope and η decide how
far. The slope only knows what is near: a long step can land higher on the other side.
"""
    )
    st.markdown("**Two weights**, each against its own gradient: thirty steps seen from above.")
    pair = link.choice("Which two", "bp_pair", moving.PAIRS, "wb", kind="pills")
    weights = moving.PAIR_OF[pair]
    path = moving.descend(shown, rate, weights)
    figures.show(
        moving.contour(shown, path, weights),
        "bp_contour",
        alt=moving.path_words(path),
        height=360,
    )
    everything = moving.descend(shown, rate, tuple(moving.WEIGHTS))
    st.markdown(moving.falling_words(everything))
    live_chart(
        "bp_fall",
        [moving.falling(everything)],
        x_label="step",
        summary=moving.falling_words(everything),
        projector=lesson.projector(),
    )


# --- 6 ------------------------------------------------------------------------------------------


def six() -> None:
    """Where it dies."""
    stage, controls = lesson.stage()
    with controls:
        start = link.choice("First weights", "bp_start", large.STARTS, "uniform", kind="radio")
        seed = link.number("Seed", "bp_seed", 0, 9999, 1)
    with stage:
        st.markdown(dying.words(start, seed))
        tile_grid(
            "bp_dead",
            dying.filter_tiles(start, seed),
            side=130,
            projector=lesson.projector(),
        )
    lesson.text(
        """
The tutorial's network on 200 pictures: three filters of 5×5, 1,728 weights, one output. Its first
weights are drawn from U(0, 1): all positive. The sum Z₂ of 1,728 positive products is so large that
the last sigmoid says exactly 1, its slope O (1 − O) is exactly 0, and so is every gradient.
"""
    )
    st.markdown("**How slopes and weights multiply.** One sigmoid after another, with one weight.")
    left, right = st.columns(2)
    with left:
        depth = link.slider("Sigmoids, one on another", "bp_depth", 1, dying.DEEPEST, 8)
    with right:
        weight = link.slider("Weight of each", "bp_cw", 0.1, 8.0, 1.0, 0.1)
    live_chart(
        "bp_chain",
        [dying.chart(depth, weight)],
        x_label="layers back",
        summary=dying.chain_words(depth, weight),
        height=260,
        projector=lesson.projector(),
    )
    st.markdown(dying.chain_words(depth, weight))
    guess.pick(
        "bp_g4",
        "The tutorial writes: subtract the mean, divide by the standard deviation. Done to what "
        "does it bring this network to life?",
        dying.CURES,
        "weights",
        dying.cure(seed),
    )


# --- 7 ------------------------------------------------------------------------------------------


def seven() -> None:
    """The real one: 200 pictures, thirty steps."""
    stage, controls = lesson.stage()
    with controls:
        start = link.choice("First weights", "bp_begin", large.STARTS, "xavier", kind="select")
        rate = link.slider("Learning rate η", "bp_rate", 0.01, 1.0, 0.05, 0.01)
        summed = link.toggle("E is the sum over the pictures", "bp_sum")
        steps = link.slider("Steps", "bp_steps", 1, moving.STEPS, moving.STEPS)
        seed = link.number("Seed", "bp_seed", 0, 9999, 1)
    run = large.run(start, rate, summed, steps, seed)
    with stage:
        live_chart(
            "bp_run",
            [real.chart(run, summed)],
            x_label="step",
            x_end=moving.STEPS,
            summary=real.words(run, rate, summed),
            height=260,
            projector=lesson.projector(),
        )
        st.markdown(real.words(run, rate, summed))
        tile_grid("bp_filters", real.tiles(run), side=96, projector=lesson.projector())
    lesson.formula(real.chain())
    lesson.text(
        """
Every number of a batch goes through at once; a window is a row, and 576 windows a picture make one
matrix product. On the way back the same shapes are met in the opposite order.

Find a learning rate at which the first step makes E **rise**, and one at which it falls. The
gradient is the same; only the step is longer.
"""
    )
    guess.pick(
        "bp_g5",
        "What is the shape of ∂E/∂f here?",
        real.SHAPES,
        "f",
        real.SHAPE_REASON,
    )


#: Name in the link → (title, what shows it).
SCENES = {
    "graph": ("1 The graph", one),
    "conv": ("2 Backward is a convolution", two),
    "switch": ("3 Switches", three),
    "trust": ("4 Trust it", four),
    "step": ("5 One step", five),
    "dead": ("6 Where it dies", six),
    "real": ("7 The real one", seven),
}
