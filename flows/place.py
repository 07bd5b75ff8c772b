"""Where in a raw file something stands, what is known of it from outside, and the reading that it is part of."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from flows.opened import RawFile
from flows.quarantine import Refusal
from flows.settings import Caps
from flows.sniff import Form
from flows.stream import Budget
from transforms.errors import SkipDocumentError

# Between the places of a thing in a thing, as Java names what is in an archive.
_JOINED = "!/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where in a raw file something stands, and what is known of it from outside.

    Args:
        name: What it is called: the file's or member's path, or an address.
        record: Which record it is; None where it is the whole file.
        depth: How many packed things it lies in.
        charset: As a header around it tells.
        url: Its address.
        site: The host that it was taken from.
        scraped_at: When, ISO 8601 in UTC.
    """

    name: str
    record: str | None = None
    depth: int = 0
    charset: str | None = None
    url: str | None = None
    site: str | None = None
    scraped_at: str | None = None

    def inside(
        self,
        record: str,
        *,
        name: str | None = None,
        url: str | None = None,
        site: str | None = None,
        scraped_at: str | None = None,
    ) -> "Place":
        """A thing in this one; what is not known of it is as here."""
        return replace(
            self,
            record=record if self.record is None else f"{self.record}{_JOINED}{record}",
            name=name or self.name,
            url=url or self.url,
            site=site or self.site,
            scraped_at=scraped_at or self.scraped_at,
        )


@dataclass(slots=True, kw_only=True)
class Reading:
    """One raw file being read.

    Args:
        file: The file.
        caps: How much of it is taken.
        fields: What fields of JSON records are called, beside their usual names.
        budget: How much of it has been unpacked.
        forms: Told to whoever wants to know: what each thing is taken for.
        skipped: The records that are no pages, by what they are, with counts.
    """

    file: RawFile
    caps: Caps
    fields: Mapping[str, str]
    budget: Budget
    on_form: Callable[[Place, Form], None] = field(default=lambda _place, _form: None)
    skipped: dict[str, int] = field(default_factory=dict)

    def refusal(self, place: Place, error: SkipDocumentError) -> Refusal:
        """A thing that is left out."""
        return Refusal(
            raw_file=self.file.raw_file, rule=error.rule, detail=error.detail, place=place.record or ""
        )
