"""How long a command waits: a number that is one, and no longer than a year."""

import math
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from typing import Any

_YEAR_SECONDS = 366 * 24 * 3600


class Span(click.FloatRange):
    """A span of time, as a type of an option; what is no number, or is longer than a year, is a usage error that says the bounds.

    Args:
        least: The shortest.
        is_open: Whether it must be longer than that.
        unit: Seconds of one unit.
    """

    name = "span"

    def __init__(self, *, least: float = 0, is_open: bool = False, unit: int = 1) -> None:
        super().__init__(min=least, min_open=is_open, max=_YEAR_SECONDS // unit)

    def convert(
        self,
        value: "Any",  # noqa: ANN401  # as click has it
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> float:
        """The number.

        Raises:
            BadParameter: It is none, or out of bounds.
        """
        found: float = super().convert(value, param, ctx)
        # nan is neither above nor below a bound.
        if not math.isfinite(found):
            least = f"above {self.min:g}" if self.min_open else f"of {self.min:g}"
            self.fail(f"{value} is no number; give one {least} and up to {self.max}.", param, ctx)
        return found
