"""Regions of genomes and the annotation files that hold them. Never imports TensorFlow."""

from skdeepg.genome.bed import read_bed
from skdeepg.genome.gff3 import read_gff3
from skdeepg.genome.regions import Regions

__all__ = ["Regions", "read_bed", "read_gff3"]
