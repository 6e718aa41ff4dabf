"""Threads of worker processes, forks, and workers that die."""

from __future__ import annotations

import multiprocessing
import os
import pickle
import re
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import joblib
import pytest

from skdeepg.engine import forks
from skdeepg.engine.forks import NetworkLostByFork, check_not_forked
from skdeepg.engine.lost_fits import named_if_lost
from skdeepg.engine.threads import is_worker_process, limit_threads_in_worker, share_of_cores

ROOT = Path(__file__).parents[2]
VARIABLES = ("OMP_NUM_THREADS", "TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS")

pytestmark = pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")


@pytest.fixture
def environment(monkeypatch):
    """Variables that speak of threads; none is set to begin with."""
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    return monkeypatch


@pytest.fixture
def worker(environment):
    """A process that believes it is a worker of loky, for 3 cores."""
    environment.setattr(multiprocessing, "parent_process", lambda: "some process")
    environment.setenv("OMP_NUM_THREADS", "3")
    return environment


class Threading:
    """`tf.config.threading`, before or after TensorFlow's start."""

    def __init__(self, intra=0, inter=0, started=False):
        self.found = {"intra": intra, "inter": inter}
        self.started = started

    def _set(self, kind, value):
        if self.started:
            raise RuntimeError("cannot be modified after initialization.")
        self.found[kind] = value

    def get_intra_op_parallelism_threads(self):
        return self.found["intra"]

    def get_inter_op_parallelism_threads(self):
        return self.found["inter"]

    def set_intra_op_parallelism_threads(self, value):
        self._set("intra", value)

    def set_inter_op_parallelism_threads(self, value):
        self._set("inter", value)


def limited(threading: Threading) -> tuple[int, int]:
    limit_threads_in_worker(SimpleNamespace(config=SimpleNamespace(threading=threading)))
    return threading.found["intra"], threading.found["inter"]


class TestThreads:
    def test_the_users_own_process_is_left_alone(self, environment):
        environment.setenv("OMP_NUM_THREADS", "3")
        assert not is_worker_process()
        assert share_of_cores() is None
        assert limited(Threading()) == (0, 0)

    @pytest.mark.parametrize(
        ("value", "share"), [("3", 3), ("4,2", 4), ("", None), ("0", None), ("all", None)]
    )
    def test_the_share_that_loky_gives(self, worker, value, share):
        worker.setenv("OMP_NUM_THREADS", value)
        assert share_of_cores() == share

    def test_a_dask_worker_has_a_core_for_each_of_its_threads(self, worker):
        one = SimpleNamespace(state=SimpleNamespace(nthreads=5))
        module = SimpleNamespace(Worker=SimpleNamespace(_instances={"one": one}.values()))
        worker.setitem(sys.modules, "distributed.worker", module)
        assert share_of_cores() == 5

    def test_a_worker_gets_its_share(self, worker):
        assert limited(Threading()) == (3, 3)

    def test_a_tensorflow_that_runs_is_left_alone(self, worker):
        assert limited(Threading(started=True)) == (0, 0)

    def test_what_the_user_has_set_stays(self, worker):
        assert limited(Threading(intra=8)) == (8, 3)
        worker.setenv("TF_NUM_INTRAOP_THREADS", "7")
        assert limited(Threading()) == (0, 3)
        worker.setenv("TF_NUM_INTEROP_THREADS", "7")
        assert limited(Threading()) == (0, 0)


def die_in_a_fit():
    with named_if_lost("Model(depth=3,\n      width=5)"):
        os._exit(1)


def finish_a_fit():
    with named_if_lost("Model()"):
        pass


def fail_in_a_fit():
    with pytest.raises(KeyError), named_if_lost("Model()"):
        raise KeyError


