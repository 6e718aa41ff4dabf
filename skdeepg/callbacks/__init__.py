"""What accompanies a training: checkpoints, logs, limits, schedules, losses."""

from skdeepg.callbacks.base import Callback
from skdeepg.callbacks.checkpoints import Checkpoints, list_checkpoints
from skdeepg.callbacks.csv_log import CSVLog
from skdeepg.callbacks.losses import FocalLoss, LabelSmoothing, LossKind, NoisyLabels
from skdeepg.callbacks.model_card import ModelCard
from skdeepg.callbacks.schedules import (
    CosineSchedule,
    ExponentialSchedule,
    PlateauSchedule,
    Schedule,
    StepSchedule,
)
from skdeepg.callbacks.tensorboard import TensorBoard
from skdeepg.callbacks.time_limit import TimeLimit

__all__ = [
    "CSVLog",
    "Callback",
    "Checkpoints",
    "CosineSchedule",
    "ExponentialSchedule",
    "FocalLoss",
    "LabelSmoothing",
    "LossKind",
    "ModelCard",
    "NoisyLabels",
    "PlateauSchedule",
    "Schedule",
    "StepSchedule",
    "TensorBoard",
    "TimeLimit",
    "list_checkpoints",
]
