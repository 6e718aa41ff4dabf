"""The words of the page of benchmarks; the numbers come from the results."""

from __future__ import annotations

BEFORE = """.. This page is made by benchmarks/page.py: change that, and run "make benchmarks".

Benchmarks
==========

``make benchmarks`` measures what follows on your machine, in about 50 minutes on two cores, and
renews this page. It needs the package and what is bundled. Figures on whole genomes need data that
are not bundled (the variable ``SKDEEPG_DATA`` names their folder), those beside barrnap and alibi
need these tools (``SKDEEPG_ALIBI_PYTHON`` names the interpreter of an environment with alibi). What
is missing is left out, and said.

.. code-block:: console

   $ make benchmarks                                # about 50 minutes
   $ make benchmarks BENCHMARKS=--quick             # about 10 minutes
   $ make benchmarks BENCHMARKS=--full              # some hours: trains the large networks
   $ make benchmarks BENCHMARKS="kmers scanning"    # these only

Each speed is a ratio to a named peer that does the same work in the same run, both in turn, round
by round: the median and, in brackets, the range over the rounds. Ratios carry over to other
machines better than seconds do. CPU time counts the seconds of all cores, so that it depends less
on what else runs; the clock shows what waiting feels like. Above 1 is faster than the peer. Aims
were set before measuring, and are judged by CPU time; some of them need a CPU with AMX.

.. figure:: _static/benchmarks_ratios.png
   :alt: Ratios of speed with their ranges on a logarithmic scale, one line for each ratio

   All ratios that have an aim (red): times as fast as the peer, in CPU time, median and range.
"""

READING = """
Reading gives one byte a base, checked letter by letter, with the records' names; the peer splits
the file only. Memory is anonymous memory (``RssAnon``) above that of the process before.
"""
TRAINING = """
From sequences to a trained network, windows cut and encoded on the way. Keras gets arrays that are
ready. The bare steps are the compiled training steps alone, on batches that are ready.
"""
PREDICTION = """
From a FASTA file to probabilities. Keras gets arrays that are ready; it is faster in batches of 256
than as it is called by default. The bare compiled call is the network without anything around it.
"""
SCANNING = """
Overlapping windows share work; how much depends on the stride and on the padding of the
convolutions (:doc:`user_guide/scanning`). The peer is the compiled network window by window.
"""
KMERS = """
With ``canonical=False`` all counts are those of scikit-learn's ``CountVectorizer``.
"""
LANGUAGE = """
Likelihood and accuracy are those of genera, or of a part of a genome, that training has not seen;
:doc:`user_guide/language_models` compares the models.
"""
STACKING = """
Answers out of fold for windows of unseen genera (:doc:`user_guide/kmers_and_networks`).
"""
CORPUS = """
Files are encoded once, and mapped from the disk afterwards (:doc:`user_guide/large_corpora`).
"""
GENES = """
16S genes against bacterial genomes; validation is on genera that are not in training. barrnap
finds ribosomal genes by hidden Markov models; it runs on one thread, on the same genomes, in turn.
Ours is without the start of TensorFlow.
"""
EXPLAINING = """
Integrated gradients with three baselines (:doc:`user_guide/explaining`).
"""

SECTIONS = [
    ("Reading and encoding", ["reading", "memory"], READING),
    ("Training", ["training", "precision", "memory_of_fits"], TRAINING),
    ("Prediction", ["prediction"], PREDICTION),
    ("Scanning genomes", ["scanning", "dense_scanning"], SCANNING),
    ("K-mers", ["kmers"], KMERS),
    ("K-mers and networks", ["stacking"], STACKING),
    ("Language models", ["language_models", "markov", "generation", "scoring"], LANGUAGE),
    ("Corpora larger than memory", ["corpus"], CORPUS),
    ("16S genes", ["accuracy_16s", "find_16s", "beside_barrnap"], GENES),
    ("Explaining", ["explain", "beside_alibi"], EXPLAINING),
]

GROWTH_TEXT = """
CPU time and the peak of memory, for one record of more and more bases, for more and more files of
20,000 bases, and for more and more windows of one record of 200,000 bases (at strides of 500 to 1);
networks are small, so that other costs show. The exponent is the slope in the picture over the last
three sizes: 1 is linear, and less is better. Dense scanning shares the work of overlapping windows.
``fit`` is one epoch on all windows, compiling included.

Sequences are held as one byte a base, and for a moment as more while they are read; ``memory=``
maps them from the disk instead. ``KmerVectorizer`` reads in pieces; over many files it grows by its
answer, a row of counts a file.

.. figure:: _static/benchmarks_growth.png
   :alt: CPU time and memory against length, files and windows, on logarithmic scales

   CPU time (above) and peak of memory above the start (below). The grey line has slope 1.
"""

DEEPG_TEXT = """
deepG 0.3.1 (R 4.2.2, keras 2.15, TensorFlow 2.15.1) was measured once, on another machine of two
cores and at another time, in CPU seconds. So these figures stand beside each other, and are no
ratios. The network is the same, of 130,146 parameters on windows of 500 bases; the language models
are those of its tutorial, trained by both on the same genes for as many steps.
"""

# work, deepG's figure, the key of ours
DEEPG = [
    (
        "from files to windows, for a classifier (deepG's are one-hot; ours are codes)",
        "1,314 windows a CPU second",
        "classifier_feed",
    ),
    (
        "the same for a language model, step 100",
        "7,290 windows a CPU second",
        "language_feed",
    ),
    ("an epoch: 20 steps of 512 windows, validation on 4 x 512", "18.3 CPU s", "epoch"),
    (
        "predicting a genome of 4.94 Mb at step 100, 49,385 windows (ours: 4.9 Mb, both strands)",
        "398 windows a CPU second (124 CPU s, 178 s)",
        "genome",
    ),
    ("predicting 2,500 bases at step 1", "1,245 windows a CPU second", "region"),
    (
        "integrated gradients of a window, 50 steps, 3 shuffled baselines",
        "0.27 CPU s",
        "explain CNN, 50 steps",
    ),
    ("16S genes of unseen genera, next base: nats a base", "1.57 nats (accuracy 0.23)", "next"),
    (
        "the same, middle base: accuracy",
        "0.25 to 0.67 from epoch to epoch",
        "middle",
    ),
]
