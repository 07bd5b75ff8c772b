"""Questions on the manifest's counts: each is what the tables have."""

from collections.abc import Iterator, Mapping

from flows.verify.questions import Question

_ACTUAL = {
    "posts": "select count(*) from sightings",
    "posts_without_article": "select count(*) from sightings where article_id is null",
    "articles": "select count(*) from articles",
    "repeated_posts": "select (select count(article_id) from sightings) - (select count(*) from articles)",
    "near_duplicates": "select count(*) from articles where not is_representative",
    "summaries": "select count(*) from summaries",
    "tags": "select count(*) from tags",
    "entities": "select count(*) from entities",
    "lines": "select count(*) from lines",
    "boilerplate_blocks": "select count(*) from lines where role = 'boilerplate'",
    "boilerplate": "select count(*) from boilerplate",
}
_TABLES = {
    "posts": ("sightings",),
    "posts_without_article": ("sightings",),
    "repeated_posts": ("sightings", "articles"),
    "near_duplicates": ("articles",),
    "boilerplate_blocks": ("lines",),
}


def questions(counts: Mapping[str, int]) -> Iterator[Question]:
    """One for each count that is known here; another version may have counted more."""
    for name, sql in _ACTUAL.items():
        if name in counts:
            yield Question(
                rule=f"counts.{name}",
                tables=_TABLES.get(name, (name,)),
                sql=f"select null as file, '{name}' as place, ({sql}) as actual where actual <> {int(counts[name])}",  # names of ours and a number
                sentence=f"The manifest counts {counts[name]} {name}, and the tables have {{actual}}.",
            )
