"""A matrix is read from every form in which people have one, and what is none is named."""

from __future__ import annotations

import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ui.matrix import writing
from ui.matrix.reading import FILTERS, INPUT, KERNEL, LONGEST_TEXT, Trouble, read

TWO = [[1, 2], [3, 4]]
THOUSANDS = [[0.5, -1.5], [2.0, 1000.3]]
HALVES = [[0.5, -1.5], [2.0, 1000.25]]

FORMS = {
    "lines and blanks": ("1 2\n3 4", TWO),
    "lines that end as on Windows": ("1 2\r\n3 4\r\n", TWO),
    "blanks at will": ("\n   1    2 \n\n  3  4  \n", None),
    "semicolons": ("1 2; 3 4", TWO),
    "commas": ("1,2\n3,4", TWO),
    "commas and semicolons": ("1,2;3,4", TWO),
    "commas with blanks": ("1, 2,\n3, 4", TWO),
    "a spreadsheet": ("1\t2\n3\t4", TWO),
    "a spreadsheet with decimal commas": ("0,5\t-1,5\n2\t1000,25", HALVES),
    "decimal commas and blanks": ("0,5 -1,5\n2 1000,25", HALVES),
    "commas and blanks mixed": ("1, 2 3, 4", [[1, 2, 3, 4]]),
    "rows parted in different ways": ("1,2\n3 4", TWO),
    "ampersands": (r"1 & 2 \\ 3 & 4", TWO),
    "lists": ("[[1, 2], [3, 4]]", TWO),
    "tuples": ("((1, 2), (3, 4))", TWO),
    "rows in brackets": ("[1 2]\n[3 4]", TWO),
    "print of an array": ("[[1 2]\n [3 4]]", TWO),
    "repr of an array": ("array([[1., 2.],\n       [3., 4.]], dtype=float32)", TWO),
    "NumPy": ("x = np.array([[1, 2], [3, 4]], dtype=np.float32)", TWO),
    "a tensor": ("tensor([[1., 2.],\n        [3., 4.]], grad_fn=<AddBackward0>)", TWO),
    "a batch of one": ("torch.tensor([[[[1, 2], [3, 4]]]])", TWO),
    "a layer's parameter": (
        "Parameter containing:\ntensor([[[[1., 2.],\n          [3., 4.]]]], requires_grad=True)",
        TWO,
    ),
    "a tensor of TensorFlow": (
        "<tf.Tensor: shape=(2, 2), dtype=int32, numpy=\n"
        "array([[1, 2],\n       [3, 4]], dtype=int32)>",
        TWO,
    ),
    "a notebook's output": ("Out[3]: \narray([[1, 2],\n       [3, 4]])", TWO),
    "a prompt": (">>> x\narray([[1, 2],\n       [3, 4]])", TWO),
    "a list of NumPy's numbers": ("[[np.float64(1.0), np.int64(2)], [3, 4]]", TWO),
    "MATLAB's display": ("A =\n\n     1     2\n     3     4\n", TWO),
    "MATLAB's common factor": (
        "A =\n\n   1.0e+03 *\n\n    0.0005   -0.0015\n    0.0020    1.0003\n",
        THOUSANDS,
    ),
    "an equation": (
        r"\begin{equation*} \mathbf{K}_{1} = \begin{bmatrix} 1 & 2 \\ 3 & 4 \end{bmatrix}"
        r" \end{equation*}",
        TWO,
    ),
    "an aligned equation": (
        r"\begin{align} K &= \begin{pmatrix} 1 & 2 \\ 3 & 4 \end{pmatrix}, \end{align}",
        TWO,
    ),
    "dollars": (r"$1$ & $2$ \\ $3$ & $4$", TWO),
    "an array on several lines": ("array([1, 2, 3,\n       4])", [[1, 2, 3, 4]]),
    "MATLAB": ("A = [1 2; 3 4];", TWO),
    "MATLAB with commas": ("[1, 2; 3, 4]", TWO),
    "MATLAB with lines": ("[1 2\n 3 4]", TWO),
    "MATLAB that goes on": ("[1 ...\n 2; 3 4]", TWO),
    "Mathematica": ("{{1, 2}, {3, 4}}", TWO),
    "bmatrix": ("\\begin{bmatrix}\n1 & 2 \\\\\n3 & 4\n\\end{bmatrix}", TWO),
    "pmatrix on one line": (r"$A = \begin{pmatrix} 1 & 2 \\ 3 & 4 \\ \end{pmatrix}$", None),
    "LaTeX's array": (r"\left[\begin{array}{cc} 1 & 2 \\[2pt] \hline 3 & 4\end{array}\right]", TWO),
    "LaTeX's fractions": (
        r"\begin{bmatrix}\frac{1}{2} & -\tfrac32 \\ {2} & 1000{,}25\end{bmatrix}",
        HALVES,
    ),
    "LaTeX's powers": (
        r"\begin{bmatrix}1.5 \cdot 10^{-3} & 2 \times 10^3\end{bmatrix}",
        [[0.0015, 2000]],
    ),
    "a factor before it": (r"\frac{1}{4}\begin{bmatrix} 4 & 8 \\ 12 & 16 \end{bmatrix}", TWO),
    "a factor and a sign": ("1/4 * [4 8; 12 16]", TWO),
    "a divisor behind it": ("np.array([[4, 8], [12, 16]]) / 4", TWO),
    "Markdown": ("|   |   |\n|---|--:|\n| 1 | 2 |\n| 3 | 4 |", TWO),
    "fractions": ("1/2 -3/2\n4 / 2 4001/4", HALVES),
    "true minus signs": ("−1 –2\n−3 −4", [[-1, -2], [-3, -4]]),
    "exponents": ("1e0 20E-1\n+3 .4e1", TWO),
    "blanks that do not break": ("1\u00a02\n3\u20094", TWO),
    "one number": ("7", [[7]]),
}  # fmt: skip


