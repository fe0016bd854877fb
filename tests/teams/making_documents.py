"""Documents for tests, made by code: what is in them is seen here, and nothing binary lies in the repository."""

import io
import zipfile
from collections.abc import Sequence
from pathlib import Path

PARAGRAPH = (
    "The tide mill stands where the river meets the sea. When the tide comes in, the gate opens and the pond fills; "
    "when it goes out, the water turns the wheel, and the miller grinds the corn of three villages until the sea "
    "returns. He keeps the hours of the moon, not those of the sun, and sleeps when the others work."
)


def pdf(
    place: Path, pages: Sequence[Sequence[tuple[str, int]]], running: str = "", password: str | None = None
) -> None:
    """Write a PDF of lines with their sizes; `running` and the number stand at the head and foot of each page."""
    from reportlab.lib.pdfencrypt import StandardEncryption
    from reportlab.pdfgen.canvas import Canvas

    lock = None if password is None else StandardEncryption(password, ownerPassword="owner", canPrint=1)
    canvas = Canvas(str(place), encrypt=lock)
    for number, lines in enumerate(pages, 1):
        if running:
            canvas.setFont("Helvetica", 9)
            canvas.drawString(72, 810, running)
            canvas.drawString(290, 30, f"Page {number}")
        height = 770
        for text, size in lines:
            canvas.setFont("Helvetica", size)
            if text:
                canvas.drawString(72, height, text)
            height -= round(size * 1.2)
        canvas.showPage()
    canvas.save()


def wrapped(text: str, width: int = 80) -> list[tuple[str, int]]:
    """The lines of a paragraph, as a page sets them."""
    import textwrap

    return [(line, 11) for line in textwrap.wrap(text, width)]


def docx(place: Path) -> None:
    """Write a DOCX with headings, a list and a table, in this order."""
    from docx import Document

    document = Document()
    document.sections[0].header.paragraphs[0].text = "Confidential draft of the header"
    document.add_heading("Tide mills", 0)
    document.add_paragraph(PARAGRAPH)
    document.add_heading("What it needs", 1)
    document.add_paragraph("a pond", style="List Bullet")
    document.add_paragraph("a gate", style="List Bullet")
    table = document.add_table(3, 2)
    for row, cells in enumerate([("Mill", "Year"), ("Eling", "1086"), ("Woodbridge", "1170")]):
        for column, text in enumerate(cells):
            table.rows[row].cells[column].text = text
    document.add_paragraph("After the table comes the end.")
    document.save(str(place))


def with_part(place: Path, name: str, content: str) -> None:
    """Put another content into one part of a zipped document."""
    with (
        zipfile.ZipFile(io.BytesIO(place.read_bytes())) as old,
        zipfile.ZipFile(place, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for entry in old.infolist():
            new.writestr(entry, content if entry.filename == name else old.read(entry))


CONTAINER = """<?xml version="1.0"?><container xmlns="urn:oasis:names:tc:opendocument:xmlns:container" version="1.0">
<rootfiles><rootfile full-path="OEBPS/book.opf" media-type="application/oebps-package+xml"/></rootfiles></container>"""


def epub(place: Path, chapters: dict[str, str], order: Sequence[str], more: dict[str, str] | None = None) -> None:
    """Write an EPUB of chapters (name to HTML body), to be read in `order`, and a page of contents."""
    items = "".join(f'<item id="{n}" href="{n}.xhtml" media-type="application/xhtml+xml"/>' for n in chapters)
    spine = "".join(f'<itemref idref="{name}"/>' for name in order)
    package = f"""<?xml version="1.0"?><package xmlns="http://www.idpf.org/2007/opf" version="3.0"><manifest>{items}
    <item id="toc" href="toc.xhtml" media-type="application/xhtml+xml" properties="nav"/></manifest>
    <spine><itemref idref="toc"/>{spine}</spine></package>"""
    with zipfile.ZipFile(place, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/epub+zip")
        archive.writestr("META-INF/container.xml", CONTAINER)
        archive.writestr("OEBPS/book.opf", package)
        archive.writestr("OEBPS/toc.xhtml", "<html><body><nav>Contents page</nav></body></html>")
        for name, body in chapters.items():
            archive.writestr(
                f"OEBPS/{name}.xhtml", f"<html><head><title>{name}</title></head><body>{body}</body></html>"
            )
        for name, content in (more or {}).items():
            archive.writestr(name, content)


def bomb(place: Path, name: str, size: int = 400_000_000) -> None:
    """Write a zip whose part `name` unpacks to `size` bytes of nothing."""
    with zipfile.ZipFile(place, "w", zipfile.ZIP_DEFLATED) as archive, archive.open(name, "w") as out:
        for _ in range(size // 4_000_000):
            out.write(b" " * 4_000_000)
