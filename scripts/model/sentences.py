"""Cuts text into sentences and keeps those that read like English prose."""
import html
import re
from collections import Counter
from collections.abc import Iterable, Iterator

SENTENCE_END = re.compile(r'(?<=[.!?])\s+(?=[A-Z"(\[])')
TAG = re.compile(r'<[^>]+>')
BLOCK_TAG = re.compile(r'</?(?:p|li|ul|ol|dd|dt|dl|div|note|important|br)\b[^>]*>', re.I)
ROLE = re.compile(r':[\w:+-]+:`~?([^`<]+?)(?:\s*<[^`>]*>)?`')
LINK = re.compile(r'`([^`<]+?)\s*<[^`>]*>`_{0,2}')
MARKDOWN_LINK = re.compile(r'\[([^\]]+)\]\([^)]*\)')
OPENING_WORDS, SAME_OPENING = 4, 25


def squeeze(text: str) -> str:
    return re.sub(r'\s+', ' ', text).strip()


def split_sentences(text: str) -> list[str]:
    return [squeeze(sentence) for sentence in SENTENCE_END.split(text)]


def is_prose(text: str) -> bool:
    """True for an ASCII sentence of 4 to 45 words, mostly letters, mostly lower-case words."""
    words = text.split()
    if not (4 <= len(words) <= 45 and len(text) < 320 and text.isascii()):
        return False
    letters = sum(c.isalpha() or c == ' ' for c in text)
    plain = sum(word.strip('.,;:()').isalpha() and word.islower() for word in words)
    return letters > 0.84 * len(text) and plain >= 0.45 * len(words)


def strip_html(text: str) -> list[str]:
    """Paragraphs of an HTML fragment, without tags."""
    return [html.unescape(TAG.sub('', block)) for block in BLOCK_TAG.split(text)]


def strip_markup(text: str) -> str:
    """Takes the marks of reStructuredText and Markdown away, keeps their words."""
    for pattern in (ROLE, LINK, MARKDOWN_LINK):
        text = pattern.sub(r'\1', text)
    return re.sub(r'[`*]|\[\d+\]_|\{@\w+ ([^}]*)\}', r'\1', text).replace('|', '')


def prose_of(paragraphs: Iterable[str]) -> Iterator[str]:
    for paragraph in paragraphs:
        yield from filter(is_prose, split_sentences(paragraph))


def limit_openings(sentences: Iterable[str]) -> Iterator[str]:
    """Keeps at most 25 sentences that open with the same four words: API references repeat themselves."""
    seen: Counter = Counter()
    for sentence in sentences:
        opening = ' '.join(sentence.lower().split()[:OPENING_WORDS])
        seen[opening] += 1
        if seen[opening] <= SAME_OPENING:
            yield sentence
