"""Lesson: a dense layer: flatten, a weight from every input to every output, logits, shares."""

from ui import edited, guess, lesson, link
from ui.components.graph_stage.graph_stage import graph_stage
from ui.dense import drawn, example, questions, words

lesson.open("dense")
stage, controls = lesson.stage()

with controls:
    end = link.choice("At the end", "de_end", example.ENDS, "softmax", kind="segmented")
    count = link.slider("Maps", "de_maps", 1, example.MOST_MAPS, 1)
    shuffled = link.toggle(
        "Shuffle the cells",
        "de_shuffle",
        help="The cells of the maps in another order, and the rows of W in the same: do the "
        "logits change? (W can be edited when they are in order.)",
    )
    seed = link.number("Seed", "de_seed", 0, 9999, 1)

features = count * example.SIZE**2
first_w, first_b = example.weights(features, example.outputs_of(end), seed)
maps = edited.array(
    "de_m", "de_stage", "m", example.maps(count, seed), f"{count}a{seed}", "The maps"
)
owner = f"{end}{count}a{seed}"
w = edited.array("de_w", "de_stage", "w", first_w, owner, "The weights W")
b = edited.array("de_b", "de_stage", "b", first_b, owner, "The biases b")
layer = example.dense(maps, example.order(features, seed, shuffled), w, b, end)
free = [grid for grid in "mwb" if not link.held(f"de_{grid}")]

with stage:
    graph_stage(
        "de_stage",
        drawn.nodes(layer, free),
        title="A dense layer with every number: maps, x, logits z, probabilities p",
        reasons=drawn.reasons(layer),
        hint="Point at a number to see what it is made of, and what it goes into.",
        font=34 if count == 1 else 28,
        first=1,
        projector=lesson.projector(),
    )

lesson.formula(words.formula(layer))
lesson.text(words.learned_words(layer))
lesson.text(
    """
**Flatten** lays the cells of all maps in one column, row by row, map by map; each keeps its colour
here. A **dense** (or fully connected) layer gives every output a weight for *every* input: one
column of W. The products are added, and the bias. Point at a weight to see what it joins; at an
input or an output for its row or column of W.

The numbers z that come out, before anything bends them, are called **logits**: any size, any sign,
the larger the more the layer speaks for that class. **Softmax** makes shares of them that add up
to 1: e to the power of each, divided by the sum. Only differences count: add 5 to every logit and
no share changes. For **two classes** one logit is enough: the **sigmoid** of z is the probability
of the second class, and the first gets the rest; it is the softmax of the two logits 0 and z. Take
softmax where exactly one of several classes is right, and a sigmoid for each class where several
may be, or none.
"""
)

asked = questions.how_many(guess.deal("de_g1"))
guess.number("de_g1", asked.words, asked.answer, asked.explain, known=asked.known)
guess.pick(
    "de_g2",
    "What does a dense layer lose when the maps are flattened?",
    questions.LOSES,
    "place",
    questions.LOST,
)
lesson.close()
