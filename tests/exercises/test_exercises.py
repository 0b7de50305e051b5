"""The exercises: solved by their solutions, not begun as they are handed out, told when wrong."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from cnn import exercises

ROOT = Path(__file__).parents[2]
SOLUTIONS = Path(__file__).parent / "solutions"


@pytest.mark.parametrize("name", exercises.EXERCISES)
def test_its_solution_solves_it(name: str) -> None:
    assert exercises.check(name, SOLUTIONS) == exercises.Result(name, "solved")


@pytest.mark.parametrize("name", exercises.EXERCISES)
def test_as_handed_out_it_is_not_begun(name: str) -> None:
    assert exercises.check(name, ROOT / "exercises") == exercises.Result(name, "not begun")


def test_every_file_is_checked_and_in_the_list() -> None:
    files = {path.stem for path in (ROOT / "exercises").glob("*.py")}
    assert files == set(exercises.EXERCISES)
    listed = re.findall(r"`(\w+)\.py` \|", (ROOT / "exercises" / "README.md").read_text("utf-8"))
    assert listed == list(exercises.EXERCISES)


@pytest.mark.parametrize("name", exercises.EXERCISES)
def test_every_function_that_is_asked_for_is_looked_at(name: str, tmp_path: Path) -> None:
    """One function left as it was handed out, the others solved: the exercise is not solved."""
    stub = (ROOT / "exercises" / f"{name}.py").read_text("utf-8")
    solution = (SOLUTIONS / f"{name}.py").read_text("utf-8")
    asked = [node.name for node in ast.parse(stub).body if isinstance(node, ast.FunctionDef)]
    for function in asked:
        broken = f"{solution}\n\ndef {function}(*args, **kwargs):\n    raise NotImplementedError\n"
        (tmp_path / f"{name}.py").write_text(broken, "utf-8")
        assert exercises.check(name, tmp_path).state == "not begun", function


#: exercise, what to change in its solution, what must be said
SLIPS = [
    ("convolution", " + bias[o]", "", "of x (1, 1, 3, 3) with weight (1, 1, 2, 2)[0, 0, 0, 0]"),
    ("convolution", "* weight[o]", "* weight[o, :, ::-1, ::-1]", "is "),
    ("convolution", "return y", "y", "is there a return?"),
    ("convolution", "return y", "return 'y'", "gave str, no numbers"),
    ("convolution", "- kh + 1", "- kh", "has shape (1, 1, 1, 2), need (1, 1, 2, 2)"),
    ("convolution", "kw = weight.shape", "kw = weight.shap", "line 5: AttributeError"),
    ("convolution", "for n, o, r, q in", "for n o r q in", "line 7: SyntaxError"),
    ("padding", "// stride + 1", "/ stride + 1", "output_size(n=6, kernel_size=3, stride=2, "),
    ("max_pooling", ".max()", ".max(initial=0)", "max_pool2d of x"),
    ("max_pooling_gradient", "+= dy", "= dy", "max_pool2d_gradient for x (1, 2, 5, 5)"),
    ("max_pooling_gradient", "window.argmax()", "window.size - 1 - window.ravel()[::-1].argmax()",
     "max_pool2d_gradient for x"),
    ("convolution_gradient", "+= dy[n, o, r, q] * x", "= dy[n, o, r, q] * x", "weight_gradient"),
    ("softmax_cross_entropy", "np.exp(z - z.max(axis=1, keepdims=True))", "np.exp(z)",
     "softmax of scores of a thousand"),
    ("softmax_cross_entropy", ") / len(z)", ")", "cross_entropy_gradient"),
    ("sgd", "param -= lr", "param = param - lr", "param after step 1"),
    ("sgd", "velocity[...] =", "velocity =", "velocity after step 1"),
    ("lenet", "padding=2", "padding=1", "layer 1, Conv2d, gives (6, 26, 26), need (6, 28, 28)"),
    ("lenet", "5 * 5 * 6 + 1", "5 * 5 + 1", "parameters_of_each_layer()[1] is 416, need 2416"),
]  # fmt: skip


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize(("name", "right", "slip", "said"), SLIPS)
def test_a_slip_is_told(name: str, right: str, slip: str, said: str, tmp_path: Path) -> None:
    solution = (SOLUTIONS / f"{name}.py").read_text("utf-8")
    assert right in solution
    (tmp_path / f"{name}.py").write_text(solution.replace(right, slip, 1), "utf-8")
    result = exercises.check(name, tmp_path)
    assert result.state == "wrong"
    assert said in result.why


def test_the_command_tells_what_is_solved(capsys: pytest.CaptureFixture[str]) -> None:
    assert exercises.main(["--folder", str(SOLUTIONS)]) == 0
    assert "8 of 8 solved" in capsys.readouterr().out
    assert exercises.main(["--folder", str(ROOT / "exercises"), "sgd", "lenet"]) == 2
    assert "0 of 2 solved" in capsys.readouterr().out


@pytest.mark.parametrize("given", [["nothing"], ["--folder", "nowhere"]])
def test_what_is_not_there_is_told_in_a_sentence(
    given: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        exercises.main(given)
    assert "there is no" in capsys.readouterr().err


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    assert "there is no file sgd.py" in exercises.check("sgd", tmp_path).why
