"""FASTQ, read by Biopython."""

from __future__ import annotations

from Bio.SeqIO.QualityIO import FastqGeneralIterator

from skdeepg.sequences.formats.registry import register_format

register_format("FASTQ", suffixes=[".fastq", ".fq"], start="@")(FastqGeneralIterator)
