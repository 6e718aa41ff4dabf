"""How to answer overlapping windows with the least work: which layers to share, and how far."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from skdeepg.engine.dense_rows import Rows, Split
from skdeepg.engine.folding import FoldedNetwork
from skdeepg.engine.folding_rules import Stage

__all__ = ["Level", "Plan", "Step", "Strip", "choose_plan", "plans"]

Ending = Literal["windows", "flat", "average", "max"]

# Measured: what moving one number costs, in floating point operations.
COST_OF_OUTPUT: Final = 60
COST_OF_DEALING: Final = 60
COST_OF_GATHERING: Final = 60
# Measured: short convolutions at the ends of windows need that much more time an operation.
COST_AT_ENDS: Final = 1.3
# Measured: what starting the many operations of a plan costs more than those of a network.
COST_OF_A_CALL: Final = 3e8
# A plan must promise so much less work, for promises are not kept to the percent.
MARGIN: Final = 1.15


@dataclass(frozen=True)
class Level:
    """Positions of windows at some depth of a network.

    Attributes
    ----------
    rows : Rows
        Where they are.
    n_positions : int
        Of a window.
    left, right : int
        Positions at the ends of a window that depend on padding, so that other windows do not
        share them.
    """

    rows: Rows
    n_positions: int
    left: int = 0
    right: int = 0

    @property
    def n_shared(self) -> int:
        """Positions that do not depend on padding."""
        return self.n_positions - self.left - self.right

    @property
    def n_ends(self) -> int:
        """Positions that do."""
        return self.left + self.right


@dataclass(frozen=True)
class Strip:
    """An end of a window: what is read to compute the positions that depend on padding.

    Attributes
    ----------
    first, last : int
        Positions of the input from the first to before the last.
    pad : tuple of int
        Positions of padding to the left and to the right.
    n_outputs : int
        Positions that are computed.
    """

    first: int
    last: int
    pad: tuple[int, int]
    n_outputs: int


@dataclass(frozen=True)
class Step:
    """A stage along a stretch.

    Attributes
    ----------
    stage : Stage
        What is computed.
    pool_size : int
        Its pooling, or 1 if all positions will be pooled.
    before, after : Level
        Positions of its input and output.
    convolution, pooling : Split
        How the rows are treated.
    """

    stage: Stage
    pool_size: int
    before: Level
    after: Level
    convolution: Split
    pooling: Split

    def strips(self) -> Iterator[Strip]:
        """Give the ends of a window, left and right, that are not empty."""
        stage, before, after = self.stage, self.before, self.after
        for first, last in [(0, after.left), (after.n_positions - after.right, after.n_positions)]:
            if first == last:
                continue
            begin = first * self.pool_size * stage.stride - stage.pad[0]
            end = (last * self.pool_size - 1) * stage.stride - stage.pad[0] + stage.reach
            inside = max(begin, 0), min(end, before.n_positions)
            yield Strip(*inside, (inside[0] - begin, end - inside[1]), last - first)

    @property
    def is_possible(self) -> bool:
        """Whether windows share some of the result."""
        return self.after.n_shared >= 1


@dataclass(frozen=True)
class Plan:
    """A way to answer windows of a stretch.

    Attributes
    ----------
    network : FoldedNetwork
        What is computed.
    stride : int
        Bases between the starts of windows.
    steps : tuple of Step
        Stages that run along the stretch.
    ending : {"windows", "flat", "average", "max"}
        What comes then: all positions of each window are gathered; they meet in a dense layer; or
        they are pooled, each time from shared results.
    """

    network: FoldedNetwork
    stride: int
    steps: tuple[Step, ...] = ()
    ending: Ending = "windows"

    @property
    def level(self) -> Level:
        """The positions after the steps."""
        return self.steps[-1].after if self.steps else Level(Rows(), self.network.window_length)

    @property
    def n_stages(self) -> int:
        """Stages that the steps and the ending have done."""
        return len(self.steps) + (self.ending == "flat")

    @property
    def way(self) -> str:
        """The plan in words."""
        if not self.steps:
            return "window by window"
        shares_all = self.ending != "windows" and self.level.n_ends == 0
        return "dense" if shares_all else "dense inner part"

    @property
    def cost_a_base(self) -> float:
        """Work for the rows, in floating point operations a base of the stretch."""
        cost = sum(map(_cost_of_rows, self.steps), 0.0)
        level = self.level
        density = len(level.rows.phases) / level.rows.step
        if self.ending == "flat":
            head = self.network.stages[len(self.steps)]
            shifted = COST_OF_OUTPUT * level.n_shared * len(head.bias)
            cost += density * (2 * head.kernel.size + shifted)
        elif self.ending != "windows":
            rounds = 2 * level.n_shared.bit_length()
            cost += density * rounds * COST_OF_OUTPUT * _channels(self.steps)
        return cost

    @property
    def cost_a_window(self) -> float:
        """Further work for each window."""
        stages, level = self.network.stages, self.level
        cost = sum(map(_cost_of_ends, self.steps), 0.0)
        if self.ending == "flat":
            head = stages[len(self.steps)]
            cost += _work(head) * level.n_ends / level.n_positions
        elif self.ending == "windows" and self.steps:
            cost += COST_OF_GATHERING * level.n_positions * _channels(self.steps)
        return cost + sum(_work(stage) * stage.n_convolved for stage in stages[self.n_stages :])

    def cost(self, n_windows: int) -> float:
        """Work for a call with a stretch of some windows."""
        n_bases = self.network.window_length + (n_windows - 1) * self.stride
        work = self.cost_a_base * n_bases + self.cost_a_window * n_windows
        return work + COST_OF_A_CALL if self.steps else work

    @property
    def numbers_a_window(self) -> float:
        """Numbers of the largest tensor, a window."""
        rows = [
            len(step.before.rows.phases) / step.before.rows.step * len(step.stage.bias)
            for step in self.steps
        ]
        ends = [
            (strip.last - strip.first) * step.stage.kernel.shape[1]
            for step in self.steps
            for strip in step.strips()
        ]
        gathered = self.level.n_positions * _channels(self.steps) * (self.ending == "windows")
        return float(max(self.stride * max(rows, default=0), *ends, gathered, 1))


def choose_plan(network: FoldedNetwork, stride: int) -> Plan:
    """Find the plan with the least work for long stretches.

    Parameters
    ----------
    network : FoldedNetwork
        What is computed.
    stride : int
        Bases between the starts of windows.

    Returns
    -------
    Plan
        Without steps unless others are better by a margin.
    """
    each, *others = plans(network, stride)
    if not others:
        return each
    best = min(others, key=_cost_in_long_run)
    return best if _cost_in_long_run(best) * MARGIN < _cost_in_long_run(each) else each


def _cost_in_long_run(plan: Plan) -> float:
    return plan.cost_a_base * plan.stride + plan.cost_a_window


def plans(network: FoldedNetwork, stride: int) -> Iterator[Plan]:
    """Give all ways: first window by window, then with more and more steps."""
    yield Plan(network, stride)
    level = Level(Rows(), network.window_length)
    steps: tuple[Step, ...] = ()
    for number, stage in enumerate(network.stages):
        if stage.n_inputs == stage.kernel.shape[0]:
            if steps:
                yield Plan(network, stride, steps, "flat")
            return
        ending = _ending(stage)
        step = _step(stage, level, stride, 1 if ending == "max" else stage.pool_size)
        if not step.is_possible:
            return
        level, steps = step.after, (*steps, step)
        yield Plan(network, stride, steps, ending)
        if ending != "windows" or number + 1 == len(network.stages):
            return


def _ending(stage: Stage) -> Ending:
    if stage.average:
        return "average"
    if stage.n_pooled == 1 and stage.pool_size > 1:
        return "max"
    return "windows"


def _step(stage: Stage, before: Level, stride: int, pool_size: int) -> Step:
    convolution, rows = before.rows.pad(stage.pad[0]).split(stage.stride, stride)
    pooling, rows = rows.split(pool_size, stride)
    n_positions = stage.n_pooled * stage.pool_size // pool_size
    left = -(-(before.left + stage.pad[0]) // stage.stride)
    # the first position of the convolution that reads behind what is shared
    end = before.n_positions - before.right + stage.pad[0] - stage.reach
    right = (end // stage.stride + 1) // pool_size
    after = Level(rows, n_positions, -(-left // pool_size), max(n_positions - right, 0))
    return Step(stage, pool_size, before, after, convolution, pooling)


def _work(stage: Stage) -> float:
    """Count the operations of a position of the convolution."""
    return 2.0 * stage.kernel.size + COST_OF_OUTPUT * len(stage.bias)


def _channels(steps: Sequence[Step]) -> int:
    return len(steps[-1].stage.bias) if steps else 0


def _cost_of_rows(step: Step) -> float:
    """Count the work of a step, a base of the stretch."""
    rows, stage = step.before.rows, step.stage
    density = len(rows.phases) / rows.step / step.convolution.hop
    dealt = (step.convolution.n_parts > 1) + (step.pooling.n_parts > 1) / step.pooling.hop
    return float(density * (_work(stage) + COST_OF_DEALING * dealt * len(stage.bias)))


def _cost_of_ends(step: Step) -> float:
    """Count the work of a step, a window."""
    computed = sum(strip.n_outputs for strip in step.strips()) * step.pool_size
    read = sum(strip.last - strip.first for strip in step.strips())
    gathering = COST_OF_GATHERING * read * step.stage.kernel.shape[1]
    return float(COST_AT_ENDS * computed * _work(step.stage) + gathering)
