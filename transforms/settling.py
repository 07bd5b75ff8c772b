"""When raw files that keep arriving have settled, told from looks at them that are compared with those before."""

from dataclasses import dataclass, replace
from enum import StrEnum


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What was there when it was looked at.

    Args:
        fingerprint: Changes with the name, the size, the times or the inode of any file (on S3 its ETag), whatever the order that they were listed in.
        files: How many there are.
        size: Bytes of them all.
    """

    fingerprint: str = ""
    files: int = 0
    size: int = 0


# One for each place that is watched, in their order.
Looks = tuple[Look, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Waits:
    """How long is waited.

    Args:
        settle: Seconds without any change after which files have settled.
        patience: Seconds of news after which what is there is taken although it still changes.
    """

    settle: float
    patience: float


class Verdict(StrEnum):
    """What there is to do."""

    QUIET = "quiet"
    WAIT = "wait"
    HANDLE = "handle"


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """What was seen so far; times are seconds of one clock that only goes forward.

    Args:
        handled: What the last run that succeeded, or the last event, was of; None where there was none.
        seen: What was last seen.
        since: Since when it has been so.
        news_since: Since when it has been something else than what was handled; None where it is not, or was just tried.
        failed: What the last run that failed was of.
        failures: How many failed in a row.
        retry_at: When that is tried again although nothing changed; None: not.
    """

    handled: Looks | None = None
    seen: Looks | None = None
    since: float = 0.0
    news_since: float | None = None
    failed: Looks | None = None
    failures: int = 0
    retry_at: float | None = None

    def succeed(self, looks: Looks) -> "Course":
        """The course after what was seen has been handled."""
        return replace(self, handled=looks, news_since=None, failed=None, failures=0, retry_at=None)

    def fail(self, looks: Looks, *, retry_at: float | None) -> "Course":
        """The course after a run of it failed."""
        return replace(self, news_since=None, failed=looks, failures=self.failures + 1, retry_at=retry_at)


def consider(course: Course, looks: Looks, *, now: float, waits: Waits) -> tuple[Course, Verdict, float]:
    """What there is to do after a look.

    A listing that has not changed for `settle` seconds has settled: no file of it grows. One that never stops changing is
    handled all the same after `patience` seconds, since a run leaves out the file that changes while it is read.

    Args:
        course: What was seen so far.
        looks: What is seen now.
        now: The time.
        waits: How long is waited.

    Returns:
        The course with this look; what to do; when there may be something to do though nothing changes (infinity: never).
    """
    never = float("inf")
    if looks != course.seen:
        course = replace(course, seen=looks, since=now)
    if looks == course.handled or not any(look.files for look in looks):
        return replace(course, news_since=None), Verdict.QUIET, never
    if looks == course.failed:
        if course.retry_at is None:
            return course, Verdict.QUIET, never
        due = course.retry_at
    else:
        news_since = now if course.news_since is None else course.news_since
        course = replace(course, news_since=news_since)
        due = min(course.since + waits.settle, news_since + waits.patience)
    return course, Verdict.HANDLE if now >= due else Verdict.WAIT, due


def is_emptied(before: Looks | None, looks: Looks, *, has_rows: bool = False) -> tuple[bool, ...]:
    """For each place, whether it may have held files and holds none now, as a disk that is not mounted does.

    Args:
        before: What was last handled: it tells which places held files.
        looks: What is seen now.
        has_rows: Where nothing was handled: whether there are rows all the same, which may be of files of any place.
    """
    if before is None or len(before) != len(looks):
        return tuple(has_rows and not now.files for now in looks)
    return tuple(was.files > 0 and not now.files for was, now in zip(before, looks, strict=True))
