"""Tracks and regions of genomes, and the files that hold them. Never imports TensorFlow."""

from skdeepg.genome.bed import read_bed
from skdeepg.genome.extraction import extract_regions
from skdeepg.genome.genbank import read_genbank
from skdeepg.genome.gff3 import read_gff3
from skdeepg.genome.overlap import Overlap
from skdeepg.genome.record_lengths import RecordLengths
from skdeepg.genome.regions import Regions
from skdeepg.genome.states_files import read_states
from skdeepg.genome.thresholds import choose_threshold, threshold_curve
from skdeepg.genome.track import Track

__all__ = [
    "Overlap",
    "RecordLengths",
    "Regions",
    "Track",
    "choose_threshold",
    "extract_regions",
    "read_bed",
    "read_genbank",
    "read_gff3",
    "read_states",
    "threshold_curve",
]
