"""The run, as its list of steps: scan → read → compose → publish."""

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from shutil import rmtree
from time import monotonic
from typing import TYPE_CHECKING

import msgspec

from flows.knowledge import version_key
from flows.lock import hold
from flows.manifest import Manifest, RawEntry, missing_files, read_manifest, refusals_of
from flows.parses import parse_name, sweep_damaged, sweep_made, sweep_parses
from flows.paths import CROISSANT, DATAPACKAGE, Paths, paths_for
from flows.plan import Plan, Versions, make_plan, with_names
from flows.quarantine import Refusal, count_rules
from flows.recognizers import Chosen, choose
from flows.runner import Runner
from flows.scan import Scan, refuse_missing, scan
from flows.settings import Settings
from flows.snapshots import keep_current, kept_raw, next_number
from flows.steps import Staged, compose_corpus, note_seen, publish_tree
from flows.store import clean, write_quarantine
from flows.unshared import refuse_unshared
from flows.work.storage import Storage, Wanted, close, desk_of, share
from transforms.errors import FixSettingsError, RetryLaterError

if TYPE_CHECKING:
    from flows.work.reading import Read

# Told what is done, how much of it, and of how much.
Watch = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What a run was asked for.

    Args:
        raws: Files and folders.
        settings: Where the store is, and the caps.
        is_mirror: Forget raw files that were not found now.
        is_rebuild: Read every raw file again, and write every table.
        retried: Digests of raw files that are read again whatever became of them before; without `raws`, where they were last seen.
    """

    raws: tuple[Path, ...]
    settings: Settings
    is_mirror: bool = False
    is_rebuild: bool = False
    retried: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a run did.

    Args:
        manifest: The store's, as it is now.
        store: The store's folder; of one on S3 its address.
        quarantine: The quarantine's folder.
        read: Files that were read now.
        unchanged: Files that were known already.
        forgotten: Raw files that the store had and has no more, by name, sorted.
        quarantined: What was left out of the files of this run, sorted.
        is_new: Whether the store was written.
        seconds: Wall time.
        done_by: Where its batches were done: "2 processes".
    """

    manifest: Manifest
    store: Path
    quarantine: Path
    read: int
    unchanged: int
    forgotten: tuple[str, ...]
    quarantined: tuple[Refusal, ...]
    is_new: bool
    seconds: float
    done_by: str