class TestLostFits:
    @pytest.fixture
    def said(self, capfd):
        """Run a function in a process of its own; return its number, and what is on stderr."""

        def run(function):
            process = multiprocessing.get_context("fork").Process(target=function)
            process.start()
            process.join(30)
            return process.pid, capfd.readouterr().err

        return run

    def test_a_death_is_named_with_its_parameters(self, said, capfd):
        pid, error = said(die_in_a_fit)
        deadline = time.monotonic() + 30  # the shell may need a moment
        while not error.endswith("\n") and time.monotonic() < deadline:
            error += capfd.readouterr().err
        assert error.startswith(f"skdeepg: worker process {pid} on ")
        assert error.endswith(" died while it fitted Model(depth=3, width=5)\n")

    def test_fits_that_end_are_not(self, said):
        assert said(finish_a_fit)[1] == ""
        assert said(fail_in_a_fit)[1] == ""

    def test_nothing_is_started_in_the_users_own_process(self, monkeypatch):
        monkeypatch.setattr(subprocess, "Popen", None)
        finish_a_fit()

    def test_a_fit_goes_on_without_a_shell(self, worker):
        def no_shell(*args, **kwargs):
            raise FileNotFoundError

        worker.setattr(subprocess, "Popen", no_shell)
        finish_a_fit()


def outcome_in_fork(function) -> str:
    """Run a function in a fork of this process; give what it returned or raised, as text."""
    context = multiprocessing.get_context("fork")
    queue = context.Queue()

    def answer():
        try:
            queue.put(repr(function()))
        except RuntimeError as error:
            queue.put(str(error))

    process = context.Process(target=answer)
    process.start()
    try:
        return queue.get(timeout=60)
    finally:
        process.kill()


class TestForks:
    """The fixture `fitted` has used TensorFlow, so forks of this process cannot."""

    remedy = r"was forked from one that had used TensorFlow.*'loky'.*'spawn'.*'forkserver'"

    def test_all_that_runs_a_network_raises(self, fitted, sequences):
        X, y = sequences
        attempts = [
            lambda: pickle.loads(pickle.dumps(fitted)).fit(X, y),
            lambda: fitted.partial_fit(X, y),
            lambda: fitted.predict(X),
            lambda: fitted.predict_windows(X),
            lambda: pickle.loads(pickle.dumps(fitted)).predict(X),
            lambda: pickle.loads(pickle.dumps(fitted)).model_.layers,
        ]
        for attempt in attempts:
            assert re.search(self.remedy, outcome_in_fork(attempt))

    def test_a_network_that_is_lost_says_why(self, monkeypatch):
        lost = NetworkLostByFork()
        check_not_forked()
        with pytest.raises(AttributeError, match="layers"):
            lost.layers  # noqa: B018
        monkeypatch.setattr(forks, "_FORKED", {os.getpid()})
        for attempt in (check_not_forked, lost, lambda: lost.layers):
            with pytest.raises(RuntimeError, match=f"^Process {os.getpid()} {self.remedy}"):
                attempt()

    def test_what_needs_no_network_works(self, fitted, sequences):
        assert outcome_in_fork(lambda: fitted.classes_.tolist()) == "['ac', 'gt']"
        cut = fitted.windows_
        assert outcome_in_fork(lambda: cut.transform(sequences[0]).n_windows) == repr(
            cut.transform(sequences[0]).n_windows
        )

    def test_a_pool_of_forks_raises_and_does_not_hang(self, fitted, sequences):
        calls = [joblib.delayed(fitted.predict)(sequences[0][:2]) for _ in range(2)]
        with pytest.raises(RuntimeError, match=self.remedy):
            joblib.Parallel(2, backend="multiprocessing", timeout=60)(calls)

    @pytest.mark.slow
    def test_a_fork_before_the_first_operation_works(self):
        script = """
import multiprocessing, tensorflow
from skdeepg import LSTMCNN, SequenceClassifier
def fit(_):
    network = LSTMCNN(filters=(2,), kernel_size=2, pool_size=2)
    return SequenceClassifier(network, 8, max_epochs=1).fit(["ACGTACGT", "GGGGGGGG"], [0, 1])
with multiprocessing.get_context("fork").Pool(1) as pool:
    print(pool.map(fit, [0])[0].n_epochs_)
"""
        done = subprocess.run(
            [sys.executable, "-c", script],
            cwd=ROOT, capture_output=True, check=False, text=True, timeout=1200,
        )  # fmt: skip
        assert done.stdout == "1\n", done.stderr


def test_is_worker_process_in_a_worker():
    assert outcome_in_fork(is_worker_process) == "True"
