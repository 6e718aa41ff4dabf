"""What a network has learnt: evaluations, and displays of them."""

from skdeepg.inspection.evaluation import Evaluation, evaluate_classifier
from skdeepg.inspection.lengths import LengthDisplay
from skdeepg.inspection.scores import Scores

__all__ = ["Evaluation", "LengthDisplay", "Scores", "evaluate_classifier"]
