"""What the corpus wants to know of a document, so that the document itself need not be looked at again."""

from collections.abc import Iterator
from dataclasses import dataclass

from transforms.articles import body_of, copies
from transforms.boilerplate import Standing, standings
from transforms.corpus import standing_texts
from transforms.duplicates.shingles import WordHashes
from transforms.duplicates.sketches import Sketch, sketch
from transforms.normalize import fingerprint, text_id
from transforms.records import Document


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """Of one copy of an article.

    Args:
        post: The number of its post.
        article_id: The article.
        is_untitled: Whether its title is lost: other copies are read before it.
        text_id: Out of the normalised prose: equal for equal prose.
        sketch: What near-duplicates are found by.
        standings: How its blocks stand, by their keys.
    """

    post: int
    article_id: str
    is_untitled: bool
    text_id: str
    sketch: Sketch
    standings: tuple[Standing, ...]


def notes_of(document: Document, *, hashes: WordHashes) -> Iterator[Note]:
    """A note of each copy; a post without text under its title has none."""
    for copy in copies(document):
        if copy.article_id:
            body = body_of(copy.blocks)
            yield Note(
                post=copy.post.number,
                article_id=copy.article_id,
                is_untitled=copy.post.title is None,
                text_id=text_id(fingerprint(body)),
                sketch=sketch(body, hashes=hashes),
                standings=standings(standing_texts(copy)),
            )
