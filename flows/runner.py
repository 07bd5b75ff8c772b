"""How a step is run: here and now, or as a Prefect task. Steps do not know."""

from collections.abc import Callable
from typing import Protocol, TypeVar

T = TypeVar("T")


class Runner(Protocol):
    """Runs a named step with its arguments and gives what it gives."""

    def __call__(self, name: str, step: Callable[..., T], /, *arguments: object, **options: object) -> T:
        """What the step gives."""


def run_here(name: str, step: Callable[..., T], /, *arguments: object, **options: object) -> T:  # noqa: ARG001  # a Runner names its steps
    """Calls the step."""
    return step(*arguments, **options)


def run_as_task(name: str, step: Callable[..., T], /, *arguments: object, **options: object) -> T:
    """Calls the step as one task run of the Prefect flow run that it stands in; nothing is cached or kept by Prefect."""
    from prefect import task  # noqa: PLC0415  # 1.5 CPU-seconds, for recorded runs only
    from prefect.cache_policies import NO_CACHE  # noqa: PLC0415  # the same

    as_task = task(name=name, task_run_name=name, cache_policy=NO_CACHE, persist_result=False)(step)
    return as_task(*arguments, **options)
