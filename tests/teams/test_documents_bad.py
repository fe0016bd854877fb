"""Documents that are broken, locked, empty or hostile: each costs one reason, and the next one is read as ever."""

import gzip
import json
import os
import signal
import socket
import struct
import sys
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

pytest.importorskip("trafilatura", reason="extra documents")
pytest.importorskip("reportlab")

from teams.engine.documents.blocks import Block, Unreadable
from teams.engine.documents.extractor import Extractor
from teams.engine.seeds import Skip, read_seeds
from tests.teams import making_documents as made
from tests.teams.making_documents import PARAGRAPH

GOOD = f"<html><body><article><h1>Mill</h1><p>{PARAGRAPH}</p></article></body></html>"
SECRET = "the-secret-of-the-machine"


def outcome(folder: Path, *, good: bool = True) -> dict[str, str]:
    """What was passed over in a folder, to which a good document is added that must be read in any case."""
    if good:
        (folder / "zz.html").write_text(GOOD)
    skipped: dict[str, str] = {}
    seeds = list(read_seeds([folder], "s", "text", skipped.__setitem__))
    assert [seed.path for seed in seeds if seed.path == "zz.html"] == ["zz.html"]
    others = [seed.path for seed in seeds if seed.path != "zz.html"]
    assert not set(others) & set(skipped)
    return {**skipped, **dict.fromkeys(others, "read")}


# Broken, locked, empty


def scanned(place: Path) -> None:
    from reportlab.pdfgen.canvas import Canvas

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", 400, 600, 8, 0, 0, 0, 0)
    pixels = zlib.compress((b"\0" + b"\x99" * 400) * 600)
    image = place.with_suffix(".png")
    image.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b""))
    canvas = Canvas(str(place))
    for _ in range(3):
        canvas.drawImage(str(image), 50, 50)
        canvas.showPage()
    canvas.save()
    image.unlink()


def locked(place: Path) -> None:
    made.pdf(place, [made.wrapped(PARAGRAPH)], password="locked")


def open_encrypted(place: Path) -> None:
    made.pdf(place, [made.wrapped(PARAGRAPH)], password="")


def xml_bomb(place: Path) -> None:
    made.docx(place)
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    made.with_part(place, "word/document.xml", _body(f'<!DOCTYPE d [<!ENTITY e0 "boom">{entities}]>', "&e11;"))


def _body(head: str, text: str) -> str:
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    paragraph = f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"
    return f'<?xml version="1.0"?>{head}<w:document xmlns:w="{space}"><w:body>{paragraph}</w:body></w:document>'


def encrypted_epub(place: Path) -> None:
    lock = """<encryption xmlns="urn:oasis:names:tc:opendocument:xmlns:container" xmlns:e="http://www.w3.org/2001/04/xmlenc#">
    <e:EncryptedData><e:EncryptionMethod Algorithm="http://www.w3.org/2001/04/xmlenc#aes256-cbc"/><e:CipherData>
    <e:CipherReference URI="OEBPS/a.xhtml"/></e:CipherData></e:EncryptedData></encryption>"""
    made.epub(place, {"a": f"<p>{PARAGRAPH}</p>"}, ["a"], {"META-INF/encryption.xml": lock})


def loop_in_pages(place: Path) -> None:
    """A tree of pages that is its own child."""
    place.write_bytes(
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
        b"2 0 obj<</Type/Pages/Kids[2 0 R 2 0 R]/Count 9999999>>endobj\n"
        b"trailer<</Root 1 0 R/Size 3>>\n%%EOF"
    )


def deep_objects(place: Path) -> None:
    nest = b"[" * 20_000
    place.write_bytes(
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages " + nest + b">>endobj\ntrailer<</Root 1 0 R/Size 2>>\n%%EOF"
    )


def pdf_bomb(place: Path) -> None:
    """A page whose stream unpacks to a gigabyte, twice packed."""
    packed = zlib.compress(zlib.compress(b"BT /F1 12 Tf (a) Tj ET\n" * 20_000_000, 9), 9)
    place.write_bytes(
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
        b"3 0 obj<</Type/Page/Parent 2 0 R/Contents 4 0 R/MediaBox[0 0 99 99]>>endobj\n4 0 obj<</Length "
        + str(len(packed)).encode()
        + b"/Filter[/FlateDecode/FlateDecode]>>stream\n"
        + packed
        + b"\nendstream endobj\ntrailer<</Root 1 0 R/Size 5>>\n%%EOF"
    )


