"""The few own errors and warnings: subclasses of ``ValueError`` and ``UserWarning``."""

__all__ = [
    "ChangedFileError",
    "CheckpointError",
    "InvalidLetterError",
    "InvalidModelFileError",
    "InvalidRegionsError",
    "InvalidSequenceFileError",
    "LeakageWarning",
    "LostDataWarning",
    "NetworkMismatchError",
    "NotConvergedWarning",
    "NotDifferentiableError",
    "TrainingEndedWarning",
]


class ChangedFileError(ValueError):
    """A file that has changed or is gone since it was read, which other rows or folds rely on."""


class CheckpointError(ValueError):
    """Checkpoints that do not belong to a training that is to go on."""


class InvalidSequenceFileError(ValueError):
    """A file of sequences that cannot be read: empty, binary, truncated or of no known format."""


class InvalidLetterError(ValueError):
    """A letter that is in neither the vocabulary nor its ambiguity letters, with its place."""


class InvalidModelFileError(ValueError):
    """A model file that is damaged, or holds what is not allowed in one."""


class InvalidRegionsError(ValueError):
    """An annotation file or region table with a line or a coordinate that makes no sense."""


class NetworkMismatchError(ValueError):
    """A network whose inputs or outputs do not fit the data it is to be trained on."""


class LeakageWarning(UserWarning):
    """The same windows are, or may be, on both sides of a split, so that scores are too good."""


class LostDataWarning(UserWarning):
    """Something was left out or padded: the message counts it and names examples."""


class NotConvergedWarning(UserWarning):
    """Attributions whose sum differs from what they explain by more than was allowed."""


class NotDifferentiableError(ValueError):
    """A network that was to be explained by its gradients, but has none."""


class TrainingEndedWarning(UserWarning):
    """A training that was ended before its last epoch, by you or by a limit."""
