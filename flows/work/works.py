"""What a worker can be asked to do, by name."""

from collections.abc import Callable
from importlib import import_module
from inspect import signature
from typing import Any, get_type_hints

# The module that has it; each function takes one value and gives one.
WORKS = {
    "read_file": "flows.work.reading",
    "take_notes": "flows.work.noting",
    "make_rows": "flows.work.making",
    "meet_buckets": "flows.work.meeting",
    "compare_pairs": "flows.work.comparing",
    "count_buckets": "flows.work.counting",
    "find_entities": "flows.work.finding",
}


def work_of(name: str) -> tuple[Callable[[Any], Any], Any]:
    """A piece of work, and the type of what it takes.

    Raises:
        KeyError: There is none of that name.
    """
    work: Callable[[Any], Any] = getattr(import_module(WORKS[name]), name)
    (taken,) = signature(work).parameters
    return work, get_type_hints(work)[taken]


def result_type(work: Callable[..., Any]) -> Any:  # noqa: ANN401  # a type, whatever it is
    """The type of what a piece of work gives."""
    return get_type_hints(work)["return"]
