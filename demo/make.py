#!/usr/bin/env python3
"""Renders sources/*.md to the sample shelf beside this file: PDF (one in two columns, one as a scan), DOCX, HTML, Markdown.

    pip install reportlab==5.1.0 python-docx==1.2.0 pillow==13.0.0
    apt-get install fonts-liberation poppler-utils        # poppler's pdftoppm makes the scan
    python3 demo/make.py

The same sources and versions give the same bytes: dates and identifiers in the files are fixed.
All protocols are fictional; every page of every file says so.
"""
import datetime, html, io, pathlib, random, re, subprocess, tempfile, zipfile

from docx import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor
from PIL import Image, ImageFilter
from reportlab import rl_config
from reportlab.lib.colors import HexColor, white
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import cm
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen import canvas
from reportlab.platypus import BaseDocTemplate, Frame, FrameBreak, KeepTogether, NextPageTemplate, PageTemplate, Paragraph, Spacer, Table, TableStyle

HERE = pathlib.Path(__file__).parent
HOSPITAL = "Lindenhof Ward Collection"
WATERMARK = "FICTIONAL - for demonstration only, not for patient care"
INK, ACCENT, RULE, SOFT, WARN, WARN_SOFT = map(HexColor, ("#1c2733", "#0b5c7a", "#b9c7d0", "#eef4f7", "#a33b12", "#fdf1ea"))
FONTS = pathlib.Path("/usr/share/fonts/truetype/liberation")
rl_config.invariant = 1


# The sources: front matter, then headings, paragraphs, "-" and "1." lists, "|" tables, ">" notes.

def read(path):
    _, head, body = path.read_text().split("---\n", 2)
    meta = dict(line.split(": ", 1) for line in head.strip().split("\n"))
    meta.setdefault("layout", "plain")
    blocks = []
    for block in re.split(r"\n\s*\n", body.strip()):
        lines = block.split("\n")
        if block.startswith("## "):
            blocks.append(("heading", block[3:]))
        elif block.startswith("> "):
            blocks.append(("note", block[2:]))
        elif block.startswith("|"):
            rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
            blocks.append(("table", [rows[0], *rows[2:]]))
        elif block.startswith("- "):
            blocks.append(("bullets", [line[2:] for line in lines]))
        elif re.match(r"1\. ", block):
            blocks.append(("numbers", [line.split(". ", 1)[1] for line in lines]))
        else:
            blocks.append(("text", " ".join(lines)))
    return meta, blocks


def facts(meta):
    year, rest = meta["date"].split("-", 1)
    return [("Effective", meta["date"]), ("Review due", f"{int(year) + 2}-{rest}"), ("Owner", meta["owner"]), ("Version", meta["version"]), ("Document", meta["number"])]


def bold(text, escape=html.escape):
    return re.sub(r"\*\*(.+?)\*\*", r"<b>\1</b>", escape(text, quote=False))


# PDF

def style(name, size=9.6, lead=1.36, **more):
    return ParagraphStyle(name, fontName="Body", fontSize=size, leading=size * lead, textColor=INK, **more)


def styles(narrow):
    size = 8.8 if narrow else 9.4
    return {
        "title": ParagraphStyle("title", fontName="Body-Bold", fontSize=16.5, leading=20, textColor=ACCENT, spaceAfter=6),
        "heading": ParagraphStyle("heading", fontName="Body-Bold", fontSize=size + 2.2, leading=size + 5.5, textColor=ACCENT, spaceBefore=9, spaceAfter=3, keepWithNext=1),
        "text": style("text", size, spaceAfter=4),
        "item": style("item", size, bulletFontName="Body", bulletFontSize=size, leftIndent=13, bulletIndent=2, spaceAfter=2),
        "fact": style("fact", 7.9),
        "cell": style("cell", size - 1, 1.25),
        "head": ParagraphStyle("head", fontName="Body-Bold", fontSize=size - 1, leading=(size - 1) * 1.25, textColor=white),
        "note": style("note", size - 0.1),
    }


