"""What a network has learnt: evaluations, and displays of them."""

from skdeepg.inspection.classifier_evaluation import ClassifierEvaluation, evaluate_classifier
from skdeepg.inspection.evaluation import Evaluation
from skdeepg.inspection.language_evaluation import LanguageEvaluation
from skdeepg.inspection.language_scores import LanguageScores
from skdeepg.inspection.lengths import LengthDisplay
from skdeepg.inspection.likelihoods import LikelihoodDisplay
from skdeepg.inspection.scores import Scores
from skdeepg.inspection.surprise import SurpriseDisplay

__all__ = [
    "ClassifierEvaluation",
    "Evaluation",
    "LanguageEvaluation",
    "LanguageScores",
    "LengthDisplay",
    "LikelihoodDisplay",
    "Scores",
    "SurpriseDisplay",
    "evaluate_classifier",
]
