"""Vocabulary: letters to codes and back, the other strand, and clear refusals."""

import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skdeepg.exceptions import InvalidLetterError
from skdeepg.sequences import Vocabulary, read_sequences
from skdeepg.sequences.vocabulary import get_vocabulary

DNA = Vocabulary("ACGT")
RNA = Vocabulary("ACGU")
PROTEIN = Vocabulary("ACDEFGHIKLMNPQRSTVWY")
IUPAC = "ACGTRYSWKMBDHVN"


def codes(*numbers):
    return np.array(numbers, dtype=np.uint8)


@pytest.mark.parametrize(
    ("letters", "sequence", "expected"),
    [
        ("ACGT", "ACGT", [0, 1, 2, 3]),
        ("ACGT", "acgt", [0, 1, 2, 3]),
        ("ACGT", "AUGu", [0, 3, 2, 3]),
        ("ACGT", "NRYSWKMBDHV-.", [4] * 13),
        ("ACGT", "nryswkmbdhv", [4] * 11),
        ("ACGT", "", []),
        ("acgt", "aCgT", [0, 1, 2, 3]),
        ("TGCA", "ACGT", [3, 2, 1, 0]),
        ("ACGU", "ACGUTt", [0, 1, 2, 3, 3, 3]),
        ("ACGTU", "TU", [3, 4]),
        ("ACGTN", "ACGTNR-", [0, 1, 2, 3, 4, 5, 5]),
        ("ACGT-", "A-.", [0, 4, 5]),
        ("AG", "AGCTU", [0, 1, 2, 2, 2]),
        (PROTEIN.letters, "ACDY", [0, 1, 2, 19]),
        (PROTEIN.letters, "xBJOUZ*-", [20] * 8),
        ("01", "0110", [0, 1, 1, 0]),
    ],
)
def test_codes_of_letters(letters, sequence, expected):
    vocabulary = Vocabulary(letters)
    encoded = vocabulary.encode(sequence)
    assert encoded.dtype == np.uint8
    assert encoded.tolist() == expected
    assert vocabulary.encode(sequence.encode()).tolist() == expected


def test_translate_gives_the_codes_as_bytes():
    assert DNA.translate("ACGTN") == b"\0\1\2\3\4"


@pytest.mark.parametrize(
    ("vocabulary", "n_symbols", "ambiguous_letters"),
    [
        (DNA, 4, "NRYSWKMBDHV-."),
        (RNA, 4, "NRYSWKMBDHV-."),
        (Vocabulary("ACGTN"), 5, "RYSWKMBDHV-."),
        (PROTEIN, 20, "XBJOUZ*-."),
        (Vocabulary(PROTEIN.letters + "*"), 21, "XBJOUZ-."),
    ],
)
def test_tables_of_a_vocabulary(vocabulary, n_symbols, ambiguous_letters):
    assert vocabulary.n_symbols == vocabulary.ambiguous_code == n_symbols
    assert vocabulary.padding_code == n_symbols + 1
    assert vocabulary.ambiguous_letters == ambiguous_letters


@pytest.mark.parametrize("letter", sorted(set("ABCDEFGHIJKLMNOPQRSTUVWXYZ") - set(IUPAC + "U")))
def test_every_other_letter_is_an_error(letter):
    for shown in (letter, letter.lower()):
        with pytest.raises(InvalidLetterError, match=f"The letter '{shown}' at position 2 "):
            DNA.encode("AC" + shown + "GT")


@pytest.mark.parametrize("letter", ["5", " ", "?", "_", "\t", "é", "β", "😀"])
def test_no_letters_are_errors_too(letter):
    with pytest.raises(InvalidLetterError) as error:
        DNA.encode("ACG" + letter + "T")
    assert f"The letter {letter!r} at position 3 (counted from 0)" in str(error.value)


def test_error_tells_what_is_allowed_and_how_to_read_proteins():
    with pytest.raises(InvalidLetterError) as error:
        DNA.encode("MKVLA", where="record 'p1' of genes.faa")
    assert str(error.value) == (
        "The letter 'L' at position 3 (counted from 0) of record 'p1' of genes.faa is neither in "
        "the vocabulary 'ACGT' nor one of its ambiguous letters 'NRYSWKMBDHV-.'. Correct or remove "
        "it. If these are proteins, give their alphabet: vocabulary='ACDEFGHIKLMNPQRSTVWY'."
    )


def test_error_names_file_record_and_position(write):
    path = write(">good\nACGT\n>bad one\nACGT\nAC7T\n")
    with pytest.raises(InvalidLetterError) as error:
        read_sequences([path])
    assert f"The letter '7' at position 6 (counted from 0) of record 'bad' of {path}" in str(
        error.value
    )
    with pytest.raises(InvalidLetterError, match="'7' at position 1 .* of row 1 of X "):
        read_sequences(["ACGT", "A7"])


def test_decoding():
    assert DNA.decode(codes(5, 5, 0, 1, 2, 3, 4)) == "__ACGTN"
    assert PROTEIN.decode(codes(21, 0, 20)) == "_AX"
    assert RNA.decode(codes(3, 4)) == "UN"
    assert Vocabulary("ACGTN").decode(codes(4, 5)) == "NR"


@given(st.text("ACGTN"))
def test_decode_undoes_encode(sequence):
    assert DNA.decode(DNA.encode(sequence)) == sequence
    assert DNA.decode(DNA.encode(sequence.lower())) == sequence


@given(st.text(PROTEIN.letters + "X"))
def test_decode_undoes_encode_of_proteins(sequence):
    assert PROTEIN.decode(PROTEIN.encode(sequence)) == sequence