@pytest.mark.parametrize("form", [name for name, (_, found) in FORMS.items() if found])
def test_every_form_is_read(form: str) -> None:
    text, found = FORMS[form]
    np.testing.assert_allclose(read(text).values, np.array([found], float), rtol=1e-12)


def test_a_formula_around_the_matrix_is_no_part_of_it() -> None:
    text = r"$$\begin{pmatrix} 1 & 2 \\ 3 & 4 \\ \end{pmatrix}$$"
    assert read(text).values.tolist() == [TWO]


CHANNELS = [[[1, 2], [3, 4]], [[5, 6], [7, 8]]]


@pytest.mark.parametrize(
    "text",
    [
        "1 2\n3 4\n\n5 6\n7 8",
        "1\t2\n3\t4\n \t\n5\t6\n7\t8\n",
        "[[[1, 2], [3, 4]], [[5, 6], [7, 8]]]",
        "array([[[1, 2],\n        [3, 4]],\n\n       [[5, 6],\n        [7, 8]]])",
        "tensor([[[[1., 2.],\n          [3., 4.]],\n\n         [[5., 6.],\n          [7., 8.]]]])",
        "[1 2; 3 4]\n[5 6; 7 8]",
        r"\begin{bmatrix}1&2\\3&4\end{bmatrix}, \begin{bmatrix}5&6\\7&8\end{bmatrix}",
        "A(:,:,1) =\n\n     1     2\n     3     4\n\n\nA(:,:,2) =\n\n     5     6\n     7     8\n",
    ],
)
def test_channels_are_told_apart(text: str) -> None:
    found = read(text)
    assert found.values.tolist() == CHANNELS
    assert found.words == "2 × 2, 2 channels"


def test_filters_are_one_after_the_other_where_there_may_be_several() -> None:
    text = "[[[[1, 2]], [[3, 4]]], [[[5, 6]], [[7, 8]]], [[[9, 0]], [[1, 1]]]]"
    assert read(text, FILTERS).values.shape == (6, 1, 2)
    assert read("\n\n".join(["1 2\n3 4"] * 6), FILTERS).values.shape == (6, 2, 2)
    with pytest.raises(Trouble, match="do not lie within one another evenly"):
        read(text, KERNEL)
    with pytest.raises(Trouble, match="do not lie within one another evenly"):
        read("[[[[1, 2]], [[3, 4]]], [[5, 6], [7, 8]]]", FILTERS)
    with pytest.raises(Trouble, match="25 channels; at most 24 fit"):
        read("\n\n".join(["1 2\n3 4"] * 25), FILTERS)


