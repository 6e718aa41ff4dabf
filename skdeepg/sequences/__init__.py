"""What a sequence is: vocabulary, files, collections and windows. No TensorFlow."""

from skdeepg.sequences.collection import Sequences
from skdeepg.sequences.cutting import cut_windows
from skdeepg.sequences.fasta import Record, read_records
from skdeepg.sequences.formats import register_format
from skdeepg.sequences.inputs import read_sequences
from skdeepg.sequences.joining import concatenate_sequences
from skdeepg.sequences.kmers import KmerVectorizer
from skdeepg.sequences.label_headers import load_labelled_headers
from skdeepg.sequences.label_tables import load_labelled_csv
from skdeepg.sequences.labels import load_labelled_folders
from skdeepg.sequences.shuffling import shuffle_codes, shuffle_dinucleotides
from skdeepg.sequences.transformer import FastaWindowTransformer
from skdeepg.sequences.vocabulary import Vocabulary
from skdeepg.sequences.windows import SequenceWindows

__all__ = [
    "FastaWindowTransformer",
    "KmerVectorizer",
    "Record",
    "SequenceWindows",
    "Sequences",
    "Vocabulary",
    "concatenate_sequences",
    "cut_windows",
    "load_labelled_csv",
    "load_labelled_folders",
    "load_labelled_headers",
    "read_records",
    "read_sequences",
    "register_format",
    "shuffle_codes",
    "shuffle_dinucleotides",
]
