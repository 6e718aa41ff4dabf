"""`scan` of language models: the log-likelihoods of `predict_windows`, along records."""

from __future__ import annotations

import numpy as np
import pytest

from skdeepg import (
    LSTMCNN,
    SequenceLanguageModel,
    WaveNet,
    WaveNetLM,
)
from skdeepg.engine import causal
from skdeepg.sequences import read_sequences
from tests.estimators.scans import (
    RECORDS,
    assert_same,
    letters,
    of_record,
    write_genome,
)


@pytest.fixture
def genome(tmp_path):
    return write_genome(tmp_path)


@pytest.mark.parametrize("target", ["next", "middle", "middle_cnn"])
def test_language_model(target, genome):
    model = SequenceLanguageModel(
        LSTMCNN(filters=(2,), pool_size=2), target=target, windows=10, max_epochs=0, random_state=0
    ).fit([letters(60, seed) for seed in range(3)])
    track = model.scan(genome, stride=1)
    assert track.columns == ("log_likelihood",)
    assert track.window_length == 11
    table = model.predict_windows([RECORDS["long"]])
    position = np.flatnonzero(of_record(track) == 0)
    scored = dict(zip(table["position"], table.to_dict("records"), strict=True))
    place = {"next": 10}.get(target, 5)
    for i in position[5:300:37]:
        row = scored.get(track.start[i] + place)
        if row is None or row["base"] == "N":
            continue
        assert track.values[0, i, 0] == pytest.approx(np.log(row[row["base"]]), abs=1e-5)
    assert np.isnan(track.values[0, :, 0]).sum() > 0  # ambiguous targets


def test_wavenet(genome):
    network = WaveNet(filters=2, dilations=(1, 2), initial_filters=2)
    model = WaveNetLM(network, windows=20, max_epochs=0, random_state=0).fit(
        [letters(60, seed) for seed in range(3)]
    )
    track = model.scan(genome, stride=10)
    for strand in (0, 1):
        rows = read_sequences([genome])
        rows = rows if strand == 0 else rows.reverse_complement()
        table = model.predict_windows(rows)
        table = table[(table["base"] != "N") & (table["record"] == "long")]
        chosen = [row[row["base"]] for row in table.to_dict("records")]
        place = table["position"].to_numpy()
        for i in (0, 5, 88):
            start, end = track.start[i], track.end[i]
            a, b = (start, end) if strand == 0 else (900 - end, 900 - start)
            inside = (place >= a) & (place < b)
            expected = np.log(np.array(chosen)[inside]).mean()
            assert track.values[strand, i, 0] == pytest.approx(expected, abs=1e-4)


def test_a_layer_of_a_language_model_reads_the_bases_around_the_target():
    model = SequenceLanguageModel(
        LSTMCNN(filters=(3,), pool_size=2), windows=10, max_epochs=0, random_state=0
    ).fit([letters(60, seed).replace("N", "A") for seed in range(3)])
    row = letters(30, 5).replace("N", "A")
    track = model.scan([row], stride=1, layer="output", strands="forward")
    assert track.columns == ("unit_0", "unit_1", "unit_2", "unit_3")
    codes = np.array([["ACGT".index(base) for base in row[i : i + 10]] for i in range(20)])
    np.testing.assert_allclose(track.values[0, :20], model.predict_proba(codes), atol=1e-6)


@pytest.mark.parametrize("layer", [None, "hidden"])
def test_wavenet_adds_up_over_pieces(layer, genome, monkeypatch):
    network = WaveNet(filters=2, dilations=(1, 2), initial_filters=2)
    model = WaveNetLM(network, windows=20, max_epochs=0, random_state=0).fit(
        [letters(60, seed) for seed in range(3)]
    )
    expected = model.scan(genome, stride=7, layer=layer)
    monkeypatch.setattr(causal, "PIECE_LENGTH", 50)
    monkeypatch.setattr(causal, "BASES_PER_CALL", 600)
    assert_same(model.scan(genome, stride=7, layer=layer), expected, atol=1e-6)
