"""Model files with a valid checksum and content that `save` would never write."""

from __future__ import annotations

import copy
import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import h5py
import numpy as np

from skdeepg.persistence.container import USER_BLOCK, _user_block
from tests.persistence.conftest import GOLDEN

SAVED = GOLDEN / "saved" / "v1"
OTHER = "other.hdf5"  # is there beside the files
Json = dict[str, Any]


def sign(path: Path) -> None:
    """Give a changed file the checksum of what it holds now."""
    with path.open("r+b") as stream:
        stream.write(_user_block(stream))


def read_content(kind: str) -> Json:
    """Read the JSON of a good file."""
    with h5py.File(SAVED / f"{kind}.h5") as file:
        return json.loads(file["content"][()].tobytes())


def forge_json(target: Path, kind: str, content: Json | bytes) -> None:
    """Write a good file with other JSON."""
    data = content if isinstance(content, bytes) else json.dumps(content).encode()
    with (
        h5py.File(SAVED / f"{kind}.h5") as good,
        h5py.File(target, "w", userblock_size=USER_BLOCK) as file,
    ):
        file["content"] = np.frombuffer(data, dtype=np.uint8)
        good.copy("arrays", file)
    sign(target)


def forge_hdf5(target: Path, kind: str, change: Callable[[h5py.File], None]) -> None:
    """Change the HDF5 of a good file."""
    shutil.copyfile(SAVED / f"{kind}.h5", target)
    target.chmod(0o644)
    with h5py.File(target, "r+") as file:
        change(file)
    sign(target)


FOREIGN: list[tuple[str, Any]] = [
    ("os", {"object": {"class": "os.system", "parameters": {"command": "touch PWNED"}}}),
    ("eval", {"object": {"class": "eval", "parameters": {"source": "1"}}}),
    ("dotted", {"object": {"class": "skdeepg.estimators.SequenceClassifier"}}),
    ("sklearn", {"object": {"class": "LogisticRegression", "parameters": {}}}),
    ("trusted", {"object": {"class": "TrustedKerasNetwork", "parameters": {}}}),
    ("type", {"type": "object"}),
    ("dtype", {"type": "float64,(1000000000,)f8"}),
    ("tag", {"pickle": "gASVHQAAAAAAAACMBXBvc2l4lIwGc3lzdGVtlJOU"}),
    ("two tags", {"list": [], "tuple": []}),
    ("no tag", {}),
    ("deep", json.loads("[" * 200 + "]" * 200)),
    ("optimizer", {"optimizer": {"class_name": "Adam", "module": "os", "config": {}}}),
    ("own optimizer", {"optimizer": {"class_name": "MultiOptimizer", "config": {}}}),
    (
        "schedule",
        {
            "optimizer": {
                "class_name": "Adam",
                "module": "keras.optimizers",
                "config": {"learning_rate": {"class_name": "system", "module": "os", "config": {}}},
            }
        },
    ),
    ("array", {"array": "99999"}),
    ("path", {"array": "../content"}),
    ("items", {"items": {"dtype": "U9999999999", "items": ["a"]}}),
    ("item types", {"items": {"dtype": "b1", "items": ["a"]}}),
    ("float", {"float": "1e5"}),
    ("huge", 10**30),
    ("negative", -1),
    ("text", "os.system('touch PWNED')"),
    ("list", [[1, 2], [3]]),
    ("null", None),
]

# Where a foreign value is an error whatever it is; by file, the way to it in the JSON.
PLACES: list[tuple[str, tuple[Any, ...]]] = [
    ("classifier", ("parameters", "max_epochs")),
    ("classifier", ("parameters", "windows")),
    ("classifier", ("fitted", "task_")),
    ("classifier", ("fitted", "windows_")),
    ("classifier", ("fitted", "classes_")),
    ("classifier", ("fitted", "history_")),
    ("classifier", ("fitted", "network_")),
    ("own_network", ("fitted", "network_", "object", "parameters", "layers")),
    ("next", ("fitted", "yardstick_")),
    ("markov", ("fitted", "counts_")),
    ("markov", ("fitted", "vocabulary_", "object", "parameters", "letters")),
    ("wavenet", ("network", "variables")),
]


