"""An example of the split model's training, and what is made of one: without its rewrite, without most of its article."""

from dataclasses import dataclass, replace

from transforms.split import Body


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A post's body with its answer.

    Args:
        group: What must not be learned from and tested on at once: the page (of any layout), or the site.
        kind: The layout or source, by which figures are told apart.
        page: Posts of one page share it.
        body: What the model sees.
        start: Index of the summary's first block, or None.
        weight: How much it counts in training; one of 0 is only tested on.
    """

    group: str
    kind: str
    page: str
    body: Body
    start: int | None
    weight: float = 1.0


def without_summary(example: Example, *, weight: float, has_hashtags: bool) -> Example | None:
    """The same post as if it had no rewrite: what a page of mere copies looks like.

    Args:
        example: A post with a summary.
        weight: How much it counts, for an example of weight 1.
        has_hashtags: Whether it keeps its hashtags: a site's own tags come without them.
    """
    if example.start is None:
        return None
    body = replace(
        _kept(example.body, range(example.start)), has_hashtags=has_hashtags and example.body.has_hashtags
    )
    kind = f"{example.kind}_bare" + ("" if has_hashtags else "_tags")
    return replace(
        example,
        kind=kind,
        page=f"{example.page}/{kind}",
        body=body,
        start=None,
        weight=weight * example.weight,
    )


def shortened(example: Example, *, most: int, weight: float) -> Example | None:
    """The same post with only the first blocks of its article: autoblogs copy short pieces and cut ones too."""
    end = len(example.body.blocks) if example.start is None else example.start
    if end <= most:
        return None
    places = [*range(most), *range(end, len(example.body.blocks))]
    return replace(
        example,
        kind=f"{example.kind}_short",
        page=f"{example.page}/short/{example.body.blocks[0].line}",
        body=_kept(example.body, places),
        start=None if example.start is None else most,
        weight=weight,
    )


def _kept(body: Body, places: range | list[int]) -> Body:
    return replace(
        body,
        blocks=tuple(body.blocks[at] for at in places),
        is_furniture=tuple(body.is_furniture[at] for at in places),
    )
