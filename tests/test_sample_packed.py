"""What lies in the sample's packed files: `python tests/test_sample_packed.py` writes them anew out of the pages below."""

import gzip
import zipfile
from io import BytesIO
from pathlib import Path

SAMPLE = Path(__file__).resolve().parent.parent / "data" / "raw" / "sample"

RELATED = """<aside class="more"><h3>Also today</h3><a href="/2024/bell-rope">Bell rope was not a rope, inquiry hears</a></aside>"""

BELL = """<!doctype html>
<html lang="en">
<head>
<title>Cracked bell of Fennmark rings for the first time since 1788 - Bell Tower News</title>
<meta property="og:type" content="article">
<meta property="og:site_name" content="Bell Tower News">
<meta property="article:published_time" content="2024-11-03T09:00:00+00:00">
</head>
<body>
<header><a href="/">Bell Tower News</a> <a href="/subscribe">Subscribe</a></header>
<article>
<h1>Cracked bell of Fennmark rings for the first time since 1788</h1>
<p class="byline">By Halla Brekke</p>
<p>The great bell of Fennmark was rung on Sunday for the first time in 236 years, with a crack in it as long as a man’s arm and a mattress hung behind it, in case.</p>
<p>It gave a note that the organist, Idunn Sarre, put between F and regret.</p>
<p>The bell cracked on the day it was hung. The founder offered to cast it again, but the town had already paid, and would not pay for the wagon.</p>
<p>“We were told that it would fall,” said the verger, Klemens Aune, who pulled the rope. “We were told so by everybody, for a very long time.”</p>
</article>
{related}
<footer>© Bell Tower News</footer>
</body>
</html>
"""

CLAPPER = """<!doctype html>
<html lang="en">
<head>
<title>Clapper found in a well - Bell Tower News</title>
</head>
<body>
<header><a href="/">Bell Tower News</a> <a href="/subscribe">Subscribe</a></header>
<article>
<h1>Clapper found in a well</h1>
<p class="byline">By Halla Brekke</p>
<p>The clapper of the little bell of Fennmark, missing since a wedding in 1962, has been found at the bottom of a well by two boys who were looking for a dog.</p>
<p>It weighs 38 kilograms. The verger, Klemens Aune, said that he had ruled out the well at the time, because it was too far to carry a clapper for a joke.</p>
<p>Seven of the wedding’s guests are still alive, and each of them has told the newspaper that it was one of the other six.</p>
</article>
{related}
<footer>© Bell Tower News</footer>
</body>
</html>
"""

SEAL = """Seal pup found in post office returned to the sea

A grey seal pup that spent a night behind the counter of the post office at Lower Basin was released from the slipway on Thursday in front of a crowd of about sixty.

The animal, thought to be three weeks old, came in through a loading door during Tuesday’s spring tide and was discovered by the postmaster, Gerrit Holm, asleep on a sack of parcels.

“She had eaten a box of somebody’s candles but was otherwise well behaved,” Holm said. “I have had worse customers before nine in the morning.”

Volunteers from the Gannet Rocks sanctuary weighed the pup at 21kg and fed her herring paste. She is the fourteenth to come ashore inside the harbour this winter, against three in the whole of the last.
"""

CANDLES = """<!doctype html>
<html lang="en">
<head><title>Owner of the eaten candles comes forward</title></head>
<body>
<h1>Owner of the eaten candles comes forward</h1>
<p>The box of candles that a seal pup ate in the post office at Lower Basin had been meant for the altar at Saint Orrin, it came out on Monday, and the parish would like it to be known that it does not mind.</p>
<p>They were beeswax, 24 of them, and had cost 31 tallers. The postmaster, Gerrit Holm, has offered to pay. So has a reader in Karsund who keeps bees.</p>
<p>“It is the first time that anything here has been asked for twice,” said the sexton, Marit Oye, who took the call.</p>
</body>
</html>
"""

NOT_FOUND = "<html><head><title>Not found</title></head><body><h1>Not found</h1><p>Nothing rings here.</p></body></html>"


def record(kind: str, number: int, body: bytes, *, url: str = "", media_type: str = "") -> bytes:
    """One record of a WARC file (ISO 28500:2017, section 4)."""
    fields = [
        ("WARC-Type", kind),
        ("WARC-Record-ID", f"<urn:uuid:00000000-0000-4000-8000-{number:012d}>"),
        ("WARC-Date", f"2024-11-05T20:15:{number:02d}Z"),
        *([("WARC-Target-URI", url)] if url else []),
        ("Content-Type", media_type or f"application/http; msgtype={kind}"),
        ("Content-Length", str(len(body))),
    ]
    head = "".join(f"{name}: {value}\r\n" for name, value in fields)
    return f"WARC/1.1\r\n{head}\r\n".encode() + body + b"\r\n\r\n"


def response(status: str, page: str, *fields: str) -> bytes:
    """An HTTP response with a page."""
    body = page.encode()
    head = [
        f"HTTP/1.1 {status}",
        "Content-Type: text/html; charset=utf-8",
        f"Content-Length: {len(body)}",
        *fields,
    ]
    return "\r\n".join([*head, "", ""]).encode() + body


def crawl() -> bytes:
    """A crawl of one host: two pages, one that has moved and one that is not there."""
    site = "https://belltower.example"
    related = RELATED
    return b"".join(
        [
            record("warcinfo", 1, b"software: a hand\r\n", media_type="application/warc-fields"),
            record(
                "request",
                2,
                b"GET /2024/bell HTTP/1.1\r\nHost: belltower.example\r\n\r\n",
                url=f"{site}/2024/bell",
            ),
            record("response", 3, response("200 OK", BELL.format(related=related)), url=f"{site}/2024/bell"),
            record(
                "response",
                4,
                response("301 Moved", "", f"Location: {site}/2024/clapper"),
                url=f"{site}/clapper",
            ),
            record(
                "response", 5, response("200 OK", CLAPPER.format(related=related)), url=f"{site}/2024/clapper"
            ),
            record("response", 6, response("404 Not Found", NOT_FOUND), url=f"{site}/2024/dog"),
        ]
    )


def members() -> dict[str, bytes]:
    """The members of the zip: a copy of a post of `tag-harbour.txt`, a page, and a picture, which is none."""
    picture = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\1\0\0\0\1"
    return {
        "2025-02-11/seal.txt": SEAL.encode(),
        "2025-02-11/candles.html": CANDLES.encode(),
        "seal.png": picture,
    }


def packed_crawl() -> bytes:
    """Its bytes, with no time of their own."""
    return gzip.compress(crawl(), mtime=0)


def packed_pages() -> bytes:
    """The zip's bytes, with the format's oldest time for each member."""
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members().items():
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return file.getvalue()


def test_the_crawl_holds_the_pages_above() -> None:
    """Two pages, one that has moved, one that is not there, and what a crawler writes beside them."""
    assert gzip.decompress((SAMPLE / "crawl.warc.gz").read_bytes()) == crawl()


def test_the_zip_holds_the_files_above() -> None:
    """A text, a page and a picture."""
    with zipfile.ZipFile(SAMPLE / "pages.zip") as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == members()


def test_the_text_in_the_zip_stands_in_another_scrape() -> None:
    """The corpus has a copy to find that lies in a packed file."""
    harbour = (SAMPLE / "tag-harbour.txt").read_text(encoding="utf-8")
    assert all(line in harbour for line in SEAL.splitlines() if line)


if __name__ == "__main__":
    (SAMPLE / "crawl.warc.gz").write_bytes(packed_crawl())
    (SAMPLE / "pages.zip").write_bytes(packed_pages())
