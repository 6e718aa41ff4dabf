"""KmerVectorizer among scikit-learn's own: checks, pipelines, tables, search, types, errors."""

from __future__ import annotations

import copy
import pickle

import numpy as np
import pandas as pd
import pytest
import sklearn
from scipy import sparse
from sklearn.base import clone
from sklearn.compose import ColumnTransformer
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.naive_bayes import MultinomialNB
from sklearn.pipeline import make_pipeline, make_union
from sklearn.preprocessing import StandardScaler
from sklearn.utils import get_tags
from sklearn.utils.estimator_checks import check_estimator

from skdeepg import FastaWindowTransformer, KmerVectorizer
from skdeepg.exceptions import InvalidSequenceFileError
from skdeepg.sequences import read_sequences
from skdeepg.utils import check_sequence_estimator, yield_sequence_checks
from tests.toys import coin_sequences

# Before scikit-learn 1.8 it subtracts a mean from whole numbers in place, which NumPy refuses.
BROKEN_CHECKS = {"check_positive_only_tag_during_fit"}
if tuple(map(int, sklearn.__version__.split(".")[:2])) >= (1, 8):
    BROKEN_CHECKS = set()
EXPECTED_SKIPS = {"check_array_api_input"}  # NumPy only
ALPHABET = "ACDEFGHIKLMNPQRSTVWY"  # has room for the codes that the checks draw

# Classes rich in A and C, and in G and T: canonical k-mers cannot tell them apart.
X, Y = coin_sequences(60, seed=1)
ONE_STRAND = KmerVectorizer(k=3, canonical=False)
NAMES = ["AA", "AC", "AG", "AT", "CA", "CC", "CG", "GA", "GC", "TA"]


class TestChecksOfScikitLearn:
    @pytest.mark.filterwarnings("ignore::skdeepg.exceptions.LostDataWarning")
    @pytest.mark.filterwarnings("ignore:Can't check dok sparse matrix")
    @pytest.mark.parametrize(
        ("parameters", "n_checks", "own_check"),
        [
            ({"vocabulary": None}, 47, "check_transformers_unfitted"),
            ({"vocabulary": None, "sparse_output": False}, 47, "check_transformers_unfitted"),
            ({"vocabulary": None, "k": 2}, 47, "check_transformers_unfitted"),
            ({"vocabulary": None, "norm": "frequency"}, 47, "check_transformers_unfitted"),
            ({"vocabulary": ALPHABET}, 46, "check_transformers_unfitted_stateless"),
        ],
    )
    def test_all(self, parameters, n_checks, own_check):
        vectorizer = KmerVectorizer(**{"k": 1, "canonical": False, **parameters})
        results = check_estimator(vectorizer, on_fail=None, on_skip=None)
        names = {"passed": set(), "failed": set(), "skipped": set()}
        for result in results:
            names[result["status"]].add(result["check_name"])
        assert len(results) >= n_checks - 2  # older versions have fewer
        assert names["failed"] <= BROKEN_CHECKS
        assert names["skipped"] <= EXPECTED_SKIPS
        assert names["passed"] >= {
            own_check,
            "check_transformer_general",
            "check_pipeline_consistency",
        }

    def test_tags(self):
        assert not get_tags(KmerVectorizer()).requires_fit
        assert get_tags(KmerVectorizer(vocabulary=None)).requires_fit
        assert get_tags(KmerVectorizer()).input_tags.string


class TestChecksOfSequenceEstimators:
    @pytest.mark.filterwarnings("ignore::skdeepg.exceptions.LostDataWarning")
    @pytest.mark.parametrize("check", list(yield_sequence_checks(KmerVectorizer(k=3))))
    def test_each(self, check):
        check()

    @pytest.mark.filterwarnings("ignore::skdeepg.exceptions.LostDataWarning")
    @pytest.mark.parametrize(
        "parameters",
        [{}, {"pattern": "1101011", "norm": "l2"}, {"k": 2, "sparse_output": False}],
    )
    def test_all(self, parameters):
        assert len(check_sequence_estimator(KmerVectorizer(**parameters))) == 20


