"""When files have settled: told from looks and times alone."""

from hypothesis import given
from hypothesis import strategies as st

from transforms.settling import Course, Look, Looks, Verdict, Waits, consider, is_emptied

WAITS = Waits(settle=10.0, patience=100.0)
NEVER = float("inf")


def looks(name: str, *, files: int = 1) -> Looks:
    """A look at one place."""
    return (Look(fingerprint=name, files=files, size=files * 7),)


def test_what_rests_is_handled() -> None:
    """The first look is news; it is handled when it has been the same for as long as it takes, and then it is quiet."""
    course, verdict, due = consider(Course(), looks("a"), now=5, waits=WAITS)
    assert (verdict, due) == (Verdict.WAIT, 15)
    course, verdict, _ = consider(course, looks("a"), now=14.9, waits=WAITS)
    assert verdict is Verdict.WAIT
    course, verdict, _ = consider(course, looks("a"), now=15, waits=WAITS)
    assert verdict is Verdict.HANDLE
    course, verdict, due = consider(course.succeed(looks("a")), looks("a"), now=16, waits=WAITS)
    assert (verdict, due) == (Verdict.QUIET, NEVER)


def test_what_grows_is_waited_for() -> None:
    """Each change begins the wait anew."""
    course = Course(handled=looks("old"))
    for second in range(0, 50, 5):
        course, verdict, _ = consider(course, looks(f"at {second}"), now=second, waits=WAITS)
        assert verdict is Verdict.WAIT
    _, verdict, _ = consider(course, looks("at 45"), now=55, waits=WAITS)
    assert verdict is Verdict.HANDLE


def test_what_never_rests_is_handled_at_last() -> None:
    """One file that grows for ever does not keep the others out; and again after as long."""
    course, handled = Course(), []
    for second in range(0, 300, 5):
        now = looks(f"at {second}")
        course, verdict, _ = consider(course, now, now=second, waits=WAITS)
        if verdict is Verdict.HANDLE:
            handled.append(second)
            course = course.succeed(now)
    assert handled == [100, 205]


def test_news_that_is_taken_back_is_none() -> None:
    """A file that came and went leaves nothing to do, and the next news has all its patience."""
    course, _, _ = consider(Course(handled=looks("a")), looks("b"), now=0, waits=WAITS)
    course, verdict, _ = consider(course, looks("a"), now=5, waits=WAITS)
    assert verdict is Verdict.QUIET
    _, verdict, due = consider(course, looks("c"), now=99, waits=WAITS)
    assert (verdict, due) == (Verdict.WAIT, 109)


def test_where_there_is_no_file_there_is_nothing_to_do() -> None:
    """Not at first, and not when the files are gone: a run would refuse."""
    for course in (Course(), Course(handled=looks("a"))):
        _, verdict, due = consider(course, looks("", files=0), now=1_000, waits=WAITS)
        assert (verdict, due) == (Verdict.QUIET, NEVER)


def test_what_failed_for_good_waits_for_a_change() -> None:
    """Unchanged it stays quiet; changed it settles as other news does, however long ago the failure was."""
    course, _, _ = consider(Course(), looks("a"), now=0, waits=WAITS)
    course = course.fail(looks("a"), retry_at=None)
    course, verdict, due = consider(course, looks("a"), now=1_000, waits=WAITS)
    assert (verdict, due) == (Verdict.QUIET, NEVER)
    course, verdict, due = consider(course, looks("b"), now=1_001, waits=WAITS)
    assert (verdict, due) == (Verdict.WAIT, 1_011)
    assert consider(course, looks("b"), now=1_011, waits=WAITS)[1] is Verdict.HANDLE


def test_what_failed_and_may_pass_is_tried_again() -> None:
    """At its time, not before; the failures are counted until one succeeds."""
    course, _, _ = consider(Course(), looks("a"), now=0, waits=WAITS)
    course = course.fail(looks("a"), retry_at=40)
    course, verdict, due = consider(course, looks("a"), now=30, waits=WAITS)
    assert (verdict, due) == (Verdict.WAIT, 40)
    course, verdict, _ = consider(course, looks("a"), now=40, waits=WAITS)
    assert verdict is Verdict.HANDLE
    course = course.fail(looks("a"), retry_at=80)
    assert course.failures == 2
    assert course.succeed(looks("a")) == Course(handled=looks("a"), seen=looks("a"))


def test_a_place_that_lost_all_its_files() -> None:
    """It is told apart from one that never had any, place by place."""
    full, empty = looks("a")[0], Look()
    assert is_emptied((full, empty, full), (empty, empty, full)) == (True, False, False)
    assert is_emptied(None, (empty,)) == (False,)
    assert is_emptied((full, full), (empty,)) == (False,)
    assert is_emptied(None, (full, empty), has_rows=True) == (False, True)
    assert is_emptied((empty, full), (empty, full), has_rows=True) == (False, False)


@given(st.lists(st.tuples(st.integers(0, 5), st.floats(0.1, 30)), max_size=60))
def test_news_never_waits_longer_than_patience(steps: list[tuple[int, float]]) -> None:
    """Whatever happens, news is handled at the first look after its patience is over, and nothing is handled twice in a row."""
    course, now = Course(), 0.0
    news_since = last = None
    for name, seconds in steps:
        now += seconds
        seen = looks(str(name))
        course, verdict, due = consider(course, seen, now=now, waits=WAITS)
        if seen == course.handled:
            news_since = None
            assert verdict is Verdict.QUIET
            continue
        news_since = now if news_since is None else news_since
        assert due <= news_since + WAITS.patience
        assert (verdict is Verdict.HANDLE) == (now >= due)
        if verdict is Verdict.HANDLE:
            assert seen != last
            course, news_since, last = course.succeed(seen), None, seen
