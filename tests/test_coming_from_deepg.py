"""The page for deepG's users names all that deepG has, and nothing that we have not."""

from __future__ import annotations

import ast
import importlib
import inspect
import json
import re
from functools import cache
from pathlib import Path

import pytest

import skdeepg

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "coming_from_deepg.rst").read_text(encoding="utf-8")
NAMES = json.loads((ROOT / "tests" / "golden" / "deepg_names.json").read_text(encoding="utf-8"))
PACKAGES = ("callbacks", "datasets", "genome", "inspection", "networks", "sequences")
# of others: pandas, scikit-learn, the shell, R
FOREIGN = {
    "numpy",
    "to_csv",
    "FeatureUnion",
    "StackingClassifier",
    "ColumnTransformer",
    "Pipeline",
    "ConfusionMatrixDisplay",
    "RocCurveDisplay",
    "cv",
    "one_hot.argmax(-1)",
    "tensorboard --logdir runs",
    ".gz",
}
# of deepG, where a remark in the right column names what it replaces
OF_DEEPG = {"FALSE", "save_freq", "one_pred_per_entry"}
OF_DEEPG |= {*NAMES["functions"], "c(100, 500)"}
X = y = one = path = matrix = codes = object()  # what calls on the page are given


def tables():
    """Give title and lines of cells of each table."""
    titles = [(m.start(), m.group(1)) for m in re.finditer(r"^(.+)\n[=-]{4,}$", PAGE, re.M)]
    for table in re.finditer(r"^\.\. csv-table::\n((?:    .*\n|\n)+)", PAGE, re.M):
        title = [name for start, name in titles if start < table.start()][-1]
        lines = [line for line in table.group(1).splitlines() if " | " in line]
        yield title, [[cell.strip() for cell in line.split(" | ")] for line in lines[1:]]


def literals(cell):
    return re.findall(r"``(.+?)``", cell)


def bare(name):
    return re.split(r"[=(]", name)[0]


def cells(title, column=0):
    return [
        name
        for found, lines in tables()
        if found == title
        for line in lines
        for name in literals(line[column])
    ]


@cache
def public():
    """Give all public names, and the methods of public classes, with what they are."""
    found = {name: getattr(skdeepg, name) for name in skdeepg.__all__}
    for package in PACKAGES:
        module = importlib.import_module(f"skdeepg.{package}")
        found |= {name: getattr(module, name) for name in module.__all__}
    for name, thing in list(found.items()):
        if inspect.isclass(thing):
            for method in dir(thing):
                if not method.startswith("_"):
                    found[f"{name}.{method}"] = getattr(thing, method)
    return found


@cache
def methods():
    known = {}
    for name, thing in public().items():
        if "." in name:
            known.setdefault(name.rpartition(".")[2], []).append(thing)
    return known


def parameters_of(thing):
    try:
        return set(inspect.signature(thing).parameters)
    except (TypeError, ValueError):
        return set()


@cache
def parameters():
    return set().union(*(parameters_of(thing) for thing in public().values() if callable(thing)))


@cache
def fitted_attributes():
    text = " ".join(inspect.getdoc(thing) or "" for thing in public().values())
    return {*re.findall(r"^\s*(\w+_)\s*(?:,|:)", text, re.M), *re.findall(r"\b(\w+_)\b", text)}


def is_name(name):
    name = name.removeprefix("skdeepg.")
    first, _, rest = name.partition(".")
    return (
        name in public()
        or name in methods()
        or name in parameters()
        or first in fitted_attributes()
        or (first in public() and rest in methods())
        or re.fullmatch(r'"[^"]+"', name) is not None
    )


def candidates(function):
    """Give what a call on the page may mean: a public name, or any method of that name."""
    name = ast.unparse(function).removeprefix("skdeepg.")
    if name in public():
        return [public()[name]]
    return methods().get(name.rpartition(".")[2], [])


def wrong_calls(tree):
    """Name the calls of what is not there, or with parameters that it has not."""
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        given = {keyword.arg for keyword in call.keywords}
        fits = [
            thing
            for thing in candidates(call.func)
            if given <= (known := parameters_of(thing))
            or {"params", "options"} & known  # passed on: set_params, plot
        ]
        if not fits:
            yield ast.unparse(call)


def problems(literal):
    """Tell what of a literal on the right is not ours."""
    if literal in FOREIGN | OF_DEEPG or is_name(literal):
        return []
    if match := re.fullmatch(r"(\w+)=(.*)", literal):
        value = match.group(2)
        wrong = [] if match.group(1) in parameters() else [match.group(1)]
        return wrong + (list(wrong_calls(ast.parse(value))) if value else [])
    try:
        tree = ast.parse(literal, mode="eval")
    except SyntaxError:
        return [literal]
    if isinstance(tree.body, ast.Call):
        return list(wrong_calls(tree))
    return (
        []
        if isinstance(tree.body, ast.Subscript) and is_name(ast.unparse(tree.body.value))
        else [literal]
    )


def test_there_are_tables():
    sizes = {title: len(lines) for title, lines in tables()}
    assert len(sizes) == 7
    assert min(sizes.values()) > 4


def test_every_function_of_deepg_is_named_once_and_in_order():
    ours = [name for name in cells("Functions") if name in NAMES["functions"]]
    assert ours == sorted(NAMES["functions"])


@pytest.mark.parametrize(
    ("function", "titles"),
    [
        ("create_model_lstm_cnn", ["create_model_lstm_cnn"]),
        ("create_model_lstm_cnn_target_middle", ["create_model_lstm_cnn"]),
        ("train_model", ["train_model and get_generator"]),
        ("get_generator", ["train_model and get_generator"]),
        ("evaluate_model", ["train_model and get_generator", "evaluate_model"]),
        ("predict_model", ["predict_model"]),
    ],
)
def test_every_argument_is_named(function, titles):
    named = {bare(name) for title in titles for name in cells(f"Arguments of {title}")}
    assert set(NAMES["arguments"][function]) - named == set()


@pytest.mark.parametrize(
    "function",
    [
        "heatmaps_integrated_grad",
        "integrated_gradients",
        "load_cp",
        "load_prediction",
        "plot_cm",
        "plot_roc",
        "summarize_states",
    ],
)
def test_every_argument_of_small_functions_is_named(function):
    (lines,) = (found for title, found in tables() if title == "Arguments of other functions")
    named = {name for line in lines if line[0] == f"``{function}``" for name in literals(line[1])}
    assert named == set(NAMES["arguments"][function])


def right_cells():
    for title, lines in tables():
        column = 2 if title == "Arguments of other functions" else 1
        for line in lines:
            yield from literals(line[column])


@pytest.mark.parametrize("literal", sorted(set(right_cells())))
def test_what_is_named_of_ours_exists(literal):
    assert problems(literal) == []


@pytest.mark.parametrize(
    "literal",
    [
        "SequenceKlassifier",
        "LSTMCNN(lstm=3)",
        "Track.summation",
        "windows_length=3",
        "loss=Nois(matrix)",
    ],
)
def test_what_does_not_exist_is_found(literal):
    assert problems(literal)


def test_roles_resolve():
    targets = re.findall(r":(?:class|func):`~skdeepg\.([\w.]+)`", PAGE)
    assert len(targets) > 40
    known = public()
    assert {name for name in targets if name.rpartition(".")[2] not in known} == set()


def test_examples_named_exist():
    names = set(re.findall(r"sphx_glr_auto_examples_(\w+?)\.py", PAGE))
    assert names
    assert {name for name in names if not (ROOT / "examples" / f"{name}.py").exists()} == set()
