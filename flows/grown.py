"""Tells Prefect that a run left out what no run before it had left out, by an event that automations hear."""

from collections import Counter
from typing import TYPE_CHECKING

from prefect.events import emit_event

from flows.hooks import RESOURCE

if TYPE_CHECKING:
    from transforms.changes import Changes

EVENT = "unspun.quarantine.grown"
# An event is no list: the artifact unspun-changes and `unspun quarantine` are.
_NAMED = 10


def tell_grown(changes: "Changes", *, store: str) -> None:
    """Emits the event where something is new in the quarantine; within a flow run Prefect adds run, flow and deployment to it.

    Args:
        changes: Of the snapshot that the run published.
        store: As `flows.hooks.store_name` calls it.
    """
    if not changes.left_out:
        return
    rules = Counter(one.rule for one in changes.left_out)
    emit_event(
        event=EVENT,
        resource={"prefect.resource.id": f"{RESOURCE}.{store}", "prefect.resource.name": store},
        payload={
            "new": len(changes.left_out),
            "all": changes.left_out_now,
            "rules": dict(sorted(rules.items())),
            "raw_files": sorted({one.raw_file for one in changes.left_out})[:_NAMED],
        },
    )