def test_empty_lines_between_all_rows_make_no_channels() -> None:
    assert read("1 2\n\n3 4\n\n5 6\n\n7 8").values.shape == (1, 4, 2)


def test_it_says_how_it_was_read() -> None:
    assert read("1 2 3\n4 5 6").words == "2 × 3"
    assert read("1,5 2\n3 4").words == "2 × 2; commas are decimal points"
    assert read("1/9 [1 1; 1 1]").words == "2 × 2; all of it times 0.111111"


def test_a_comma_is_no_decimal_point_where_it_can_part_cells() -> None:
    assert read("1,5").values.tolist() == [[[1, 5]]]
    assert read("[1,2, 3,4]").values.tolist() == [[[1, 2, 3, 4]]]
    assert read("1,5;2,5").values.tolist() == [[[1, 5], [2, 5]]]


numbers = st.one_of(
    st.integers(-999, 999).map(float),
    st.floats(-1e6, 1e6, allow_nan=False).filter(lambda v: v == 0 or abs(v) > 1e-30),
)


@st.composite
def matrices(draw: st.DrawFn) -> np.ndarray:
    shape = (draw(st.integers(1, 3)), draw(st.integers(1, 4)), draw(st.integers(1, 4)))
    cells = draw(st.lists(numbers, min_size=int(np.prod(shape)), max_size=int(np.prod(shape))))
    return np.array(cells).reshape(shape) + 0.0


@pytest.mark.parametrize("form", writing.FORMS)
@settings(max_examples=25)
@given(values=matrices())
def test_what_is_written_in_a_form_is_read_back_equal(form: str, values: np.ndarray) -> None:
    np.testing.assert_array_equal(read(writing.FORMS[form](values)).values, values)


@settings(max_examples=25)
@given(values=matrices().filter(lambda v: v.shape[2] > 1))
def test_decimal_commas_are_read_back_equal(values: np.ndarray) -> None:
    values = values / 2 + 0.25  # nearly all have a comma, so that none can part cells
    for blank in ("\t", "   ", " & "):
        text = writing.tabs(values).replace(".", ",").replace("\t", blank)
        np.testing.assert_array_equal(read(text).values, values)


@given(st.text(max_size=300))
def test_any_text_is_a_matrix_or_one_sentence(text: str) -> None:
    try:
        found = read(text)
    except Trouble as trouble:
        assert str(trouble).endswith(".") and "\n" not in str(trouble)
    else:
        assert np.isfinite(found.values).all()
        assert found.values.ndim == 3 and all(
            0 < n <= most for n, most in zip(found.values.shape, INPUT, strict=True)
        )


@given(st.text("0123456789 .,;&\t\n[](){}\\-+/eE|−×", max_size=200))
def test_any_mixture_of_marks_is_a_matrix_or_one_sentence(text: str) -> None:
    test_any_text_is_a_matrix_or_one_sentence.hypothesis.inner_test(text)  # type: ignore[attr-defined]


