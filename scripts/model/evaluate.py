"""Measures a static model on a BEIR folder: nDCG@10 with linear gain, alone and in the hybrid recipe (README.md)."""
import argparse
import gzip
import json
import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers

from fit import count_matrix, normalise
from lexical import Postings, analyse, expand, score_proximity
from model_file import read_model

WEIGHTS = {'bm25': 1.0, 'title': 0.1, 'proximity': 0.1, 'rm3': 0.3, 'document': 0.3, 'window': 0.45, 'feedback': 0.2}
GRID = {
    'document': (0.15, 0.3, 0.5, 0.8), 'window': (0.2, 0.45, 0.7, 1.0), 'feedback': (0.0, 0.2, 0.4),
    'rm3': (0.0, 0.3), 'title': (0.1, 0.2), 'proximity': (0.1, 0.2),
}
DISCOUNT = 1 / np.log2(np.arange(2, 12))
SENTENCE = re.compile(r'(?<=[.!?])\s+(?=[A-Z0-9a-z])')
SHORTEST_SENTENCE, FEEDBACK = 10, 3


@dataclass
class Split:
    """Queries with their judgements: document id → gain."""

    queries: list[str]
    judgements: list[dict[str, int]]


@dataclass
class Collection:
    ids: list[str]
    texts: list[str]
    titles: list[str]
    windows: list[str]
    starts: np.ndarray
    splits: dict[str, Split]


def join_title(document: dict) -> str:
    """Title and text as one; a title that the text repeats is not said twice."""
    title, text = document.get('title', '').strip(), document['text'].strip()
    if not title or text.startswith(title):
        return text
    return f'{title}{"" if title.endswith(".") else "."} {text}'


def cut_windows(document: dict) -> list[str]:
    """The title (else the first sentence), then every two neighbouring sentences of the text."""
    sentences = [s for s in SENTENCE.split(document['text']) if len(s) > SHORTEST_SENTENCE] or [join_title(document)]
    pairs = [' '.join(sentences[i : i + 2]) for i in range(max(1, len(sentences) - 1))]
    return [document.get('title', '') or sentences[0], *pairs]


def read_lines(path: Path) -> list[dict]:
    with gzip.open(path, 'rt', encoding='utf8') as file:
        return [json.loads(line) for line in file]


def read_split(path: Path, queries: dict[str, str], limit: int) -> Split:
    judgements: dict[str, dict[str, int]] = {}
    for line in path.read_text().splitlines()[1:]:
        query, document, gain = line.split('\t')
        judgements.setdefault(query, {})[document] = int(gain)
    chosen = [query for query in queries if query in judgements][:limit]
    return Split([queries[q] for q in chosen], [judgements[q] for q in chosen])


def read_collection(folder: Path, limit: int) -> Collection:
    documents = read_lines(folder / 'corpus.jsonl.gz')
    queries = {q['_id']: q['text'] for q in read_lines(folder / 'queries.jsonl.gz')}
    windows = [cut_windows(document) for document in documents]
    starts = np.r_[0, np.cumsum([len(w) for w in windows])[:-1]]
    splits = {p.stem: read_split(p, queries, limit) for p in sorted((folder / 'qrels').glob('*.tsv'))}
    return Collection(
        [d['_id'] for d in documents], list(map(join_title, documents)), [d.get('title', '') for d in documents],
        [w for group in windows for w in group], starts, splits,
    )


def standardise(scores: np.ndarray) -> np.ndarray:
    """z-score of each query over all documents."""
    return (scores - scores.mean(1, keepdims=True)) / (scores.std(1, keepdims=True) + 1e-9)


def score_lexical(collection: Collection) -> dict[str, dict[str, np.ndarray]]:
    """split → signal → (queries, documents), standardised."""
    documents = [analyse(text) for text in collection.texts]
    text, title = Postings(documents), Postings([analyse(t) for t in collection.titles])
    signals = {}
    for name, split in collection.splits.items():
        queries = [analyse(query) for query in split.queries]
        counts = text.matrix(queries)
        raw = {
            'bm25': text.score(counts), 'title': title.score(title.matrix(queries)),
            'proximity': score_proximity(documents, queries), 'rm3': text.score(expand(text, counts)),
        }
        signals[name] = {signal: standardise(scores) for signal, scores in raw.items()}
    return signals


