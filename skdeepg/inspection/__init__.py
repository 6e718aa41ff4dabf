"""What a network has learnt: evaluations, and displays of them and of tracks."""

from skdeepg.inspection.agreeing import agreement
from skdeepg.inspection.attribution import Attribution
from skdeepg.inspection.attribution_display import AttributionDisplay
from skdeepg.inspection.attribution_files import read_attribution
from skdeepg.inspection.classifier_evaluation import ClassifierEvaluation, evaluate_classifier
from skdeepg.inspection.confidence_display import ConfidenceDisplay
from skdeepg.inspection.evaluation import Evaluation
from skdeepg.inspection.explained_windows import ExplainedWindows
from skdeepg.inspection.history_display import HistoryDisplay
from skdeepg.inspection.language_evaluation import LanguageEvaluation
from skdeepg.inspection.language_scores import LanguageScores
from skdeepg.inspection.lengths import LengthDisplay
from skdeepg.inspection.likelihoods import LikelihoodDisplay
from skdeepg.inspection.network_display import NetworkDisplay
from skdeepg.inspection.regions_display import RegionsDisplay
from skdeepg.inspection.scores import Scores
from skdeepg.inspection.surprise import SurpriseDisplay
from skdeepg.inspection.track_display import TrackDisplay

__all__ = [
    "Attribution",
    "AttributionDisplay",
    "ClassifierEvaluation",
    "ConfidenceDisplay",
    "Evaluation",
    "ExplainedWindows",
    "HistoryDisplay",
    "LanguageEvaluation",
    "LanguageScores",
    "LengthDisplay",
    "LikelihoodDisplay",
    "NetworkDisplay",
    "RegionsDisplay",
    "Scores",
    "SurpriseDisplay",
    "TrackDisplay",
    "agreement",
    "evaluate_classifier",
    "read_attribution",
]
