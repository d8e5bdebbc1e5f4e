"""For each path on a line of the input: the text of the file in Base64 on a line of the output, or an empty line.

The argument names the library that reads: pymupdf, pypdf, openpyxl, xlrd, python-docx, beautifulsoup, html2text.
"""
import base64
import sys
import warnings

warnings.simplefilter("ignore")


def pymupdf(path):
    import pymupdf as library

    with library.open(path) as document:
        return "\n".join(page.get_text() for page in document)


def pypdf(path):
    import pypdf as library

    return "\n".join(page.extract_text() for page in library.PdfReader(path).pages)


def openpyxl(path):
    import openpyxl as library

    book = library.load_workbook(path, data_only=True)
    rows = (row for sheet in book.worksheets for row in [(sheet.title,), *sheet.iter_rows(values_only=True)])
    return "\n".join(" ".join(str(cell) for cell in row if cell is not None) for row in rows)


def xlrd(path):
    import xlrd as library

    lines = []
    for sheet in library.open_workbook(path, logfile=sys.stderr).sheets():
        lines.append(sheet.name)
        for row in sheet.get_rows():
            lines.append(" ".join(f"{cell.value:g}" if cell.ctype == 2 else str(cell.value) for cell in row))
    return "\n".join(lines)


def python_docx(path):
    import docx as library
    from docx.oxml.ns import qn

    document = library.Document(path)
    lines = []
    for paragraph in document.element.body.iter(qn("w:p")):
        pieces = {qn("w:t"): None, qn("w:tab"): "\t", qn("w:br"): "\n"}
        lines.append("".join((node.text or "") if node.tag == qn("w:t") else pieces[node.tag]
                             for node in paragraph.iter(*pieces)))
    return "\n".join(lines)


def beautifulsoup(path):
    import bs4 as library

    with open(path, "rb") as file:
        soup = library.BeautifulSoup(file.read(), "lxml")
    for hidden in soup(["script", "style", "noscript", "template"]):
        hidden.decompose()
    return soup.get_text("\n")


def html2text(path):
    import bs4
    import html2text as library

    with open(path, "rb") as file:
        page = bs4.UnicodeDammit(file.read(), is_html=True).unicode_markup
    reader = library.HTML2Text()
    reader.ignore_links = reader.ignore_images = reader.ignore_emphasis = True
    reader.body_width = 0
    return reader.handle(page)


read = globals()[sys.argv[1].replace("-", "_")]
output = sys.stdout
sys.stdout = sys.stderr
for line in sys.stdin:
    try:
        text = read(line.rstrip("\n"))
    except Exception as failed:
        print(line.rstrip("\n"), repr(failed), file=sys.stderr)
        text = ""
    encoded = base64.b64encode(text.encode("utf-8", "replace")).decode("ascii")
    print(encoded, file=output, flush=True)
