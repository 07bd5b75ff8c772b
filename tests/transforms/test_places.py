"""A path tells when a file was taken, and from which site, where it says so plainly."""

import pytest

from transforms.places import scraped_at_in, site_in

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
