"""Optimizers as plain values."""

from __future__ import annotations

import json

import keras
import pytest

from skdeepg.engine.optimizers import describe_optimizer, make_optimizer_described
from skdeepg.exceptions import InvalidModelFileError


@pytest.mark.parametrize(
    "optimizer",
    [
        keras.optimizers.SGD(0.25, momentum=0.5, clipnorm=1.0),
        keras.optimizers.AdamW(keras.optimizers.schedules.ExponentialDecay(0.5, 10, 0.9)),
        keras.optimizers.LossScaleOptimizer(keras.optimizers.RMSprop(0.125), initial_scale=8.0),
    ],
    ids=lambda optimizer: type(optimizer).__name__,
)
def test_round_trip(optimizer):
    again = make_optimizer_described(json.loads(json.dumps(describe_optimizer(optimizer))))
    assert type(again) is type(optimizer)
    assert keras.optimizers.serialize(again) == keras.optimizers.serialize(optimizer)


def described(class_name, **config):
    return {"module": "keras.optimizers", "class_name": class_name, "config": config}


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (described("MultiOptimizer"), "'MultiOptimizer', which is not allowed"),
        (described("SGD", speed=3), "has the argument 'speed': unknown"),
        (described("SGD", momentum={"a": 1}), "momentum of .* is .*, which is not allowed"),
        (described("SGD", learning_rate={}), "keras.optimizers.schedules has no class name"),
        (described("LossScaleOptimizer", inner_optimizer=described("SGD", x=1)), "'x': unknown"),
        ("sgd", "not described by a class"),
    ],
)
def test_other_descriptions_are_refused(value, message):
    with pytest.raises(InvalidModelFileError, match=message):
        make_optimizer_described(value)


def test_an_optimizer_of_ones_own_is_not_described():
    class Own(keras.optimizers.SGD):
        pass

    with pytest.raises(InvalidModelFileError, match="class 'Own' .*, which is no part of Keras"):
        describe_optimizer(Own())
