"""Training on files that are encoded once for ``memory=``."""

import os
import pickle

import joblib
import numpy as np
import pytest
from sklearn.model_selection import GridSearchCV

import skdeepg
from skdeepg import FastaWindowTransformer, SequenceClassifier, SequenceLanguageModel
from skdeepg.exceptions import ChangedFileError, InvalidModelFileError
from skdeepg.sequences import cache
from tests.toys import coin_sequences, linear_network

ROWS, LABELS = coin_sequences(12, seed=5, longest=40)


@pytest.fixture
def paths(tmp_path):
    files = [tmp_path / f"{number}.fasta" for number in range(len(ROWS))]
    for path, row in zip(files, ROWS, strict=True):
        path.write_text(f">r\n{row}\n")
    return files


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "cache"


def classifier(folder, network=linear_network, **parameters):
    windows = FastaWindowTransformer(6, stride=2, memory=folder)
    settings = {"max_epochs": 2, "batch_size": 8, "learning_rate": 0.1, "random_state": 0}
    return SequenceClassifier(network, windows, **settings | parameters)


def test_trains_and_answers_as_from_memory(paths, folder):
    parameters = {"strands": "both", "sampling": "balanced", "validation_fraction": 0.25}
    cached = classifier(folder, **parameters).fit(paths, LABELS)
    plain = classifier(None, **parameters).fit(ROWS, LABELS)
    assert cached.history_ == plain.history_
    np.testing.assert_array_equal(cached.predict_proba(paths), plain.predict_proba(ROWS))
    np.testing.assert_array_equal(cached.predict_proba(ROWS), plain.predict_proba(ROWS))


def test_progress_of_encoding_is_the_estimators(paths, folder, capsys):
    quiet = classifier(folder, max_epochs=0).fit(paths[:6], LABELS[:6])
    assert "Encode files" not in capsys.readouterr().err
    assert quiet.windows_.verbose == 0
    told = classifier(folder, max_epochs=0, verbose=1)
    told.fit(paths, LABELS)
    assert "Encode files" in capsys.readouterr().err
    assert told.windows.verbose == 0  # the user's object is left alone
    windows = FastaWindowTransformer(6, verbose=1)
    assert (
        SequenceClassifier(linear_network, windows, max_epochs=0).fit(ROWS, LABELS).windows_.verbose
    )


def test_language_models_train_as_from_memory(paths, folder):
    def fit(rows, memory):
        windows = FastaWindowTransformer(6, memory=memory)
        settings = {"max_epochs": 1, "score_strands": "both", "strands": "both", "random_state": 0}
        return SequenceLanguageModel(linear_network, windows, **settings).fit(rows)

    cached, plain = fit(paths, folder), fit(ROWS, None)
    np.testing.assert_array_equal(cached.score_samples(paths), plain.score_samples(ROWS))


def test_grid_search_encodes_each_file_once(paths, folder, monkeypatch):
    encoded, write_codes = [], cache.write_codes
    monkeypatch.setattr(
        cache, "write_codes", lambda path, *args: encoded.append(path) or write_codes(path, *args)
    )
    grid = {"windows__window_length": [4, 6]}
    search = GridSearchCV(classifier(folder, max_epochs=1), grid, cv=2)
    search.fit(paths, LABELS)
    assert sorted(encoded) == sorted(paths)
    assert search.best_estimator_.windows_.memory == folder


def test_a_memory_of_joblib_is_cloned_and_pickled(paths, folder):
    fitted = classifier(joblib.Memory(folder, verbose=0)).fit(paths, LABELS)
    loaded = pickle.loads(pickle.dumps(fitted))
    np.testing.assert_array_equal(loaded.predict_proba(paths), fitted.predict_proba(ROWS))
    assert len(list(folder.rglob("*.codes"))) == len(paths)


def test_a_file_that_changes_during_training_is_named(paths, folder):
    def changing_network(task):
        paths[4].write_text(">r\nACGTACGTACGT\n")
        return linear_network(task)

    with pytest.raises(ChangedFileError, match=r"4\.fasta has changed since it was read"):
        classifier(folder, changing_network).fit(paths, LABELS)


def test_a_file_that_changed_before_is_encoded_anew(paths, folder):
    classifier(folder, max_epochs=1).fit(paths, LABELS)
    paths[0].write_text(f">r\n{ROWS[2]}\n")
    changed = classifier(folder).fit(paths, LABELS)
    plain = classifier(None).fit([ROWS[2], *ROWS[1:]], LABELS)
    assert changed.history_ == plain.history_


def test_model_files_name_no_folder(paths, folder, tmp_path):
    fitted = classifier(folder).fit(paths, LABELS)
    skdeepg.save(fitted, tmp_path / "model.h5")
    loaded = skdeepg.load(tmp_path / "model.h5")
    assert loaded.windows.memory is loaded.windows_.memory is None
    assert fitted.windows.memory == folder
    np.testing.assert_array_equal(loaded.predict_proba(paths), fitted.predict_proba(paths))
    assert os.fsencode(folder) not in (tmp_path / "model.h5").read_bytes()


def test_model_files_that_name_a_folder_are_refused(folder, tmp_path, monkeypatch):
    from skdeepg.persistence import encoding

    monkeypatch.setattr(
        encoding, "parameters_of", lambda value, saved: value.get_params(deep=False)
    )
    skdeepg.save(FastaWindowTransformer(memory=str(folder)), tmp_path / "model.h5")
    with pytest.raises(InvalidModelFileError, match="memory of FastaWindowTransformer names"):
        skdeepg.load(tmp_path / "model.h5")


def test_qualities_tell_errors_from_bases(tmp_path):
    """Class 1 has A of low quality and T of high quality, class 0 the other way round."""
    random = np.random.default_rng(0)
    files, y = [], []
    for number in range(16):
        row = "".join(random.choice(list("AT"), 60))
        low = "AT"[number % 2 == 0]
        quality = "".join("#" if letter == low else "I" for letter in row)
        files.append(tmp_path / f"{number}.fastq")
        files[-1].write_text(f"@r\n{row}\n+\n{quality}\n")
        y.append(number % 2)

    def accuracy(quality, memory=None):
        windows = FastaWindowTransformer(8, quality=quality, memory=memory)
        model = SequenceClassifier(
            linear_network, windows, max_epochs=40, learning_rate=0.05, random_state=0
        )
        model.fit(files[:10], y[:10])
        skdeepg.save(model, tmp_path / "model.h5")
        return model.score(files[10:], y[10:]), skdeepg.load(tmp_path / "model.h5").score(
            files[10:], y[10:]
        )

    assert accuracy(quality=True) == (1, 1)
    assert accuracy(quality=True, memory=tmp_path / "cache") == (1, 1)
    assert accuracy(quality=False)[0] < 1
