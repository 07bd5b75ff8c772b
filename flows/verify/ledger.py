"""Questions on the ledger: every line of every raw file that was read, a sighting for every post, what was removed counted."""

from collections.abc import Iterator

from flows.verify.questions import Question, place, told
from transforms.schemas import UNKNOWN_MONTH

_POST = told(["raw_file", "post"])
_FILE = told(["raw_file"], "r")


def questions() -> Iterator[Question]:
    """All of them."""
    yield from map(_of_raw, ("sightings", "lines"))
    yield from _LINES
    yield from _POSTS
    yield from _UNDATED
    yield from _REMOVED


def _of_raw(table: str) -> Question:
    return Question(
        rule=f"{table}.raw",
        tables=(table,),
        sql=f"""
        select min(t.file) as file, {told(["raw_file", "raw_sha256"], "t")} as place, count(*) as rows
        from {table} t anti join raws r on t.raw_sha256 = r.raw_sha256 and t.raw_file = r.raw_file and r.state = 'read'
        group by t.raw_file, t.raw_sha256
        """,  # noqa: S608  # names of ours
        sentence="{place}: {rows} rows name it, and the manifest has no raw file of that name and hash that was read.",
    )


_LINES = (
    # Lines are cut into pieces, and joined again, as the corpus grows: their number stays.
    Question(
        rule="lines.lines",
        tables=("lines",),
        sql=f"""
        select null as file, {_FILE} as place, coalesce(held, 0) as held, r.lines
        from raws r left join (select raw_sha256, count(distinct line) as held from lines group by all) using (raw_sha256)
        where r.state = 'read' and not r.is_excused and r.lines <> coalesce(held, 0)
        """,  # noqa: S608  # names of ours
        sentence="{place}: {lines} lines were read of it, and the ledger has {held}.",
    ),
    Question(
        rule="lines.part",
        tables=("lines",),
        sql=f"""
        select min(file) as file, {told(["raw_file", "line"])} as place, count(*) as pieces
        from lines join raws using (raw_sha256, raw_file) where not is_excused
        group by raw_file, raw_sha256, line
        having (count(part) > 0 or count(*) > 1) and not (count(part) = count(*) and max(part) = count(*) and min(part) = 1)
        """,  # noqa: S608  # names of ours
        sentence="{place}: its {pieces} pieces are not numbered 1 to {pieces}.",
    ),
)
_POSTS = (
    Question(
        rule="sightings.posts",
        tables=("sightings",),
        sql=f"""
        select null as file, {_FILE} as place, r.posts, coalesce(held, 0) as held
        from raws r left join (select raw_sha256, count(*) as held from sightings group by all) using (raw_sha256)
        where r.state = 'read' and not r.is_excused and r.posts <> coalesce(held, 0)
        """,  # noqa: S608  # names of ours
        sentence="{place}: {posts} posts were read of it, and sightings has {held}.",
    ),
    Question(
        rule="sightings.lines",
        tables=("sightings", "lines"),
        sql=f"""
        with held as (
            select raw_file, raw_sha256, post, min(line) as first_line, max(line) as last_line, min(file) as file
            from lines where post > 0 group by raw_file, raw_sha256, post
        )
        select coalesce(s.file, h.file) as file, {_POST} as place,
            s.first_line as first, s.last_line as last, h.first_line as smallest, h.last_line as largest
        from sightings s full join held h using (raw_file, raw_sha256, post)
        where (s.first_line is distinct from h.first_line or s.last_line is distinct from h.last_line)
        and raw_sha256 not in (select raw_sha256 from raws where is_excused)
        """,  # noqa: S608  # names of ours
        sentence="{place}: sightings has it on lines {first} to {last}, and the ledger on {smallest} to {largest}.",
    ),
    Question(
        rule="lines.sighting",
        tables=("lines", "sightings"),
        sql=f"""
        select l.file, {place("lines", "l")} as place, l.article_id as named, s.article_id as expected
        from lines l join sightings s using (raw_sha256, post)
        where l.article_id is distinct from s.article_id or l.record is distinct from s.record
        """,  # noqa: S608  # names of ours
        sentence="{place}: its article is {named} and its record that of another post; its sighting's article is {expected}.",
    ),
    Question(
        rule="lines.page",
        tables=("lines",),
        sql=f"""
        select file, {place("lines")} as place from lines where post = 0 and article_id is not null
        """,  # noqa: S608  # names of ours
        sentence="{place}: it is of the page and of no post, and names an article.",
    ),
)
_UNDATED = (
    Question(
        rule="sightings.scraped_month",
        tables=("sightings",),
        sql=f"""
        select file, {place("sightings")} as place,
            coalesce(strftime(scraped_at, '%Y-%m'), '{UNKNOWN_MONTH}') as expected
        from sightings where article_id is null and month <> expected
        """,  # noqa: S608  # names of ours
        sentence="{place}: it lies in another month than {expected}, which its scraped_at tells.",
    ),
    Question(
        rule="lines.scraped_month",
        tables=("lines", "sightings"),
        sql=f"""
        select l.file, {place("lines", "l")} as place, s.expected
        from lines l join (
            select raw_sha256, record, coalesce(strftime(max(scraped_at), '%Y-%m'), '{UNKNOWN_MONTH}') as expected
            from sightings group by raw_sha256, record
        ) s on l.raw_sha256 = s.raw_sha256 and l.record is not distinct from s.record
        where l.article_id is null and l.month <> s.expected
        """,  # noqa: S608  # names of ours
        sentence="{place}: it lies in another month than {expected}, when its page was scraped.",
    ),
)
# Of Markdown, a text and its line differ by the marks: `piece` of such a line may be that of no entry, or of none that is right.
_NAMED = """
    named as (
        select b.file, b.text_hash, b.occurrences, b.articles, count(l.piece) as rows, count(distinct l.article_id) as holders
        from boilerplate b left join lines l on l.piece = b.text_hash and l.is_plain group by all
    )
"""
_REMOVED = (
    Question(
        rule="boilerplate.occurrences",
        tables=("boilerplate", "lines"),
        sql=f"""
        with {_NAMED}
        select file, {place("boilerplate")} as place, occurrences, articles, rows, holders
        from named where occurrences < rows or articles < holders or articles > occurrences
        """,  # noqa: S608  # names of ours
        sentence="{place}: it counts {occurrences} places and {articles} articles, and the ledger has {rows} and {holders} at least.",
    ),
    Question(
        rule="boilerplate.total",
        tables=("boilerplate", "lines"),
        sql="""
        select null as file, 'boilerplate' as place, (select coalesce(sum(occurrences), 0) from boilerplate) as counted,
            (select count(*) from lines where piece is not null) as rows,
            (select count(*) from lines where piece is not null and is_plain) as plain
        where not counted between plain and rows
        and not exists (from refused_tables where name in ('lines', 'boilerplate'))
        """,
        sentence="The dictionary counts {counted} places in all, and the ledger has {rows} removed pieces.",
    ),
    Question(
        rule="lines.boilerplate",
        tables=("lines", "boilerplate"),
        sql=f"""
        select l.file, {place("lines", "l")} as place from lines l anti join boilerplate b on l.piece = b.text_hash
        where l.is_plain and l.piece is not null and not exists (from refused_tables where name = 'boilerplate')
        """,  # noqa: S608  # names of ours
        sentence="{place}: it was removed, and the dictionary does not have its text.",
    ),
)
