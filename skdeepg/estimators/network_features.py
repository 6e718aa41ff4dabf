"""`NetworkFeatures`."""

from __future__ import annotations

from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray
from sklearn import get_config
from sklearn.base import BaseEstimator, ClassNamePrefixFeaturesOutMixin, TransformerMixin, clone
from sklearn.utils import Tags, get_tags
from sklearn.utils.metadata_routing import MetadataRouter, MethodMapping, process_routing
from sklearn.utils.validation import check_is_fitted

from skdeepg._compat import HasMethods, validate_parameters

__all__ = ["NetworkFeatures"]


class NetworkFeatures(ClassNamePrefixFeaturesOutMixin, TransformerMixin, BaseEstimator):
    """Activations of a network's layer as features of rows.

    Trains a classifier or language model and gives what one of its layers makes of each row, the
    mean over the row's windows. For pipelines, `sklearn.pipeline.FeatureUnion` with k-mers,
    `sklearn.compose.ColumnTransformer` with other columns. deepG writes such activations by
    ``predict_model`` with ``layer_name``.

    Parameters
    ----------
    estimator : SequenceClassifier, SequenceLanguageModel or WaveNetLM
        What to train; or a fitted one in a `sklearn.frozen.FrozenEstimator`, which is used as it
        is.
    layer : str, default=None
        The name of a layer of the network; None for the one before the last.

    Attributes
    ----------
    estimator_ : estimator
        The fitted estimator.
    n_features_in_ : int
        Width of 2-D `X`; not set for sequences.

    Notes
    -----
    Features of the rows that a network was trained on are better than those of other rows: it has
    seen their labels. A model trained on such features trusts them too much. Train it on other
    rows, or on out-of-fold answers, as `sklearn.ensemble.StackingClassifier` does.

    Examples
    --------
    >>> from skdeepg import NetworkFeatures, WaveNetLM
    >>> features = NetworkFeatures(WaveNetLM(windows=8, max_epochs=0))
    >>> features.fit_transform(["ACGTACGTAC", "GGGACG"]).shape
    (2, 16)
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "estimator": [HasMethods(["fit", "predict"])],
        "layer": [str, None],
    }

    def __init__(self, estimator: Any, layer: str | None = None) -> None:
        self.estimator = estimator
        self.layer = layer

    def fit(self, X: Any, y: Any = None, **fit_params: Any) -> Self:
        """Train the estimator, unless it is frozen.

        Parameters
        ----------
        X : Sequences, SequenceWindows, list-like of sequences or paths, or array of codes
            The rows.
        y : array-like of shape (n_rows,), default=None
            Their labels; language models need none.
        **fit_params : dict
            Passed to the estimator's `fit`.

        Returns
        -------
        NetworkFeatures
            Itself.

        Raises
        ------
        ValueError
            If the network has no such layer, or the estimator refuses the rows.

        Examples
        --------
        >>> from skdeepg import NetworkFeatures, WaveNetLM
        >>> features = NetworkFeatures(WaveNetLM(windows=8, max_epochs=0), layer="skip_relu")
        >>> features.fit(["ACGTACGTAC"]).get_feature_names_out()[:2].tolist()
        ['networkfeatures0', 'networkfeatures1']
        """
        validate_parameters(self)
        if not hasattr(self.estimator, "_average_layer"):
            raise ValueError(
                f"estimator={type(self.estimator).__name__} has no network with layers; give a "
                "SequenceClassifier, SequenceLanguageModel or WaveNetLM, or a fitted one in "
                "FrozenEstimator."
            )
        if get_config()["enable_metadata_routing"]:
            fit_params = process_routing(self, "fit", **fit_params).estimator.fit
        self.estimator_ = clone(self.estimator).fit(X, y, **fit_params)
        _ = self._n_features_out  # names a wrong layer now
        return self

    def transform(self, X: Any) -> NDArray[np.float32]:
        """Give the activations of the layer.

        Parameters
        ----------
        X : Sequences, SequenceWindows, list-like of sequences or paths, or array of codes
            The rows.

        Returns
        -------
        ndarray of shape (n_rows, n_features) and dtype float32
            The mean over a row's windows, and over positions where the layer has any.

        Examples
        --------
        >>> from sklearn.frozen import FrozenEstimator
        >>> from skdeepg import NetworkFeatures, WaveNetLM
        >>> model = WaveNetLM(windows=8, max_epochs=0).fit(["ACGTACGTAC"])
        >>> NetworkFeatures(FrozenEstimator(model)).fit(["ACG"]).transform(["ACG", "T"]).shape
        (2, 16)
        """
        check_is_fitted(self)
        features: NDArray[np.float32] = self.estimator_._average_layer(X, self.layer)
        return features

    @property
    def n_features_in_(self) -> int:
        """Width of 2-D `X`."""
        return int(self.estimator_.n_features_in_)

    @property
    def _n_features_out(self) -> int:
        from skdeepg.engine.activations import layer_width

        return layer_width(self.estimator_.model_, self.layer)

    def get_metadata_routing(self) -> MetadataRouter:
        """Tell what metadata the estimator asks for.

        Returns
        -------
        sklearn.utils.metadata_routing.MetadataRouter
            That `fit` passes on what the `fit` of `estimator` has requested.

        Examples
        --------
        >>> from skdeepg import NetworkFeatures, WaveNetLM
        >>> NetworkFeatures(WaveNetLM()).get_metadata_routing().consumes("fit", ["sample_weight"])
        set()
        """
        mapping = MethodMapping().add(caller="fit", callee="fit")
        return MetadataRouter(owner=self).add(estimator=self.estimator, method_mapping=mapping)

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.input_tags = get_tags(self.estimator).input_tags
        tags.target_tags.required = get_tags(self.estimator).target_tags.required
        tags.transformer_tags.preserves_dtype = []  # activations are float32
        return tags