class TestWithoutFit:
    def test_transforms(self):
        fitted = KmerVectorizer().fit(X)
        assert (KmerVectorizer().transform(X) != fitted.transform(X)).nnz == 0

    def test_fit_does_not_read(self, tmp_path):
        KmerVectorizer().fit([tmp_path / "no such file.fasta"])

    def test_what_fit_learns(self):
        vectorizer = KmerVectorizer().fit(X)
        assert vectorizer.vocabulary_.letters == "ACGT"
        assert not hasattr(vectorizer, "n_features_in_")
        assert vectorizer.fit([[0, 1, 2, 3, 3]]).n_features_in_ == 5
        with pytest.raises(ValueError, match="X has 2 features, but KmerVectorizer is expecting 5"):
            vectorizer.transform([[0, 1]])
        assert not hasattr(vectorizer.fit(X), "n_features_in_")


class TestCopies:
    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("k", 2),
            ("canonical", False),
            ("norm", "frequency"),
            ("pattern", "101"),
            ("vocabulary", "TGCA"),
            ("sparse_output", False),
            ("dtype", np.int64),
            ("input", "filename"),
        ],
    )
    def test_a_clone_keeps_and_uses_each_parameter(self, name, value, write):
        cloned = clone(KmerVectorizer(**{name: value}))
        assert cloned.get_params()[name] == value
        rows = [str(write(f">a\n{X[0]}\n"))] if name == "input" else X[:1]
        found = cloned.fit_transform(rows)
        usual = KmerVectorizer().transform(X[:1])
        if name == "input":
            assert (found != usual).nnz == 0
        else:
            answers = [
                (type(matrix), matrix.dtype, matrix.shape, matrix.sum(axis=0).tolist())
                for matrix in (found, usual)
            ]
            assert answers[0] != answers[1]

    @pytest.mark.parametrize("copied", [lambda v: pickle.loads(pickle.dumps(v)), copy.deepcopy])
    @pytest.mark.parametrize("fit", [True, False])
    def test_pickles(self, copied, fit):
        vectorizer = KmerVectorizer(pattern="10101", norm="l2")
        if fit:
            vectorizer.fit(X)
        assert (copied(vectorizer).transform(X) != vectorizer.transform(X)).nnz == 0

    def test_pickles_are_small(self):
        vectorizer = KmerVectorizer(k=10).fit(X)
        vectorizer.transform(X)
        assert len(pickle.dumps(vectorizer)) < 2_000


class TestTables:
    """Data frames from `set_output`."""

    def test_pandas(self):
        vectorizer = KmerVectorizer(k=2, sparse_output=False).set_output(transform="pandas")
        rows = pd.DataFrame({"sequence": ["ACGT", "AAA"]}, index=[7, 3])
        table = vectorizer.fit_transform(rows)
        assert table.columns.tolist() == NAMES
        assert table.index.tolist() == [7, 3]
        assert table.loc[7, ["AC", "CG"]].tolist() == [2, 1]
        assert table.loc[3].sum() == table.loc[3, "AA"] == 2

    @pytest.mark.parametrize("name", ["pandas", "polars"])
    def test_sparse_output_has_no_table(self, name):
        message = (
            f"{name.capitalize()} output does not support sparse data. Set sparse_output=False to "
            rf"output {name} data frames, or disable .* set_output\(transform='default'\)"
        )
        with pytest.raises(ValueError, match=message):
            KmerVectorizer().set_output(transform=name).fit_transform(X)
        with (
            pytest.raises(ValueError, match=message),
            sklearn.config_context(transform_output=name),
        ):
            KmerVectorizer().fit(X).transform(X)
        with pytest.raises(ValueError, match=message):
            clone(KmerVectorizer().set_output(transform=name)).transform(X)

    def test_back_to_default(self):
        vectorizer = KmerVectorizer().set_output(transform="pandas").set_output(transform="default")
        with sklearn.config_context(transform_output="pandas"):
            assert sparse.issparse(vectorizer.transform(X))