def foreign_values() -> Iterator[tuple[str, Callable[[Path], None]]]:
    """Put foreign values into places where none of them is allowed."""
    for kind, way in PLACES:
        for name, value in FOREIGN:
            if name == "huge" and way[-1] == "max_epochs":
                continue  # many epochs are no crime
            content = read_content(kind)
            place = content["estimator"]
            for key in way[:-1]:
                place = place[key]
            place[way[-1]] = value
            label = f"{name} as {way[-1]} of {kind}"
            yield label, lambda target, kind=kind, c=content: forge_json(target, kind, c)


def large(kind: str, **parameters: Any) -> tuple[str, Callable[[Path], None]]:
    """Declare a network that is larger than the file."""
    content = read_content(kind)
    fitted = content["estimator"]["fitted"]
    fitted["network_"]["object"]["parameters"].update(parameters)
    return f"{parameters} of {kind}", lambda target: forge_json(target, kind, content)


def large_layer(name: str, **config: Any) -> tuple[str, Callable[[Path], None]]:
    """Declare a layer that is larger than the file."""
    content = read_content("own_network")
    network = content["estimator"]["fitted"]["network_"]["object"]["parameters"]
    layers = json.loads(network["layers"])
    found = [each for each in layers["config"]["layers"] if each["class_name"] == name]
    found[0]["config"].update(config)
    network["layers"] = json.dumps(layers)
    return f"{config} of {name}", lambda target: forge_json(target, "own_network", content)


def huge_networks() -> Iterator[tuple[str, Callable[[Path], None]]]:
    """Declare networks that no memory holds."""
    yield large("classifier", filters=10**9)
    yield large("classifier", filters={"tuple": [10**6] * 50})
    yield large("classifier", filters={"tuple": [1] * 100_000})
    yield large("classifier", kernel_size=10**12)
    yield large("classifier", lstm_units=10**9)
    yield large("classifier", lstm_units={"tuple": [10**5, 10**5]})
    yield large("classifier", dense_units=10**12)
    yield large("wavenet", filters=10**9)
    yield large("wavenet", dilations={"tuple": [1] * 100_000})
    yield large("wavenet", initial_kernel_size=10**12)
    yield large_layer("Conv1D", filters=2**30)
    yield large_layer("Conv1D", kernel_size=[2**30])
    yield large_layer("Dense", units=2**30)
    yield large_layer("InputLayer", batch_shape=[None, 2**30, 4])
    yield large_layer("InputLayer", batch_shape=[None, 8, 2**30])
    for kind in ("classifier", "wavenet"):
        for name in ("window_length", "n_symbols", "n_outputs"):
            content = read_content(kind)
            content["estimator"]["fitted"]["task_"]["object"]["parameters"][name] = 10**12
            yield f"{name} of {kind}", lambda t, kind=kind, c=content: forge_json(t, kind, c)
    content = read_content("markov")
    content["estimator"]["fitted"]["counts_"]["object"]["parameters"]["order"] = 10**9
    yield "order", lambda target: forge_json(target, "markov", content)


def texts() -> Iterator[tuple[str, Callable[[Path], None]]]:
    """Write what is no JSON, or not that of an estimator."""
    good = json.dumps(read_content("unfitted")).encode()
    for text in (
        *(b"", b"{", b"null", b"3", b"[]", b"{}", b"NaN", b"\xff\xfe", b"[" * 100_000),
        *(b'{"a":' * 100_000, good[:-1], good.replace(b"3", b"NaN"), b"1" * 10_000),
        good.replace(b'"estimator"', b'"estimators"'),
        good.replace(b'"class"', b'"clas"'),
        good.replace(b'"parameters"', b'"fitted"'),
        good.replace(b'"network"', b'"__class__"', 1),
    ):
        yield f"{text[:20]!r}...", lambda target, text=text: forge_json(target, "unfitted", text)


FIRST = "arrays/00001"  # the kernel of a convolution, of shape (3, 4, 2)
Change = Callable[[h5py.File], Any]


def put(make: Callable[[], Any]) -> Change:
    """Put something else in place of the first array."""

    def change(file: h5py.File) -> None:
        del file[FIRST]
        file[FIRST] = make()

    return change


def store(**options: Any) -> Change:
    """Store the first array in another way."""

    def change(file: h5py.File) -> None:
        values = file[FIRST][()]
        del file[FIRST]
        file.create_dataset(FIRST, data=values, **options)

    return change


def declare(name: str) -> Change:
    """Declare a data set of 4 TB and store nothing."""

    def change(file: h5py.File) -> None:
        del file[name]
        file.create_dataset(name, (1 << 40,), dtype="f4" if name == FIRST else "u1")

    return change


