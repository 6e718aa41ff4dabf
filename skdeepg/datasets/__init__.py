"""Real DNA that comes with the package: 16S rRNA genes and pieces of bacterial genomes."""

from skdeepg.datasets.bundled import load_16s_bacteria, load_scan_example
from skdeepg.datasets.folders import export_example_folders

__all__ = ["export_example_folders", "load_16s_bacteria", "load_scan_example"]
