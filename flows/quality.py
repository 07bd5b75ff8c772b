"""Ends a run that read too badly to be published, with the numbers and what to do."""

from typing import TYPE_CHECKING

from transforms.errors import QualityFloorError
from transforms.quality import Floors, SiteTally, breaches

if TYPE_CHECKING:
    from collections.abc import Sequence

_SAID = 3
_ACTS = {
    "dropped_prose": "raise UNSPUN_MAX_DROPPED_PROSE (1 turns it off)",
    "no_posts": "set UNSPUN_POSTLESS_DOCUMENTS=0",
}


def check_quality(tallies: "Sequence[SiteTally]", floors: Floors) -> None:
    """Lets a run go on that keeps the floors.

    Raises:
        QualityFloorError: It does not; the sentence has the numbers, the worst file of each, and the next act.
    """
    found = breaches(tallies, floors)
    if not found:
        return
    said = "; ".join(breach.sentence for breach in found[:_SAID])
    more = f"; and {len(found) - _SAID} more like that" if len(found) > _SAID else ""
    acts = " and ".join(act for rule, act in _ACTS.items() if rule in {breach.rule for breach in found})
    raise QualityFloorError(
        f"{said[0].upper()}{said[1:]}{more}. Nothing was published: look at {found[0].worst_file} with unspun inspect, "
        f"and where the files are fine, {acts} for one run."
    )