def virtual(file: h5py.File) -> None:
    """Take the first array from another file."""
    shape, dtype = file[FIRST].shape, file[FIRST].dtype
    layout = h5py.VirtualLayout(shape, dtype)
    layout[...] = h5py.VirtualSource(OTHER, "kernel", shape)
    del file[FIRST]
    file.create_virtual_dataset(FIRST, layout)


def external(file: h5py.File) -> None:
    """Take the bytes of the first array from another file."""
    shape, dtype = file[FIRST].shape, file[FIRST].dtype
    del file[FIRST]
    where = [("/etc/passwd", 0, h5py.h5f.UNLIMITED)]
    file.create_dataset(FIRST, shape, dtype, external=where)


def group_as_array(file: h5py.File) -> None:
    """Put a group in place of the first array."""
    del file[FIRST]
    file.create_group(FIRST)


def reference(file: h5py.File) -> None:
    """Put a reference in place of the first array."""
    del file[FIRST]
    file.create_dataset(FIRST, data=file["arrays"].ref, dtype=h5py.ref_dtype)


HDF5_CHANGES: dict[str, Change] = {
    "external link": put(lambda: h5py.ExternalLink(OTHER, "kernel")),
    "soft link": put(lambda: h5py.SoftLink("/arrays/00002")),
    "dangling link": put(lambda: h5py.SoftLink("/nothing")),
    "virtual": virtual,
    "external storage": external,
    "huge": declare(FIRST),
    "huge content": declare("content"),
    "circle": lambda file: file.__setitem__("arrays/again", file["arrays"]),
    "one array by two names": lambda file: file.__setitem__("arrays/99999", file[FIRST]),
    "deep groups": lambda file: file.create_group("arrays" + "/deeper" * 200),
    "compressed": store(compression="gzip"),
    "shuffled": store(chunks=True, shuffle=True),
    "chunked": store(chunks=True),
    "growing": store(maxshape=(None, None, None)),
    "no arrays": lambda file: file.__delitem__("arrays"),
    "no content": lambda file: file.__delitem__("content"),
    "one array less": lambda file: file.__delitem__("arrays/00003"),
    "text": put(lambda: "touch PWNED"),
    "texts": put(lambda: ["a", "b"]),
    "complex": put(lambda: np.zeros((3, 4, 2), complex)),
    "double": put(lambda: np.zeros((3, 4, 2))),
    "half": put(lambda: np.zeros((3, 4, 2), np.float16)),
    "whole numbers": put(lambda: np.zeros((3, 4, 2), np.int32)),
    "big-endian": put(lambda: np.zeros((3, 4, 2), ">f4")),
    "record": put(lambda: np.zeros(3, [("a", "f4")])),
    "other shape": put(lambda: np.zeros((4, 3, 2), np.float32)),
    "empty": put(lambda: h5py.Empty("f4")),
    "reference": reference,
    "named type": lambda file: file.__setitem__("arrays/type", np.dtype("f8")),
    "more at the root": lambda file: file.create_group("more"),
    "a group as an array": group_as_array,
}


def must_be_refused() -> Iterator[tuple[str, Callable[[Path], None]]]:
    """Give all files that are an error for sure."""
    yield from texts()
    yield from huge_networks()
    for name, change in HDF5_CHANGES.items():
        yield name, lambda target, change=change: forge_hdf5(target, "classifier", change)
    yield from foreign_values()


def mutate(content: Json, random: np.random.Generator) -> Json:
    """Change something anywhere in the JSON; the result may make sense."""
    content = copy.deepcopy(content)
    places = list(_places(content["estimator"]))
    holder, key = places[random.integers(len(places))]
    action = random.integers(4)
    if action == 0:
        del holder[key]
    elif action == 1:
        other, name = places[random.integers(len(places))]
        holder[key] = copy.deepcopy(other[name])
    elif action == 2 and isinstance(holder[key], str | int | float):
        holder[key] = _disturb(holder[key], random)
    else:
        holder[key] = FOREIGN[random.integers(len(FOREIGN))][1]
    return content


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    items = value.items() if isinstance(value, dict) else enumerate(value)
    for key, each in list(items):
        yield value, key
        if isinstance(each, dict | list):
            yield from _places(each)


def _disturb(value: Any, random: np.random.Generator) -> Any:
    if isinstance(value, str):
        place = random.integers(len(value) + 1)
        return value[:place] + chr(random.integers(1, 128)) + value[place + 1 :]
    return value * int(random.integers(-3, 1_000)) + int(random.integers(-2, 3))
