"""A path tells when a file was taken, and from which site, where it says so plainly."""

import pytest

from transforms.places import placed, scraped_at_in, site_in
from transforms.records import Document, Metadata, Page, Post

DAY = "2025-01-23T00:00:00+00:00"
TIME = "2025-01-23T10:15:00+00:00"


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("2025-01-23/page.html", DAY),
        ("crawl/20250123/page.html", DAY),
        ("2025/01/23/page.html", DAY),
        ("page_2025.01.23.txt", DAY),
        ("page-2025_01_23-2.txt", DAY),
        ("CC-NEWS-20250123101500-00012.warc.gz", TIME),
        ("web/20250123101500id_/page.html", TIME),
        ("page 20250123T101500Z.json", TIME),
        ("page-2025-01-23T10:15:00Z.json", TIME),
        ("page_2025-01-23_10-15-00.txt", TIME),
        ("2024-12-31/page-2025-01-23.txt", DAY),
        ("2025/01/23/karst.com/page.html", DAY),
        ("karst.com_tag_olm_2025-01-23.html", DAY),
        ("karst.com/2025-01-23.html", DAY),
        ("karst.com/2025/01/23/ferry-stops/index.html", None),
        ("karst.com_2025_01_23_ferry-stops.html", None),
        ("1202501231.txt", None),
        ("20251323.txt", None),
        ("2025-02-30.txt", None),
        ("x2025-01-23x.txt", None),
        ("3025-01-23.txt", None),
        ("1925-01-23.txt", None),
        ("2025-01.txt", None),
        ("2025/page.txt", None),
        ("page.txt", None),
        ("", None),
    ],
)
def test_when_a_path_says_a_file_was_taken(path: str, expected: str | None) -> None:
    """Whole tokens only; below a site's folder the dates are those of its pages."""
    assert scraped_at_in(path) == expected


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("karst.com/page.html", "karst.com"),
        ("2025/WWW.Karst.co.uk/a/b", "www.karst.co.uk"),
        ("raw/karst.de/page.html", "karst.de"),
        ("karst.com.html", "karst.com"),
        ("karst.com_tag_olm.html.gz", "karst.com"),
        ("www.karst.de.html", "www.karst.de"),
        ("xn--krst-loa.com/page", "xn--krst-loa.com"),
        ("index.de.html", None),
        ("v1.2/page.txt", None),
        ("page.tar.gz", None),
        ("notes.final.txt", None),
        ("2025.01.23/page.txt", None),
        ("README.md", None),
        ("..", None),
        ("a..com/b", None),
        ("-karst-.com/b", None),
        ("", None),
    ],
)
def test_which_site_a_path_names(path: str, expected: str | None) -> None:
    """A folder named for a host, or a file; a language or a version is none."""
    assert site_in(path) == expected


@pytest.mark.parametrize(
    "path", ["20250123" * 50_000, "/" * 100_000, "a." * 100_000, "2025-01-23T" * 50_000, "_" * 100_000]
)
def test_long_names_end(path: str) -> None:
    """A member of an archive may have any name."""
    scraped_at_in(path)
    site_in(path)


def _document(
    published: str | None = None, *, site: str | None = None, scraped_at: str | None = None
) -> Document:
    told = Metadata(published_at=published, date_evidence="html" if published else None)
    post = Post(number=1, title=None, section=None, tags=(), hashtags=(), blocks=(), metadata=told)
    return Document(
        raw_file="", raw_sha256="0" * 64, media_type="text/html", encoding="utf-8", repairs={}, site=site, url=None,
        scraped_at=scraped_at, page=Page(heading=None, tag=None, posts=(post,), blocks=()),
    )  # fmt: skip


def test_a_document_gets_what_any_of_its_names_tells() -> None:
    """The first name is its own; what stands inside the file counts more than any name."""
    names = ["a.txt", "b/2025-01-23/karst.com/x.txt"]
    found = placed(_document(), names)
    assert (found.raw_file, found.site, found.scraped_at) == ("a.txt", "karst.com", DAY)
    inside = placed(_document(site="velm.com", scraped_at=TIME), names)
    assert (inside.site, inside.scraped_at) == ("velm.com", TIME)
    assert placed(_document(), ["a.txt"]).scraped_at is None


def test_a_date_after_the_time_that_a_name_tells_is_not_believed() -> None:
    """A page cannot be taken before it was published."""
    (late,) = placed(_document("2025-03-01T00:00:00+00:00"), ["2025-01-23.html"]).page.posts
    assert (late.metadata.published_at, late.metadata.date_evidence) == (None, None)
    assert late.metadata.date_problem
    assert "future" in late.metadata.date_problem
    (early,) = placed(_document("2025-01-01T00:00:00+00:00"), ["2025-01-23.html"]).page.posts
    assert early.metadata.published_at == "2025-01-01T00:00:00+00:00"