class TestCompositions:
    def test_pipeline(self):
        pipeline = make_pipeline(ONE_STRAND, LogisticRegression())
        assert cross_val_score(pipeline, X, Y, cv=3).min() > 0.8
        windows = make_pipeline(FastaWindowTransformer(20, stride=5), pipeline)
        np.testing.assert_array_equal(
            windows.fit(X, Y).predict_proba(X), pipeline.fit(X, Y).predict_proba(X)
        )

    def test_rows_of_every_kind_give_the_same_search(self, write):
        files = [write(f">a\n{row}\n", f"{i}.fasta") for i, row in enumerate(X)]
        scores = []
        for rows in (X, np.array(X), pd.Series(X), read_sequences(X), files):
            search = GridSearchCV(
                make_pipeline(ONE_STRAND, MultinomialNB()),
                {"kmervectorizer__k": [1, 2, 4]},
                cv=3,
            ).fit(rows, Y)
            assert search.best_score_ > 0.8
            scores.append(search.cv_results_["mean_test_score"].tolist())
        assert scores == scores[:1] * 5

    def test_feature_union(self):
        union = make_union(KmerVectorizer(k=1), KmerVectorizer(pattern="101"), KmerVectorizer(k=3))
        matrix = union.fit_transform(X)
        assert sparse.issparse(matrix)
        assert matrix.shape == (60, 2 + 10 + 32)
        names = union.get_feature_names_out()
        assert names[1:3].tolist() == ["kmervectorizer-1__C", "kmervectorizer-2__A.A"]
        assert len(names) == 44

    @pytest.mark.parametrize("column", ["sequence", ["sequence"]])
    def test_column_transformer(self, column):
        table = pd.DataFrame({"length": [len(row) for row in X], "sequence": X})
        columns = ColumnTransformer(
            [
                ("kmers", KmerVectorizer(k=2, sparse_output=False), column),
                ("table", StandardScaler(), ["length"]),
            ]
        ).set_output(transform="pandas")
        found = columns.fit_transform(table)
        assert found.columns.tolist() == [f"kmers__{name}" for name in NAMES] + ["table__length"]
        expected = KmerVectorizer(k=2).transform(X).toarray()
        np.testing.assert_array_equal(found.iloc[:, :10], expected)
        columns.set_params(kmers__canonical=False)
        classifier = make_pipeline(columns, LogisticRegression()).fit(table, Y)
        assert classifier.score(table, Y) > 0.9


class TestResult:
    X = ("ACCT", "GGGGG", "NNNN")

    @pytest.fixture(autouse=True)
    def ignore_the_last_row(self, recwarn):
        """Its warning is tested below."""

    def test_sparse(self):
        matrix = KmerVectorizer().transform(self.X)
        assert type(matrix) is sparse.csr_matrix
        assert matrix.dtype == np.float64
        assert matrix.indices.dtype == matrix.indptr.dtype == np.int32
        assert matrix.indptr.tolist() == [0, 1, 2, 2]

    @pytest.mark.skipif("sparse_interface" not in sklearn.get_config(), reason="scikit-learn < 1.9")
    def test_sparse_interface_of_scikit_learn(self):
        with sklearn.config_context(sparse_interface="sparray"):
            assert type(KmerVectorizer().transform(self.X)) is sparse.csr_array

    @pytest.mark.parametrize("dtype", [np.float64, np.float32, np.int64, np.int32, "int64"])
    def test_dtype(self, dtype):
        dense = KmerVectorizer(k=1, dtype=dtype, sparse_output=False).transform(self.X)
        assert type(dense) is np.ndarray
        assert dense.dtype == dtype
        assert dense.tolist() == [[2, 2], [0, 5], [0, 0]]

    @pytest.mark.parametrize("dtype", [np.float64, np.float32])
    def test_norms(self, dtype):
        vectorizer = KmerVectorizer(k=1, norm="frequency", sparse_output=False, dtype=dtype)
        assert vectorizer.transform(self.X).tolist() == [[0.5, 0.5], [0, 1], [0, 0]]
        found = vectorizer.set_params(norm="l2").transform(self.X)
        assert found.dtype == dtype
        np.testing.assert_allclose(found, [[0.5**0.5, 0.5**0.5], [0, 1], [0, 0]], rtol=1e-6)

    def test_counts_beyond_int32(self):
        many = sparse.csr_matrix(np.array([[2**31, 1]]))
        assert KmerVectorizer(dtype=np.int64)._scale(many.copy()).sum() == 2**31 + 1
        with pytest.raises(ValueError, match="2,147,483,648 times, more than dtype=int32 holds"):
            KmerVectorizer(dtype=np.int32)._scale(many)

    def test_no_rows(self):
        assert KmerVectorizer().transform(read_sequences(["A"])[[]]).shape == (0, 136)


