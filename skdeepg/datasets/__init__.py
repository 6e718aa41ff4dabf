"""Real DNA that comes with the package, and rows made for a purpose."""

from skdeepg.datasets.bundled import load_16s_bacteria, load_scan_example
from skdeepg.datasets.folders import export_example_folders
from skdeepg.datasets.gene_finding import make_gene_finding_rows
from skdeepg.datasets.variable_regions import load_16s_regions

__all__ = [
    "export_example_folders",
    "load_16s_bacteria",
    "load_16s_regions",
    "load_scan_example",
    "make_gene_finding_rows",
]
