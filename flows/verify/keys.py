"""Questions on keys: each stands once over a whole table, and what is named is there."""

from collections.abc import Iterator

from flows.verify.questions import Question, place
from transforms.references import KEYS, REFERENCES, Reference


def questions() -> Iterator[Question]:
    """One for each key and each reference."""
    yield from map(_key, KEYS)
    yield from map(_reference, REFERENCES)


def _key(table: str) -> Question:
    keys = ", ".join(KEYS[table])
    return Question(
        rule=f"{table}.key",
        tables=(table,),
        # By hashes first: the keys themselves of millions of rows take many times their room.
        sql=f"""
        with seen as (select hash({keys}) as hash from {table} group by all having count(*) > 1)
        select min(file) as file, {place(table)} as place, count(*) as rows
        from {table} where hash({keys}) in (select hash from seen) group by {keys} having count(*) > 1
        """,  # noqa: S608  # names of ours
        sentence=f"{{rows}} rows have the key {{place}}, and each row of {table} has its own {keys}.",
    )


def _reference(reference: Reference) -> Question:
    table, column = reference.table, reference.column
    return Question(
        rule=f"{table}.{column}",
        tables=(table, reference.names),
        sql=f"""
        select t.file, {place(table, "t")} as place, t.{column} as named
        from {table} t anti join {reference.names} n on t.{column} = n.{reference.key}
        where t.{column} is not null and t.{column} not in (select id from refused)
        """,  # noqa: S608  # names of ours
        sentence=f"{{place}}: its {column} {{named}} is in no row of {reference.names}.",
    )