def flow(meta, blocks, width, narrow=False):
    look, out = styles(narrow), []
    for kind, value in blocks:
        if kind == "heading":
            out.append(Paragraph(bold(value), look["heading"]))
        elif kind == "text":
            out.append(Paragraph(bold(value), look["text"]))
        elif kind in ("bullets", "numbers"):
            for number, item in enumerate(value, 1):
                out.append(Paragraph(bold(item), look["item"], bulletText="•" if kind == "bullets" else f"{number}."))
            out.append(Spacer(1, 3))
        elif kind == "note":
            box = Table([[Paragraph(bold(value), look["note"])]], colWidths=[width])
            box.setStyle(TableStyle([("BACKGROUND", (0, 0), (-1, -1), WARN_SOFT), ("LINEBEFORE", (0, 0), (0, -1), 2.5, WARN), ("LEFTPADDING", (0, 0), (-1, -1), 9), ("TOPPADDING", (0, 0), (-1, -1), 4), ("BOTTOMPADDING", (0, 0), (-1, -1), 5)]))
            box.spaceBefore, box.spaceAfter = 3, 6
            out.append(box)
        else:
            out.append(grid(value, width, look))
    joined, at = [], 0
    while at < len(out):  # a heading stays with its first paragraph and the table after that
        end = at + 1
        if isinstance(out[at], Paragraph) and out[at].style.name == "heading":
            end += 1 + (at + 2 < len(out) and isinstance(out[at + 2], Table))
        joined.append(KeepTogether(out[at:end]) if end > at + 1 else out[at])
        at = end
    return joined


def grid(rows, width, look):
    columns = len(rows[0])
    longest = [max(10, min(40, max(len(row[i]) for row in rows))) for i in range(columns)]
    size = look["head"].fontSize
    words = [max(pdfmetrics.stringWidth(word, "Body-Bold", size) for row in rows for word in row[i].split() or [""]) + 13 for i in range(columns)]
    spare = width - sum(words)  # no word is broken; what is left goes by the length of the cells
    cells = [[Paragraph(bold(cell), look["head" if at == 0 else "cell"]) for cell in row] for at, row in enumerate(rows)]
    table = Table(cells, colWidths=[word + spare * part / sum(longest) for word, part in zip(words, longest)], repeatRows=1)
    table.setStyle(TableStyle([
        ("BACKGROUND", (0, 0), (-1, 0), ACCENT), ("ROWBACKGROUNDS", (0, 1), (-1, -1), [white, SOFT]), ("LINEBELOW", (0, 0), (-1, -1), 0.5, RULE),
        ("BOX", (0, 0), (-1, -1), 0.7, RULE), ("VALIGN", (0, 0), (-1, -1), "TOP"), ("TOPPADDING", (0, 0), (-1, -1), 3), ("BOTTOMPADDING", (0, 0), (-1, -1), 3.5)]))
    table.spaceBefore, table.spaceAfter = 5, 13
    return table


