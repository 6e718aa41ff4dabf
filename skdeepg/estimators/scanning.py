"""`scan`: a track of answers along genomes."""

from __future__ import annotations

import sys
from os import PathLike
from pathlib import Path
from typing import Any, Literal

from sklearn.utils.validation import check_is_fitted
from tqdm import tqdm

from skdeepg.argument_checks import check_file_name
from skdeepg.estimators.scan_plan import ScanPlan, plan_scan
from skdeepg.estimators.scan_runs import run_scan, scan_identity
from skdeepg.genome.scan_assembly import make_track, write_scan
from skdeepg.genome.scan_log import DiskLog, ScanLog
from skdeepg.genome.states_files import read_states
from skdeepg.genome.track import Track
from skdeepg.sequences import FastaWindowTransformer
from skdeepg.sequences.record_groups import RecordSource, list_sources
from skdeepg.sequences.scanned import Scanner

__all__ = ["ScanMixin"]


class ScanMixin:
    """Adds `scan` to an estimator.

    Subclasses supply `_make_scanner` and `_scanned_columns`.
    """

    windows_: FastaWindowTransformer
    verbose: int

    def scan(
        self,
        X: Any,
        *,
        stride: int = 100,
        strands: Literal["both", "forward", "reverse"] = "both",
        output: str | PathLike[str] | None = None,
        overwrite: bool = False,
        refine: int | dict[str, Any] | None = None,
        layer: str | None = None,
        precision: Literal["float32", "bfloat16"] | None = None,
        n_jobs: int | None = None,
        verbose: int | None = None,
    ) -> Track:
        """Answer for windows all along genomes.

        deepG: ``predict_model`` with ``step``.

        Parameters
        ----------
        X : Sequences, SequenceWindows, pathlib.Path, or list-like of sequences or paths
            The genomes. Files are read a record at a time.
        stride : int, default=100
            Bases between window starts. A last window ends at the record's end, unless the
            estimator's windows have ``tail="drop"``. A record shorter than a window makes one,
            padded. Networks with pooling are several times faster at multiples of the product of
            their pool sizes; `verbose` says which.
        strands : {"both", "forward", "reverse"}, default="both"
            Whether to answer for each window, its reverse complement, or both.
        output : str or path-like, default=None
            A states file (HDF5) to write; memory is then bounded whatever the genomes' size. A scan
            that was interrupted goes on when it is called alike: until it is complete, it is in a
            folder beside the file. None: in memory.
        overwrite : bool, default=False
            Whether `output` may replace a file, and an unfinished scan.
        refine : int or dict, default=None
            Look again, at this stride, around windows that seem to be of a class other than the
            record's most frequent one. With a dict: ``stride`` (10), ``threshold`` (0.2) above
            which a window is looked at, ``classes`` (those of interest), ``margin`` in bases around
            such a window (a window length and a stride).
        layer : str, default=None
            A layer of `model_` whose activations are the answer, the mean over its positions.
        precision : {"float32", "bfloat16"}, default=None
            What to compute in; None for what the network was built in.
        n_jobs : int, default=None
            Files to scan at the same time, by joblib.
        verbose : int, default=None
            With 1 a progress bar and notes about speed; None for the estimator's `verbose`.

        Returns
        -------
        Track
            A column a class, or the log-likelihood of language models in nats per base; read from
            the file as needed where `output` is given.

        Raises
        ------
        sklearn.exceptions.NotFittedError
            Before `fit`.
        FileExistsError
            If `output` exists, or holds the first part of another scan.
        ChangedFileError
            If a file changes while it is scanned.
        ValueError
            If a parameter is invalid, or a file has two records of one name.

        Examples
        --------
        >>> from skdeepg import LSTMCNN, SequenceClassifier
        >>> clf = SequenceClassifier(LSTMCNN(filters=(2,)), windows=24, max_epochs=1)
        >>> track = clf.fit(["ACGT" * 20, "GGCA" * 20], ["a", "b"]).scan(
        ...     ["ACGTGGCA" * 9], stride=12
        ... )
        >>> track
        <Track: 5 windows of 24 bases on 1 record(s), strands +-, columns a, b>
        >>> track.to_frame()[["record", "start", "end", "strand"]].head(3)
          record  start  end strand
        0      0      0   24      +
        1      0      0   24      -
        2      0     12   36      +
        """
        check_is_fitted(self)
        plan = plan_scan(self, stride, strands, refine, layer, precision)
        verbose = self.verbose if verbose is None else verbose
        sources = list_sources(X, self.windows_.vocabulary_, self.windows_.input)
        details = self._describe_scan(plan)
        if verbose and (note := self._note_on_speed(plan)):
            tqdm.write(note, file=sys.stderr)
        if output is None:
            with ScanLog() as log:
                run_scan(self, sources, plan, log, n_jobs, verbose)
                return make_track(log, **details)
        path = check_file_name("output", output)
        with self._open_log(path, sources, plan, overwrite) as disk_log:
            run_scan(self, sources, plan, disk_log, n_jobs, verbose)
            write_scan(disk_log, path, overwrite=overwrite, **details)
            disk_log.remove()
        return read_states(path)

    def _open_log(
        self, path: Path, sources: list[RecordSource], plan: ScanPlan, overwrite: bool
    ) -> DiskLog:
        """Go on with what is in the folder beside the file, or begin."""
        folder = path.with_name(path.name + ".unfinished")
        if path.is_dir():
            raise IsADirectoryError(f"output: {path} is a folder; name a file in it.")
        if not path.absolute().parent.is_dir():
            raise FileNotFoundError(
                f"output: there is no folder {path.absolute().parent}; make it first."
            )
        if path.exists() and not overwrite:
            raise FileExistsError(
                f"output: {path} exists. Give another path, or overwrite=True to replace it."
            )
        identity = scan_identity(self, sources, plan)
        n_strands, n_columns = len(plan.strands), len(plan.columns)
        return DiskLog(folder, identity, n_strands, n_columns, restart=overwrite)

    def _describe_scan(self, plan: ScanPlan) -> dict[str, Any]:
        """Give what a track tells of itself."""
        return {
            "strands": plan.strands,
            "columns": plan.columns,
            "window_length": plan.cut.window_length,
            "stride": plan.cut.stride,
            "details": {"estimator": type(self).__name__, "layer": plan.layer},
        }

    def _note_on_speed(self, plan: ScanPlan) -> str:
        """Tell how the scan would be faster, if it would."""
        del plan
        return ""

    def _make_scanner(self, plan: ScanPlan) -> Scanner:
        """Make what answers for windows."""
        raise NotImplementedError

    def _scanned_columns(self, layer: str | None) -> tuple[str, ...]:
        """Name what is answered."""
        raise NotImplementedError

    @property
    def _scanned_length(self) -> int:
        """Bases of a window, with its target."""
        return int(self.windows_.window_length)