def build(request: Request, *, run: Runner, watch: Watch) -> Outcome:
    """Brings the store up to date with the raw files.

    Args:
        request: What was asked for.
        run: How a step is run.
        watch: Told what is done, and how much of how much of it.

    Raises:
        UnspunError: One of its kinds, named by what to do next.
    """
    started = monotonic()
    settings = request.settings
    paths = paths_for(settings.store)
    versions = Versions.of(version_key(), settings)
    recognizer = choose(settings.recognizer)
    refuse_missing(request.raws)
    _refuse_inside(paths.store, request.raws)
    with hold(paths):
        clean(paths)
        held = read_manifest(paths)
        found = run("scan", scan, request.raws, caps=settings.caps, leave_out=paths.store)
        if request.raws or not (request.retried or (request.is_rebuild and held)):
            _refuse_nothing(found, request.raws)
        work = _Work(
            request=request,
            found=found,
            held=held,
            paths=paths,
            versions=versions,
            recognizer=recognizer,
            run=run,
            watch=watch,
        )
        plan = work.plan()
        if held and plan.is_done:
            batches: list[Read] = []
            manifest, kept = held, None
        else:
            try:
                plan, batches, manifest = work.bring(plan)
            finally:
                close(paths)
                clean(paths)
            # A rollback goes back to these, and the next run after it starts from their parses.
            kept = kept_raw(paths)
            sweep_parses(paths.parses, kept=kept)
            sweep_made(paths, kept=versions.key)
        note_seen(paths, plan.places, raw=manifest.raw, kept=kept)
    return Outcome(
        manifest=manifest,
        store=paths.store,
        quarantine=paths.quarantine,
        read=sum(entry.state != "quarantined" for batch in batches for entry in batch.entries.values()),
        unchanged=plan.unchanged,
        forgotten=_forgotten(held, manifest),
        quarantined=_left_out(found, plan, manifest, batches),
        is_new=manifest is not held,
        seconds=monotonic() - started,
        done_by=run.said,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Work:
    """What a run has in hand once it holds the lock."""

    request: Request
    found: Scan
    held: Manifest | None
    paths: Paths
    versions: Versions
    recognizer: Chosen
    run: Runner
    watch: Watch

    def plan(self) -> Plan:
        """What there is to do; to start over, nothing that was kept counts."""
        doubted = self.request.retried
        if self.request.is_rebuild:
            rmtree(self.paths.made, ignore_errors=True)
            doubted |= frozenset(self.held.raw if self.held else ())
        return make_plan(
            self.found,
            self.held,
            paths=self.paths,
            versions=self.versions,
            recognizer=self.recognizer.identity,
            is_mirror=self.request.is_mirror,
            retried=doubted,
        )

    def bring(self, plan: Plan) -> "tuple[Plan, list[Read], Manifest]":
        """Reads, composes and publishes; once more where something that is kept to save work was damaged."""
        from flows.corpus.segments import DamagedCacheError  # noqa: PLC0415  # a run with nothing new needs no polars

        try:
            return plan, *self._bring(plan)
        except DamagedCacheError:
            rmtree(self.paths.made, ignore_errors=True)
            sweep_damaged(self.paths.parses, plan.kept)
            again = self.plan()
            return again, *self._bring(again, is_again=True)

    def _bring(self, plan: Plan, *, is_again: bool = False) -> "tuple[list[Read], Manifest]":
        settings = self.request.settings
        storage = share(self.paths, address=settings.address if self.run.is_elsewhere else None)
        with closing(desk_of(storage)) as desk:
            batches = self._read(plan, storage)
            raw = _join(plan, batches, self.held)
            parses = [parse_name(digest, entry.key) for digest, entry in raw.items() if entry.state == "read"]
            desk.gather(parses, are_doubted=is_again)
            staged = compose_corpus(
                raw,
                paths=self.paths,
                held=None if self.request.is_rebuild else self.held,
                version=self.versions.key,
                recognizer=self.recognizer,
                memory_bytes=settings.memory_bytes,
                read_now=[digest for batch in batches for digest in batch.entries],
                known=self.held.raw if self.held else {},
                floors=settings.floors,
                storage=storage,
                run=self.run,
                watch=self.watch,
            )
        manifest = _describe(
            plan,
            batches,
            raw=raw,
            staged=staged,
            key=self.versions.key,
            recognizer=self.recognizer.identity,
            held=self.held,
            paths=self.paths,
        )
        if self._changes_nothing(manifest) and self.held:
            write_quarantine(self.paths, self.held)
            keep_current(self.paths, (DATAPACKAGE, CROISSANT))
            return batches, self.held
        published = self.run("publish", publish_tree, manifest, paths=self.paths, kept=settings.snapshots)
        return batches, published

    def _read(self, plan: Plan, storage: Storage) -> "list[Read]":
        from flows.s3.raw import origin_of  # noqa: PLC0415  # a run with nothing new reads nothing
        from flows.work.reading import ReadBatch, read_files  # noqa: PLC0415  # the same

        settings = self.request.settings
        batches = (
            ReadBatch(
                storage=storage,
                files=[
                    Wanted.of(
                        file,
                        origin=origin_of(Path(file.path), mirrors=self.paths.mirrors),
                        is_doubted=self.request.is_rebuild or file.sha256 in self.request.retried,
                    )
                    for file in files
                ],
                caps=settings.caps,
                fields=dict(settings.fields),
                versions=self.versions,
            )
            for files in plan.batches(most=self.run.batches)
        )
        read: list[Read] = []
        self.watch("reading", 0, len(plan.to_read))
        for given in self.run.map("read", read_files, batches):
            read.append(given)
            if self.run.is_elsewhere:
                refuse_unshared(plan, given, mirrors=self.paths.mirrors)
            self.watch("reading", sum(batch.size for batch in read), len(plan.to_read))
        return read

    def _changes_nothing(self, manifest: Manifest) -> bool:
        """Whether the store has all of it already, file by file."""
        return (
            self.held is not None
            and not self.request.is_rebuild
            and msgspec.structs.replace(manifest, snapshot=self.held.snapshot, run=self.held.run) == self.held
            and not missing_files(self.held, self.paths)
        )


def _refuse_inside(store: Path, raws: tuple[Path, ...]) -> None:
    """The whole folder is swapped: nobody may stand in it, and no raw file may lie in it."""
    for place in (Path.cwd(), *raws):
        found = place.resolve()
        if store == found or store in found.parents:
            raise FixSettingsError(
                f"{place} lies in the store {store}, which a run replaces as a whole; give --store a folder of its own."
            )


def _refuse_nothing(found: Scan, raws: tuple[Path, ...]) -> None:
    if not found.files and not found.refusals:
        names = ", ".join(map(str, raws)) or "The store"
        raise FixSettingsError(f"{names} holds no file: put scrapes there, or name them: unspun run FILE …")


def _join(plan: Plan, batches: "list[Read]", held: Manifest | None) -> dict[str, RawEntry]:
    """Every raw file of the next store, by digest.

    Raises:
        RetryLaterError: A file that the store has could not be read again, so its rows would be lost.
    """
    entries = plan.kept | {digest: entry for batch in batches for digest, entry in batch.entries.items()}
    lost = [
        held.raw[digest].names[0]
        for digest in plan.names
        if held and digest in held.raw and digest not in entries
    ]
    if lost:
        details = " ".join(refusal.detail for batch in batches for refusal in batch.refusals)
        raise RetryLaterError(
            f"{', '.join(lost)} could not be read again just now, and nothing was changed: mend that and run again. {details}"
        )
    return with_names(entries, plan.names)


def _describe(  # noqa: PLR0913  # a manifest is made of what all the steps gave
    plan: Plan,
    batches: "list[Read]",
    *,
    raw: dict[str, RawEntry],
    staged: Staged,
    key: str,
    recognizer: str,
    held: Manifest | None,
    paths: Paths,
) -> Manifest:
    refused = sorted({*plan.refused, *(refusal for batch in batches for refusal in batch.refusals)})
    manifest = Manifest(
        snapshot=next_number(paths, held),
        schema_version=staged.schema_version,
        key=key,
        recognizer=recognizer,
        tables=staged.tables,
        raw=raw,
        refused=refused,
        refused_rows=list(staged.refused_rows),
        counts=staged.counts,
        recipes=staged.recipes,
        run={
            "finished_at": datetime.now(UTC).isoformat(timespec="seconds"),
            "files_read": sum(batch.size for batch in batches),
        },
    )
    return msgspec.structs.replace(
        manifest, quarantine=count_rules([*manifest.file_refusals(), *staged.refused_rows])
    )


def _forgotten(held: Manifest | None, manifest: Manifest) -> tuple[str, ...]:
    before = held.raw if held else {}
    return tuple(sorted(entry.names[0] for digest, entry in before.items() if digest not in manifest.raw))


def _left_out(found: Scan, plan: Plan, manifest: Manifest, batches: "list[Read]") -> tuple[Refusal, ...]:
    digests = {file.sha256 for file in found.files}
    entries = {digest: entry for digest, entry in manifest.raw.items() if digest in digests}
    now = [refusal for batch in batches for refusal in batch.refusals]
    return tuple(sorted({*plan.left_out, *now, *refusals_of(entries.values())}))