class TestErrors:
    @pytest.mark.parametrize(
        ("parameters", "message"),
        [
            ({"k": 0}, "'k' parameter .* must be an int in the range"),
            ({"k": 2.0}, "'k' parameter"),
            ({"canonical": "yes"}, "'canonical' parameter"),
            ({"norm": "l1"}, "'norm' parameter .* must be a str among .*'frequency'.* or None"),
            ({"pattern": 101}, "'pattern' parameter"),
            ({"sparse_output": 2}, "'sparse_output' parameter"),
            ({"input": "file"}, "'input' parameter"),
            ({"vocabulary": "AA"}, "vocabulary has a letter twice"),
            (
                {"dtype": np.uint8},
                "dtype must be one of float64, float32, int64, int32, not .*uint8",
            ),
            ({"dtype": None}, "dtype must be one of"),
            ({"norm": "l2", "dtype": int}, "norm='l2' gives fractions: choose dtype=float64"),
            ({"pattern": "1102"}, "pattern='1102' must be 1s .* and 0s"),
            ({"pattern": "0110"}, "with a 1 at both ends"),
            ({"pattern": ""}, "with a 1 at both ends"),
            (
                {"pattern": "1101"},
                "reads backwards as '1011'.* symmetric pattern, or canonical=False",
            ),
            (
                {"k": 13},
                r"13 letters .* more than 16,777,216 different words \(12 letters of DNA\)",
            ),
            ({"pattern": "1" * 9_999}, "9999 letters .* more than 16,777,216"),
            ({"k": 25}, r"'k' parameter .* in the range \[1, 24\]"),
            ({"vocabulary": ALPHABET, "canonical": False, "k": 6}, "more than 16,777,216"),
            ({"vocabulary": "LP"}, "canonical=True needs letters and their complements, .* 'LP'"),
            ({"vocabulary": "ACG"}, "canonical=True needs"),
        ],
    )
    def test_parameters_that_make_no_sense(self, parameters, message):
        vectorizer = KmerVectorizer(**parameters)
        for ask in (vectorizer.fit, vectorizer.transform):
            with pytest.raises(ValueError, match=message):
                ask(["ACGT"])

    def test_codes_without_vocabulary(self):
        vectorizer = KmerVectorizer(k=1, vocabulary=None, canonical=False, sparse_output=False)
        with pytest.raises(ValueError, match="vocabulary=None is for 2-D arrays of codes"):
            vectorizer.fit(["ACGT"])
        with pytest.raises(NotFittedError):
            vectorizer.transform([[0, 1]])
        assert vectorizer.fit_transform([[0, 2], [2, 2]]).tolist() == [[1, 0, 1], [0, 0, 2]]
        assert vectorizer.transform([[7, 0]]).tolist() == [[1, 0, 0]]
        with pytest.raises(ValueError, match="vocabulary=None is for 2-D arrays of codes"):
            vectorizer.transform(["ACGT"])
        with pytest.raises(ValueError, match="canonical=True needs letters and their complements"):
            KmerVectorizer(vocabulary=None).fit([[0, 1]])

    def test_sequences_of_another_vocabulary(self):
        X = read_sequences(["ACGTN"], "ACGTN")
        windows = FastaWindowTransformer(2, vocabulary="ACGTN").fit_transform(X)
        for rows in (X, windows):
            for ask in (KmerVectorizer().fit, KmerVectorizer().transform):
                with pytest.raises(
                    ValueError, match="read with the vocabulary 'ACGTN', but 'ACGT'"
                ):
                    ask(rows)

    def test_codes_outside_the_vocabulary(self):
        for ask in (KmerVectorizer().fit, KmerVectorizer().transform):
            with pytest.raises(ValueError, match="X has the code 6 in row 0, column 1"):
                ask([[0, 6]])

    def test_rows_that_are_none(self):
        with pytest.raises(TypeError, match="not one str: wrap it in a list"):
            KmerVectorizer().fit("ACGT")
        with pytest.raises(ValueError, match="Row 1 of X is an empty sequence"):
            KmerVectorizer().transform(["ACGT", ""])
        with pytest.raises(InvalidSequenceFileError, match="Row 1 .* looks like a path"):
            KmerVectorizer().transform(["ACGT", "genomes/one.fasta"])
        with pytest.raises(TypeError, match="Row 1 of X is None"):
            KmerVectorizer().transform(["ACGT", None])
