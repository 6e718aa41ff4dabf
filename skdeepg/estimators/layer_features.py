"""Activations of a layer as features of rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from sklearn.base import ClassNamePrefixFeaturesOutMixin, TransformerMixin
from sklearn.utils.validation import check_is_fitted

from skdeepg._compat import output_container

if TYPE_CHECKING:
    from sklearn.utils import Tags

__all__ = ["LayerFeaturesMixin"]


class LayerFeaturesMixin(ClassNamePrefixFeaturesOutMixin, TransformerMixin):
    """Adds `transform` to a language model that is a network."""

    def transform(self, X: Any, layer: str | None = None) -> NDArray[np.float32]:
        """Give the activations of a layer, averaged over a row's windows.

        deepG writes them by ``predict_model`` with ``layer_name``.

        Parameters
        ----------
        X : Sequences, SequenceWindows, list-like of sequences or paths, or array of codes
            The rows.
        layer : str, default=None
            The name of a layer of `model_`; None for the one before the last.

        Returns
        -------
        ndarray of shape (n_rows, n_features) and dtype float32
            Of a layer that has activations at every position, their mean over positions.

        Raises
        ------
        ValueError
            If there is no such layer; or if data frames are asked for, whose columns are named
            after the default layer.

        Examples
        --------
        >>> from skdeepg import WaveNetLM
        >>> model = WaveNetLM(windows=8, max_epochs=0).fit(["ACGTACGTAC"])
        >>> model.transform(["ACGTAC", "GGG"]).shape
        (2, 16)
        """
        check_is_fitted(self)
        if layer is not None and output_container(self) != "default":
            raise ValueError(
                f"layer={layer!r} has no column names for {output_container(self)} output; use "
                f"NetworkFeatures(FrozenEstimator(model), layer={layer!r}), which has."
            )
        return self._average_layer(X, layer)

    def _average_layer(self, X: Any, layer: str | None) -> NDArray[np.float32]:
        raise NotImplementedError

    def __sklearn_tags__(self) -> Tags:
        tags: Tags = super().__sklearn_tags__()
        tags.transformer_tags.preserves_dtype = []  # activations are float32
        return tags

    @property
    def _n_features_out(self) -> int:
        from skdeepg.engine.activations import layer_width

        return layer_width(self.model_, None)