class Numbered(canvas.Canvas):
    """Knows the number of pages when it draws their footers."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.pages = []

    def showPage(self):
        self.pages.append(dict(self.__dict__))
        self._startPage()

    def save(self):
        for page in self.pages:
            self.__dict__.update(page)
            self.setFont("Body", 7.6)
            self.setFillColor(INK)
            self.drawRightString(A4[0] - 2 * cm, 1.25 * cm, f"Page {self._pageNumber} of {len(self.pages)}")
            super().showPage()
        super().save()


def pdf(meta, blocks, target):
    width, height = A4
    left, top, bottom = 2 * cm, 2.3 * cm, 2 * cm
    inner = width - 2 * left

    def frame_of_page(canv, _):
        canv.saveState()
        canv.setFillColor(WARN)
        canv.setFont("Body-Bold", 8)
        canv.drawCentredString(width / 2, height - 1.05 * cm, WATERMARK)
        canv.setFillColor(INK)
        canv.setFont("Body", 7.6)
        canv.drawString(left, height - 1.65 * cm, HOSPITAL)
        canv.drawRightString(width - left, height - 1.65 * cm, f"{meta['number']} · version {meta['version']}")
        canv.setStrokeColor(RULE)
        canv.line(left, height - 1.8 * cm, width - left, height - 1.8 * cm)
        canv.line(left, 1.65 * cm, width - left, 1.65 * cm)
        canv.drawString(left, 1.25 * cm, f"{meta['title']} · {meta['date']}")
        canv.restoreState()

    whole = Frame(left, bottom, inner, height - top - bottom, id="whole", leftPadding=0, rightPadding=0, topPadding=4, bottomPadding=0)
    narrow = meta["layout"] == "two-column"
    gap, banner = 0.8 * cm, 2.4 * cm
    column = (inner - gap) / 2

    def column_frames(head):
        tall = height - top - bottom - head
        return [Frame(left + i * (column + gap), bottom, column, tall, leftPadding=0, rightPadding=0, topPadding=2, bottomPadding=0) for i in (0, 1)]

    if narrow:
        first = Frame(left, height - top - banner, inner, banner, leftPadding=0, rightPadding=0, topPadding=4, bottomPadding=0)
        templates = [PageTemplate("first", [first, *column_frames(banner)], onPage=frame_of_page), PageTemplate("later", column_frames(0), onPage=frame_of_page)]
    else:
        templates = [PageTemplate("page", [whole], onPage=frame_of_page)]
    look = styles(narrow)
    # One line of text, not five cells: a reader of the columns below must not sort the cells in among them.
    told = " ".join(f"<b>{name}:</b> {html.escape(value)}." for name, value in facts(meta))
    table = Table([[Paragraph(told, look["fact"])]], colWidths=[inner])
    table.setStyle(TableStyle([("BACKGROUND", (0, 0), (-1, -1), SOFT), ("BOX", (0, 0), (-1, -1), 0.7, RULE), ("TOPPADDING", (0, 0), (-1, -1), 5), ("BOTTOMPADDING", (0, 0), (-1, -1), 6)]))
    story = [Paragraph(html.escape(meta["title"]), look["title"]), table, Spacer(1, 8)]
    if narrow:
        story += [NextPageTemplate("later"), FrameBreak()]
    story += flow(meta, blocks, column if narrow else inner, narrow)
    doc = BaseDocTemplate(str(target), pagesize=A4, title=meta["title"], author=meta["owner"], subject=WATERMARK, pageTemplates=templates)
    doc.build(story, canvasmaker=Numbered)


def scan(meta, blocks, target):
    """Prints to paper and scans again: grey pictures, slightly turned and speckled, no text layer."""
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        pdf(meta, blocks, folder / "print.pdf")
        subprocess.run(["pdftoppm", "-r", "150", "-gray", folder / "print.pdf", folder / "page"], check=True)
        pages = [Image.open(path).copy() for path in sorted(folder.glob("page*.pgm"))]
    chance = random.Random(1)
    sheet = canvas.Canvas(str(target), pagesize=A4, invariant=1)
    for page in pages:
        page = page.rotate(chance.uniform(-0.5, 0.5), resample=Image.BICUBIC, fillcolor=250).filter(ImageFilter.GaussianBlur(0.4))
        dots = page.load()
        for _ in range(900):
            dots[chance.randrange(page.width), chance.randrange(page.height)] = chance.randrange(90, 200)
        jpeg = io.BytesIO()
        page.save(jpeg, "JPEG", quality=42, optimize=True)
        sheet.drawImage(ImageReader(io.BytesIO(jpeg.getvalue())), 0, 0, *A4)
        sheet.showPage()
    sheet.save()


# DOCX

def docx(meta, blocks, target):
    doc = Document()
    section = doc.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.2)
    normal = doc.styles["Normal"]
    normal.font.name, normal.font.size = "Liberation Sans", Pt(10)
    for name, size in (("Title", 20), ("Heading 1", 13)):
        font = doc.styles[name].font
        font.name, font.size, font.color.rgb = "Liberation Sans", Pt(size), RGBColor(0x0B, 0x5C, 0x7A)
        doc.styles[name].element.rPr.rFonts.set(qn("w:asciiTheme"), "")
        del doc.styles[name].element.rPr.rFonts.attrib[qn("w:asciiTheme")]
    head = section.header.paragraphs[0]
    run = head.add_run(WATERMARK)
    run.bold, run.font.size, run.font.color.rgb = True, Pt(8.5), RGBColor(0xA3, 0x3B, 0x12)
    foot = section.footer.paragraphs[0]
    foot.add_run(f"{HOSPITAL} · {meta['number']} · version {meta['version']} · {meta['date']} · Page ").font.size = Pt(8)
    field(foot, "PAGE")
    foot.add_run(" of ").font.size = Pt(8)
    field(foot, "NUMPAGES")
    doc.add_paragraph(meta["title"], "Title")
    docx_table(doc, [[f"{name}: {value}" for name, value in facts(meta)]], head=False)
    for kind, value in blocks:
        if kind == "heading":
            doc.add_paragraph(value, "Heading 1")
        elif kind == "text":
            runs(doc.add_paragraph(), value)
        elif kind == "note":
            runs(doc.add_paragraph(style="Intense Quote"), value)
        elif kind == "table":
            docx_table(doc, value)
            doc.add_paragraph()
        else:
            for item in value:
                runs(doc.add_paragraph(style="List Bullet" if kind == "bullets" else "List Number"), item)
    core = doc.core_properties
    core.title, core.author, core.subject = meta["title"], meta["owner"], WATERMARK
    core.created = core.modified = datetime.datetime.fromisoformat(meta["date"])
    core.last_modified_by, core.revision, core.comments = meta["owner"], 1, ""
    buffer = io.BytesIO()
    doc.save(buffer)
    with zipfile.ZipFile(buffer) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as out:
        for name in source.namelist():
            if name != "docProps/thumbnail.jpeg":
                out.writestr(zipfile.ZipInfo(name, (2025, 1, 1, 0, 0, 0)), without_thumbnail(name, source.read(name)), zipfile.ZIP_DEFLATED, 9)


def without_thumbnail(name, data):
    return re.sub(rb"<Relationship [^>]*thumbnail[^>]*/>", b"", data) if name == "_rels/.rels" else data


def runs(paragraph, text):
    for at, part in enumerate(re.split(r"\*\*(.+?)\*\*", text)):
        paragraph.add_run(part).bold = bool(at % 2)


def field(paragraph, code):
    run = paragraph.add_run()
    run.font.size = Pt(8)
    for kind, text in (("begin", None), (None, code), ("end", None)):
        element = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            element.set(qn("w:fldCharType"), kind)
        else:
            element.text = text
        run._r.append(element)


def docx_table(doc, rows, head=True):
    table = doc.add_table(len(rows), len(rows[0]), style="Light Grid Accent 1" if head else "Table Grid")
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    for cells, row in zip(table.rows, rows):
        for cell, text in zip(cells.cells, row):
            cell.text = text
            for run in cell.paragraphs[0].runs:
                run.font.size = Pt(9)


# HTML and Markdown

CSS = """body{font:15px/1.5 system-ui,sans-serif;color:#1c2733;max-width:46rem;margin:0 auto;padding:1rem}
h1,h2{color:#0b5c7a;line-height:1.25}.fictional{background:#fdf1ea;color:#a33b12;font-weight:700;padding:.4rem .8rem;text-align:center}
table{border-collapse:collapse;width:100%;margin:1rem 0}td,th{border:1px solid #b9c7d0;padding:.35rem .6rem;text-align:left;vertical-align:top}
th{background:#0b5c7a;color:#fff}tr:nth-child(even) td{background:#eef4f7}blockquote{margin:1rem 0;padding:.5rem 1rem;border-left:4px solid #a33b12;background:#fdf1ea}"""


def web(meta, blocks, target):
    mark = f'<p class="fictional">{WATERMARK}</p>'
    lines = ['<!DOCTYPE html>', '<html lang="en">', "<head>", '<meta charset="utf-8">', f"<title>{html.escape(meta['title'])}</title>", f'<meta name="author" content="{html.escape(meta["owner"])}">', f'<meta name="date" content="{meta["date"]}">', f"<style>\n{CSS}\n</style>", "</head>", "<body>", mark, f"<p>{HOSPITAL}</p>", f"<h1>{html.escape(meta['title'])}</h1>"]
    row = lambda cells, tag: "<tr>" + "".join(f"<{tag}>{bold(cell)}</{tag}>" for cell in cells) + "</tr>"
    lines += ["<table>", *(f"<tr><th>{name}</th><td>{html.escape(value)}</td></tr>" for name, value in facts(meta)), "</table>"]
    for kind, value in blocks:
        if kind == "heading":
            lines.append(f"<h2>{html.escape(value)}</h2>")
        elif kind == "text":
            lines.append(f"<p>{bold(value)}</p>")
        elif kind == "note":
            lines.append(f"<blockquote>{bold(value)}</blockquote>")
        elif kind == "table":
            lines += ["<table>", row(value[0], "th"), *(row(cells, "td") for cells in value[1:]), "</table>"]
        else:
            tag = "ul" if kind == "bullets" else "ol"
            lines += [f"<{tag}>", *(f"<li>{bold(item)}</li>" for item in value), f"</{tag}>"]
    target.write_text("\n".join([*lines, mark, "</body>", "</html>", ""]))


def markdown(meta, source, target):
    body = source.read_text().split("---\n", 2)[2].strip()
    told = "\n".join(f"- {name}: {value}" for name, value in facts(meta))
    target.write_text(f"**{WATERMARK}**\n\n# {meta['title']}\n\n{HOSPITAL}\n\n{told}\n\n{body}\n\n**{WATERMARK}**\n")


def main():
    for name, file in (("Body", "Regular"), ("Body-Bold", "Bold")):
        pdfmetrics.registerFont(TTFont(name, FONTS / f"LiberationSans-{file}.ttf"))
    pdfmetrics.registerFontFamily("Body", normal="Body", bold="Body-Bold", italic="Body", boldItalic="Body-Bold")
    for source in sorted((HERE / "sources").glob("*.md")):
        meta, blocks = read(source)
        target = HERE / meta["output"]
        kind = "scan" if meta["layout"] == "scan" else target.suffix[1:]
        if kind == "md":
            markdown(meta, source, target)
        else:
            {"pdf": pdf, "scan": scan, "docx": docx, "html": web}[kind](meta, blocks, target)
        print(f"{target.name}: {target.stat().st_size // 1024} KB")


if __name__ == "__main__":
    main()
