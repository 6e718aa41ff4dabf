"""The one place where TensorFlow and Keras are loaded."""

from __future__ import annotations

import keras
import tensorflow as tf

from skdeepg.engine.threads import limit_threads_in_worker

__all__ = ["keras", "tf"]

if keras.backend.backend() != "tensorflow":
    raise ImportError(
        f"skdeepg trains with TensorFlow, but Keras is set to {keras.backend.backend()!r}. Unset "
        "the environment variable KERAS_BACKEND (or the entry in ~/.keras/keras.json)."
    )

limit_threads_in_worker(tf)
