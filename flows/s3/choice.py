"""Which layer a run goes through: the local build alone, or the one around it where S3 is named."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flows.build import Outcome, Request, Watch
    from flows.runner import Runner


def build_anywhere(request: "Request", *, run: "Runner", watch: "Watch") -> "Outcome":
    """Brings a store up to date, wherever it and the raw files are.

    Raises:
        UnspunError: As `build` does.
    """
    if request.settings.address is None and not request.settings.sources:
        from flows.build import build  # noqa: PLC0415  # one of the two is needed

        return build(request, run=run, watch=watch)
    from flows.s3.run import build_with_s3  # noqa: PLC0415  # the same

    return build_with_s3(request, run=run, watch=watch)
