"""How much memory and time a worker's process has."""

import resource

from flows.settings import Caps


def hold(caps: Caps) -> None:
    """Above the caps an allocation fails, or the process is ended, where the system can hold a process to that."""
    _limit(resource.RLIMIT_AS, caps.max_memory_bytes)
    used = resource.getrusage(resource.RUSAGE_SELF)
    _limit(resource.RLIMIT_CPU, int(used.ru_utime + used.ru_stime) + caps.max_seconds + 1)


def let_go() -> None:
    """As much as the system gives."""
    for kind in (resource.RLIMIT_AS, resource.RLIMIT_CPU):
        _, hard = resource.getrlimit(kind)
        resource.setrlimit(kind, (hard, hard))


def _limit(kind: int, size: int) -> None:
    _, hard = resource.getrlimit(kind)
    if hard == resource.RLIM_INFINITY or size <= hard:
        resource.setrlimit(kind, (size, hard))