@given(st.lists(st.integers(0, 4)), st.permutations("ACGT"))
def test_encode_undoes_decode_whatever_the_order_of_letters(numbers, order):
    vocabulary = Vocabulary("".join(order))
    assert vocabulary.encode(vocabulary.decode(codes(*numbers))).tolist() == numbers


@pytest.mark.parametrize(
    ("letters", "complement"),
    [
        ("ACGT", [3, 2, 1, 0, 4, 5]),
        ("TGCA", [3, 2, 1, 0, 4, 5]),
        ("ACTG", [2, 3, 0, 1, 4, 5]),
        ("ACGU", [3, 2, 1, 0, 4, 5]),
        ("ACGTN", [3, 2, 1, 0, 4, 5, 6]),
        ("AT", [1, 0, 2, 3]),
        ("ACGTRY", [3, 2, 1, 0, 5, 4, 6, 7]),
    ],
)
def test_complement_of_codes(letters, complement):
    assert Vocabulary(letters).complement.tolist() == complement


@pytest.mark.parametrize(
    ("sequence", "expected"),
    [
        ("AACGT", "ACGTT"),
        ("ACGTRYSWKMBDHVN", "NBDHVKMWSRYACGT"),
        ("aacRn", "nYgtt"),
        ("AC-GT.", ".AC-GT"),
        ("AACGU", "ACGTT"),
        ("", ""),
    ],
)
def test_reverse_complement_of_letters(sequence, expected):
    assert DNA.reverse_complement(sequence) == expected


def test_reverse_complement_of_rna():
    assert RNA.reverse_complement("AACGURn") == "nYACGUU"


def test_reverse_complement_of_codes_keeps_the_shape_and_moves_padding():
    windows = codes(5, 0, 0, 4, 1, 2).reshape(1, 2, 3)
    assert DNA.reverse_complement(windows).tolist() == [[[3, 3, 5], [1, 2, 4]]]
    assert windows.tolist() == [[[5, 0, 0], [4, 1, 2]]]


@given(st.text(IUPAC + IUPAC.lower() + "-."))
def test_reverse_complement_twice_is_the_sequence(sequence):
    assert DNA.reverse_complement(DNA.reverse_complement(sequence)) == sequence


@given(
    st.sampled_from(["ACGT", "TGCA", "ACTG", "ACGU", "ACGTN", "AT", "ACGTRYSWKMBDHVN"]),
    st.lists(st.integers(0, 16)),
)
def test_reverse_complement_twice_is_the_codes(letters, numbers):
    vocabulary = Vocabulary(letters)
    x = codes(*(number % (vocabulary.padding_code + 1) for number in numbers))
    np.testing.assert_array_equal(
        vocabulary.reverse_complement(vocabulary.reverse_complement(x)), x
    )


@given(st.text(IUPAC), st.permutations("ACGT"))
def test_letters_and_codes_have_the_same_other_strand(sequence, order):
    vocabulary = Vocabulary("".join(order))
    np.testing.assert_array_equal(
        vocabulary.encode(vocabulary.reverse_complement(sequence)),
        vocabulary.reverse_complement(vocabulary.encode(sequence)),
    )


@pytest.mark.parametrize(
    ("letters", "named"),
    [("ACG", "complement of A is"), ("AC", "complement of A, C is"), (PROTEIN.letters, "")],
)
def test_no_reverse_complement_without_the_complements(letters, named):
    vocabulary = Vocabulary(letters)
    for sequence in ("AC", codes(0, 1)):
        with pytest.raises(ValueError, match=f"'{letters}' has no reverse complement: .*{named}"):
            vocabulary.reverse_complement(sequence)


@pytest.mark.parametrize(
    ("letters", "message"),
    [
        ("A", "a string of at least 2 letters, not 'A'"),
        ("", "a string of at least 2 letters, not ''"),
        (4, "a string of at least 2 letters, not 4"),
        (["A", "C"], "a string of at least 2 letters, not "),
        (None, "a string of at least 2 letters, not None"),
        ("ACGÜ", "printable ASCII letters, not 'ACGÜ'"),
        ("AC GT", "printable ASCII letters, not 'AC GT'"),
        ("AC\n", "printable ASCII letters"),
        ("ACGTa", r"a letter twice \(case is ignored\): 'ACGTa'"),
    ],
)
def test_vocabularies_that_make_no_sense(letters, message):
    with pytest.raises(ValueError, match=f"vocabulary .*{message}"):
        Vocabulary(letters)


def test_vocabularies_are_values():
    assert Vocabulary("acgt") == DNA == get_vocabulary("ACGT") == pickle.loads(pickle.dumps(DNA))
    assert hash(Vocabulary("acgt")) == hash(DNA)
    assert get_vocabulary("ACGT") is get_vocabulary("ACGT")
    assert Vocabulary("TGCA") != DNA
    with pytest.raises(AttributeError):
        DNA.letters = "AC"


def test_nucleotides_and_aliases():
    assert (DNA.is_nucleotide, RNA.is_nucleotide, PROTEIN.is_nucleotide) == (True, True, False)
    assert (DNA.aliases, RNA.aliases, PROTEIN.aliases) == ({"U": "T"}, {"T": "U"}, {})
    assert Vocabulary("ACGTU").aliases == {}


def test_text_with_line_ends():
    assert DNA.translate_plain(b"AC\nGU\r\nn", b"\r\n") == bytes([0, 1, 2, 3, 4])
    assert DNA.translate_plain(b"AC\nGE", b"\n") is None
