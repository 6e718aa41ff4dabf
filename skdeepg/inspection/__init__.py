"""What a network has learnt: evaluations, and displays of them and of tracks."""

from skdeepg.inspection.classifier_evaluation import ClassifierEvaluation, evaluate_classifier
from skdeepg.inspection.confidence_display import ConfidenceDisplay
from skdeepg.inspection.evaluation import Evaluation
from skdeepg.inspection.language_evaluation import LanguageEvaluation
from skdeepg.inspection.language_scores import LanguageScores
from skdeepg.inspection.lengths import LengthDisplay
from skdeepg.inspection.likelihoods import LikelihoodDisplay
from skdeepg.inspection.regions_display import RegionsDisplay
from skdeepg.inspection.scores import Scores
from skdeepg.inspection.surprise import SurpriseDisplay
from skdeepg.inspection.track_display import TrackDisplay

__all__ = [
    "ClassifierEvaluation",
    "ConfidenceDisplay",
    "Evaluation",
    "LanguageEvaluation",
    "LanguageScores",
    "LengthDisplay",
    "LikelihoodDisplay",
    "RegionsDisplay",
    "Scores",
    "SurpriseDisplay",
    "TrackDisplay",
    "evaluate_classifier",
]