class Embedder:
    """Sums of token vectors, each token weighted by idf^power of the collection, unit length."""

    def __init__(self, path: Path, collection: Collection, power: float) -> None:
        vocabulary, self.vectors = read_model(path)
        self.tokenizer = Tokenizer(models.WordPiece({w: i for i, w in enumerate(vocabulary)}, unk_token='[UNK]'))
        self.tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
        self.tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
        counts = self.count(collection.texts)
        containing = np.bincount(counts.indices, minlength=len(vocabulary))
        idf = np.log((len(collection.texts) + 1) / (containing + 0.5)).clip(0.01)
        self.weighted = (self.vectors * (idf**power)[:, None]).astype(np.float32)
        self.documents = normalise(counts @ self.weighted)
        self.windows = self.embed(collection.windows)

    def count(self, texts: list[str]):
        ids = [e.ids for e in self.tokenizer.encode_batch(texts, add_special_tokens=False)]
        return count_matrix(ids, len(self.vectors))

    def embed(self, texts: list[str]) -> np.ndarray:
        return normalise(self.count(texts) @ self.weighted)


def score_vectors(embedder: Embedder, queries: list[str], starts: np.ndarray, bm25: np.ndarray) -> dict[str, np.ndarray]:
    """Document, best window, both together, and feedback from the three documents that a first fusion puts first."""
    vectors = embedder.embed(queries)
    document = vectors @ embedder.documents.T
    window = np.maximum.reduceat(vectors @ embedder.windows.T, starts, axis=1)
    both = standardise(document + window)
    first = np.argsort(-(bm25 + 0.3 * both), axis=1)[:, :FEEDBACK]
    moved = normalise(vectors + 0.5 * normalise(embedder.documents[first].mean(1)))
    feedback = standardise(moved @ embedder.documents.T)
    return {'document': standardise(document), 'window': standardise(window), 'both': both, 'feedback': feedback}


def ndcg(scores: np.ndarray, ids: list[str], judgements: list[dict[str, int]]) -> float:
    values = []
    for row, gains in zip(scores, judgements):
        ideal = sorted((gain for gain in gains.values() if gain > 0), reverse=True)[:10]
        top = np.argsort(-row, kind='stable')[:10]
        found = np.array([gains.get(ids[place], 0) for place in top])
        if ideal:
            values.append((found * DISCOUNT).sum() / (np.array(ideal) * DISCOUNT[: len(ideal)]).sum())
    return float(np.mean(values))


def fuse(signals: dict[str, np.ndarray], weights: dict[str, float]) -> np.ndarray:
    return sum(weight * signals[name] for name, weight in weights.items() if weight)


def tune(signals: dict[str, np.ndarray], ids: list[str], split: Split) -> dict[str, float]:
    """Two rounds of coordinate ascent over GRID."""
    weights = dict(WEIGHTS)
    best = ndcg(fuse(signals, weights), ids, split.judgements)
    for _ in range(2):
        for name, values in GRID.items():
            for value in values:
                score = ndcg(fuse(signals, {**weights, name: value}), ids, split.judgements)
                if score > best + 3e-4:
                    best, weights = score, {**weights, name: value}
    return weights


def evaluate(model: Path, collection: Collection, lexical: dict, power: float, tuning: bool) -> dict:
    embedder = Embedder(model, collection, power)
    signals = {
        name: {**lexical[name], **score_vectors(embedder, split.queries, collection.starts, lexical[name]['bm25'])}
        for name, split in collection.splits.items()
    }
    recipes = {'bm25': {'bm25': 1.0}, 'lexical': dict(list(WEIGHTS.items())[:4]), 'alone': {'both': 1.0}, 'hybrid': WEIGHTS}
    if tuning:
        recipes['tuned'] = tune(signals['train'], collection.ids, collection.splits['train'])
    figures = {
        f'{split}.{recipe}': round(ndcg(fuse(signals[split], weights), collection.ids, collection.splits[split].judgements), 4)
        for split in signals for recipe, weights in recipes.items()
    }
    return {'model': model.name, 'power': power, **figures, **({'weights': recipes['tuned']} if tuning else {})}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--model', type=Path, required=True, nargs='+')
    parser.add_argument('--data', type=Path, required=True, help='folder with corpus.jsonl.gz, queries.jsonl.gz, qrels/')
    parser.add_argument('--power', type=float, nargs='+', default=[0.5], help='exponent of the token idf')
    parser.add_argument('--queries', type=int, default=400, help='at most this many queries of a split')
    parser.add_argument('--tune', action='store_true', help='ascend the weights on the train split')
    options = parser.parse_args()
    collection = read_collection(options.data, options.queries)
    lexical = score_lexical(collection)
    for model in options.model:
        for power in options.power:
            print(json.dumps(evaluate(model, collection, lexical, power, options.tune)), flush=True)


if __name__ == '__main__':
    main()