def truncated(make: Callable[[Path], None]) -> Callable[[Path], None]:
    def cut(place: Path) -> None:
        make(place)
        place.write_bytes(place.read_bytes()[: place.stat().st_size // 2])

    return cut


def content(raw: bytes) -> Callable[[Path], None]:
    return lambda place: place.write_bytes(raw) and None


def bomb(part: str) -> Callable[[Path], None]:
    return lambda place: made.bomb(place, part)


def small_epub(place: Path) -> None:
    made.epub(place, {"a": f"<p>{PARAGRAPH}</p>"}, ["a"])


def parquet(place: Path) -> None:
    import pyarrow as pa
    from pyarrow.parquet import write_table

    write_table(pa.table({"text": [PARAGRAPH] * 500}), place)


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 2_000
CASES: list[tuple[str, Callable[[Path], None], set[str]]] = [
    ("scan.pdf", scanned, {Skip.NO_TEXT_LAYER}),
    ("locked.pdf", locked, {Skip.LOCKED}),
    ("open.pdf", open_encrypted, {"read"}),
    ("locked.docx", content(OLE + "EncryptedPackage".encode("utf-16-le")), {Skip.LOCKED}),
    ("old.docx", content(OLE), {Skip.NOT_TEXT}),
    ("locked.epub", encrypted_epub, {Skip.LOCKED}),
    ("half.docx", truncated(made.docx), {Skip.BROKEN}),
    ("half.epub", truncated(small_epub), {Skip.BROKEN}),
    ("half.parquet", truncated(parquet), {Skip.BROKEN}),
    ("loop.pdf", loop_in_pages, {Skip.BROKEN, Skip.TOO_SLOW}),
    ("deep.pdf", deep_objects, {Skip.BROKEN}),
    ("bomb.pdf", pdf_bomb, {Skip.BROKEN, Skip.TOO_SLOW, Skip.TOO_HUNGRY, Skip.NO_TEXT_LAYER}),
    ("bomb.docx", bomb("word/document.xml"), {Skip.UNPACKS}),
    ("bomb.epub", bomb("META-INF/container.xml"), {Skip.UNPACKS}),
    ("xml.docx", xml_bomb, {Skip.BROKEN, Skip.NO_MAIN_TEXT}),
    ("big.html", content(b"<html><body>" + b"<p>A sentence of a page.</p>" * 2_000_000), {Skip.TOO_LARGE}),
    ("zero.html", content(b"<html>\0\0\0" * 100), {Skip.BINARY}),
    ("empty.html", content(b"<html></html>"), {Skip.NO_MAIN_TEXT}),
    ("comment.html", content(b"<!-- nothing -->"), {Skip.NO_MAIN_TEXT}),
    ("nested.html", content(b"<html><body>" + b"<div>" * 10_000 + PARAGRAPH.encode()), {"read", Skip.NO_MAIN_TEXT}),
    ("tables.html", content(b"<html><body>" + b"<table><tr><td>" * 10_000 + b"x"), {Skip.NO_MAIN_TEXT, Skip.BROKEN}),
    ("image.pdf", content(b"\x89PNG\r\n\x1a\n" + b"\0" * 500), {Skip.BROKEN}),
    ("text.docx", content(PARAGRAPH.encode()), {Skip.BROKEN}),
    ("noise.parquet", content(b"PAR1" + os.urandom(5_000) + b"PAR1"), {Skip.BROKEN}),
    ("noise.jsonl", content(bytes(range(256)) * 50), {Skip.BINARY}),
    ("prose.jsonl", content((PARAGRAPH + "\n").encode() * 300), {Skip.BROKEN}),
    ("deep.jsonl", content(b'{"text": ' + b"[" * 1_000_000 + b"\n"), {Skip.BROKEN}),
    ("long.jsonl", content(b'{"text": "' + b"a" * 9_000_000 + b'"}\n'), {Skip.TOO_LARGE}),
    ("packed.epub", content(gzip.compress(b"x" * 1_000)), {Skip.BROKEN}),
]


@pytest.mark.parametrize(("name", "make", "reasons"), CASES, ids=[case[0] for case in CASES])
def test_each_bad_document_has_its_reason(
    tmp_path: Path, name: str, make: Callable[[Path], None], reasons: set[str]
) -> None:
    make(tmp_path / name)
    said = outcome(tmp_path)
    assert set(said) == {name}
    assert said[name] in reasons


@pytest.mark.parametrize("suffix", [".txt", ".html", ".epub", ".parquet", ".md"])
def test_a_document_with_another_suffix_is_what_it_is(tmp_path: Path, suffix: str) -> None:
    made.pdf(tmp_path / f"a{suffix}", [made.wrapped(PARAGRAPH)])
    made.docx(tmp_path / f"b{suffix}")
    (tmp_path / f"c{suffix}").write_text("<!DOCTYPE html>" + GOOD)
    assert outcome(tmp_path) == {f"{name}{suffix}": "read" for name in "abc"}


@pytest.mark.parametrize("reference", ["file:///{}", "{}", "http://127.0.0.1:9/{}"])
def test_no_document_opens_another_file(tmp_path: Path, reference: str) -> None:
    """External entities, external DTDs and XInclude, in each kind that holds XML."""
    (tmp_path / "outside").mkdir()
    secret = tmp_path / "outside" / "secret.txt"
    secret.write_text(SECRET)
    folder = tmp_path / "in"
    folder.mkdir()
    where = reference.format(str(secret).lstrip("/") if "//" in reference else secret)
    head = f'<!DOCTYPE d SYSTEM "{where}" [<!ENTITY x SYSTEM "{where}">]>'
    include = f'<x:include xmlns:x="http://www.w3.org/2001/XInclude" href="{where}" parse="text"/>'
    made.docx(folder / "a.docx")
    made.with_part(folder / "a.docx", "word/document.xml", _body(head, f"{PARAGRAPH} &x; {include}"))
    made.epub(folder / "b.epub", {"a": f"<p>{PARAGRAPH} &x; {include}</p>"}, ["a"])
    made.with_part(folder / "b.epub", "OEBPS/book.opf", f"{head}<package><metadata>&x;</metadata></package>")
    (folder / "c.html").write_text(f"{head}<html><body><p>{PARAGRAPH} &x; {include}</p></body></html>")
    (folder / "zz.html").write_text(GOOD)
    seeds = list(read_seeds([folder], "s", "text"))
    assert len(seeds) >= 2
    assert not [seed for seed in seeds if SECRET in seed.text]


# The child


@pytest.fixture
def page(tmp_path: Path) -> Path:
    (tmp_path / "good.html").write_text(GOOD)
    return tmp_path / "good.html"


def blocks(extractor: Extractor, kind: str, place: Path) -> list[Block]:
    with place.open("rb") as file:
        return [found for found in extractor.read(kind, file.fileno()) if isinstance(found, Block)]


def test_a_reader_that_does_not_end_is_ended(tmp_path: Path, page: Path) -> None:
    (tmp_path / "slow.html").write_text("<html><body>" + "<div><p>Words <b>and</b> more.</p></div>" * 100_000)
    with Extractor(seconds=0.5) as extractor:
        with pytest.raises(Unreadable) as caught:
            blocks(extractor, "html", tmp_path / "slow.html")
        assert caught.value.reason == Skip.TOO_SLOW
        assert PARAGRAPH in blocks(extractor, "html", page)[0].text


def test_a_reader_that_eats_memory_is_ended(tmp_path: Path, page: Path) -> None:
    made.docx(tmp_path / "big.docx")
    made.with_part(tmp_path / "big.docx", "word/document.xml", _body("", "</w:t></w:r><w:r><w:t>x" * 400_000))
    with Extractor(memory=200_000_000) as extractor:
        with pytest.raises(Unreadable) as caught:
            blocks(extractor, "docx", tmp_path / "big.docx")
        assert caught.value.reason in (Skip.TOO_HUNGRY, Skip.BROKEN)
        assert PARAGRAPH in blocks(extractor, "html", page)[0].text


def test_a_child_that_dies_costs_one_document(page: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Extractor() as extractor:
        before = blocks(extractor, "html", page)
        child, send = extractor.pid, socket.send_fds
        assert child

        def die(*given: Any) -> None:
            send(*given)
            os.kill(child, signal.SIGKILL)

        os.kill(child, signal.SIGSTOP)  # so that it can't have answered
        with monkeypatch.context() as patched:
            patched.setattr(socket, "send_fds", die)
            with pytest.raises(Unreadable):
                blocks(extractor, "html", page)
        assert blocks(extractor, "html", page) == before


def test_a_child_that_died_between_two_documents_costs_none(page: Path) -> None:
    with Extractor() as extractor:
        before = blocks(extractor, "html", page)
        assert extractor.pid
        os.kill(extractor.pid, signal.SIGKILL)
        os.waitid(os.P_PID, extractor.pid, os.WEXITED | os.WNOWAIT)
        assert blocks(extractor, "html", page) == before


def test_no_child_is_left_behind(tmp_path: Path) -> None:
    made.pdf(tmp_path / "a.pdf", [made.wrapped(PARAGRAPH)] * 30)
    with Extractor() as extractor, (tmp_path / "a.pdf").open("rb") as file:
        reading = extractor.read("pdf", file.fileno())
        assert isinstance(next(reading), Block)
        pid = extractor.pid
        assert pid
        reading.close()  # type: ignore[attr-defined]
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


def test_the_child_may_write_no_file(tmp_path: Path) -> None:
    """What a parser could be talked into is bounded: the limit stands when the first document is read."""
    made.pdf(tmp_path / "a.pdf", [made.wrapped(PARAGRAPH)])
    with Extractor() as extractor:
        blocks(extractor, "pdf", tmp_path / "a.pdf")
        limits = Path(f"/proc/{extractor.pid}/limits").read_text()
    assert "Max file size             0                    0" in limits


def test_rows_without_number_take_no_more_memory(tmp_path: Path) -> None:
    import pyarrow as pa
    from pyarrow.parquet import ParquetWriter

    def most(rows: int) -> int:
        place = tmp_path / f"{rows}.parquet"
        with ParquetWriter(place, pa.schema({"text": pa.string()})) as out:
            for start in range(0, rows, 1_000):
                out.write_table(pa.table({"text": [f"{n} {PARAGRAPH}" for n in range(start, start + 1_000)]}))
        with Extractor() as extractor, place.open("rb") as file:
            seen = sum(1 for _ in extractor.read("parquet", file.fileno()))
            assert seen == rows
            status = Path(f"/proc/{extractor.pid}/status").read_text()
        return int(status.split("VmHWM:")[1].split()[0]) * 1024

    assert most(40_000) < most(4_000) + 12_000_000


# Any damage at all


@pytest.mark.parametrize("name", ["a.pdf", "a.docx", "a.epub", "a.parquet", "a.html"])
def test_damage_anywhere_is_text_or_a_reason(tmp_path_factory: pytest.TempPathFactory, name: str) -> None:
    folder = tmp_path_factory.mktemp("damage")
    makers: dict[str, Callable[[Path], None]] = {
        "a.pdf": lambda place: made.pdf(place, [made.wrapped(PARAGRAPH)] * 2),
        "a.docx": made.docx,
        "a.epub": small_epub,
        "a.parquet": parquet,
        "a.html": content(GOOD.encode()),
    }
    makers[name](folder / name)
    whole = (folder / name).read_bytes()
    kind = name.split(".")[1]
    with Extractor(seconds=20) as extractor:

        @settings(max_examples=25, suppress_health_check=list(HealthCheck))
        @given(at=st.integers(0, len(whole) - 1), put=st.binary(max_size=20), cut=st.booleans())
        def damage(at: int, put: bytes, cut: bool) -> None:
            broken = whole[:at] + put + (b"" if cut else whole[at + len(put) :])
            (folder / "b").write_bytes(broken)
            try:
                for block in blocks(extractor, kind, folder / "b"):
                    block.text.encode()
            except Unreadable as error:
                assert error.reason in Skip

        damage()


# What is not installed


@pytest.mark.parametrize(("name", "module"), [("a.pdf", "pypdf"), ("a.docx", "docx"), ("a.html", "trafilatura")])
def test_without_the_extra_one_reason_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, module: str
) -> None:
    made.pdf(tmp_path / "a.pdf", [made.wrapped(PARAGRAPH)])
    made.docx(tmp_path / "a.docx")
    (tmp_path / "a.html").write_text(GOOD)
    monkeypatch.setitem(sys.modules, module, None)
    skipped: dict[str, str] = {}
    seeds = list(read_seeds([tmp_path], "s", "text", skipped.__setitem__))
    assert skipped == {name: Skip.NEEDS_EXTRA}
    assert 'pip install "agentinstruct[documents]"' in skipped[name]
    assert len(seeds) == 2


def test_json_lines_need_nothing_installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("trafilatura", "pypdf", "docx", "pyarrow", "datasets"):
        monkeypatch.setitem(sys.modules, module, None)
    (tmp_path / "a.jsonl").write_text(json.dumps({"text": PARAGRAPH}))
    assert [seed.text for seed in read_seeds([tmp_path], "s", "text")] == [PARAGRAPH]


def test_a_zip_of_many_entries_is_not_gone_through(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.docx", "w") as archive:
        archive.writestr("word/document.xml", _body("", PARAGRAPH))
        for number in range(25_000):
            archive.writestr(f"{number}", "")
    assert outcome(tmp_path) == {"a.docx": Skip.UNPACKS}