WRONG = {
    "1 2\n3 x": "Line 2, column 3: “x” is not a number.",
    "1 2 3\n4 5": "Line 2, column 1: this row has 2 cells, the first has 3.",
    "1,,3": "Line 1, column 3: a cell is empty.",
    "1\t2\n3\t\t4": "Line 2, column 3: a cell is empty.",
    r"1 & & 3": "Line 1, column 5: a cell is empty.",
    "1 2\n1/0 4": "Line 2, column 1: “1/0” divides by zero.",
    "[1 2] / 0": "Line 1, column 9: this divides by zero.",
    "1 nan": "Line 1, column 3: “nan” is not a number.",
    "1 -inf": "Line 1, column 3: “-inf” is not a number.",
    "1 1e7": "Line 1, column 3: “1e7” is too large: numbers go from −1,000,000 to 1,000,000.",
    "1 1e999": "Line 1, column 3: “1e999” is too large: numbers go from −1,000,000 to 1,000,000.",
    "1 ٣": "Line 1, column 3: “٣” is not a number.",
    "1 ２": "Line 1, column 3: “２” is not a number.",
    "1 1_000": "Line 1, column 3: “1_000” is not a number.",
    "1 0x1F": "Line 1, column 3: “0x1F” is not a number.",
    "1 2j": "Line 1, column 3: “2j” is not a number.",
    "[[1, 2], [3, 4]": "Line 1, column 1: “[” is never closed.",
    "[1, 2]]": "Line 1, column 7: “]” closes nothing.",
    "[1, 2)": "Line 1, column 6: “)” closes nothing.",
    "[[1, 2], 3]": "Line 1, column 10: “3” stands outside the brackets.",
    "[[1, 2], [[3], [4]]]": "Line 1, column 2: the brackets do not lie within one another evenly.",
    "[]": "Line 1, column 1: these brackets hold no number.",
    "[[0, 1, ..., 8]]": "Line 1, column 9: “...” is not a number.",
    "1 2\n3 4\n\n5 6": "Line 4, column 1: this channel has 1 row, the first has 2.",
    "1\n2\n\n3\n4\n\n5\n6\n\n7\n8": "Line 10, column 1: there are 4 channels; at most 3 fit here.",
    r"\foo 1": r"Line 1, column 1: “\foo” is not a number.",
    "   ": "There is no number yet.",
    ",;&": "Line 1, column 1: a cell is empty.",
    "5%": "Line 1, column 1: “5%” is not a number.",
}  # fmt: skip


@pytest.mark.parametrize("text", WRONG)
def test_what_cannot_be_read_is_named_by_line_and_column(text: str) -> None:
    with pytest.raises(Trouble) as trouble:
        read(text)
    assert str(trouble.value) == WRONG[text]


def test_what_is_too_large_is_named() -> None:
    row = " ".join("1" * 17)
    with pytest.raises(Trouble, match="there are 17 columns; at most 16 fit here"):
        read(row)
    with pytest.raises(Trouble, match=r"Line 17, column 1: there are 17 rows; at most 16 fit"):
        read("\n".join("1" * 17))
    with pytest.raises(Trouble, match="there are 8 columns; at most 7 fit here"):
        read(" ".join("1" * 8), KERNEL)
    assert read("\n".join([" ".join("1" * 16)] * 16)).values.shape == (1, 16, 16)


def test_cells_may_be_empty_where_that_is_asked_for() -> None:
    found = read("1\t\t3\n\t5\t", gaps=True).values
    np.testing.assert_array_equal(found, [[[1, np.nan, 3], [np.nan, 5, np.nan]]])
    np.testing.assert_array_equal(read("1,,3;4,5,6", gaps=True).values[0, 0], [1, np.nan, 3])
    with pytest.raises(Trouble, match="Line 1, column 3: a cell is empty"):
        read("1\t\t3")


HOSTILE = {
    "megabytes": "1 " * 2_000_000,
    "deep brackets": "[" * 15_000,
    "deep pairs": "[" * 9_000 + "1" + "]" * 9_000,
    "one long number": "9" * 19_000,
    "strokes": "-" * 19_000 + "x",
    "a table's rule": "|" + "--|" * 6_000 + "x",
    "blanks": "1" + " " * 19_000 + "x",
    "lines": "\n" * 19_000 + "x",
    "fractions": "1/" * 9_000,
    "environments": r"\begin{bmatrix}" * 1_200,
    "braces": r"\frac" + "{" * 15_000,
    "points": "." * 19_000,
    "semicolons": ";" * 19_000 + "x",
    "commas and blanks": ", " * 9_000 + "x",
    "equal signs": "a=" * 9_000,
    "names": "a_" * 9_000,
    "commands": "\\" + "b" * 19_000,
    "prompts": ">>> " * 4_500,
}  # fmt: skip


@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_text_is_refused_at_once(kind: str) -> None:
    began = time.thread_time()
    with pytest.raises(Trouble) as trouble:
        read(HOSTILE[kind])
    assert len(str(trouble.value)) < 200
    assert time.thread_time() - began < 1, "nothing is worked out that is too long"


def test_the_longest_matrix_that_fits_is_read() -> None:
    values = np.random.default_rng(0).normal(size=INPUT)
    text = writing.numpy(values)
    assert len(text) < LONGEST_TEXT
    np.testing.assert_array_equal(read(text).values, values)
