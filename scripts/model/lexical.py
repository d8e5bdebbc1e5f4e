"""The lexical signals of the hybrid recipe: BM25 over text and title, proximity, and RM3 query expansion."""
import math
import re
from collections import Counter

import numpy as np
import scipy.sparse as sparse
import snowballstemmer

K1, B = 0.9, 0.4
FEEDBACK_DOCUMENTS, FEEDBACK_TERMS, QUERY_SHARE, COMMON_SHARE = 10, 20, 0.8, 0.1
NEAR = 3
WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
STOP_WORDS = frozenset(
    'a an and are as at be but by for if in into is it no not of on or such that the their then there these they this '
    'to was will with'.split(),
)
STEMMER = snowballstemmer.stemmer('porter')


def analyse(text: str) -> list[str]:
    """Lower-cased words without possessive `'s` and stop words, Porter-stemmed."""
    words = (word.removesuffix("'s") for word in WORD.findall(text.lower()))
    return STEMMER.stemWords([word for word in words if word not in STOP_WORDS])


def inverse_frequency(total: int, containing: np.ndarray | int) -> np.ndarray | float:
    return np.log(1 + (total - containing + 0.5) / (containing + 0.5))


class Postings:
    """Term counts of a collection, as a sparse matrix (documents, terms)."""

    def __init__(self, documents: list[list[str]]) -> None:
        self.vocabulary = {term: i for i, term in enumerate(dict.fromkeys(t for d in documents for t in d))}
        self.counts = self.matrix(documents)
        self.lengths = np.asarray(self.counts.sum(1)).ravel()
        self.containing = np.asarray((self.counts > 0).sum(0)).ravel()
        self.weights = self.weigh()

    def matrix(self, texts: list[list[str]]) -> sparse.csr_matrix:
        """Counts of the known terms of each text."""
        counts = [Counter(self.vocabulary[t] for t in text if t in self.vocabulary) for text in texts]
        starts = np.r_[0, np.cumsum([len(c) for c in counts])]
        columns = [term for c in counts for term in c]
        values = np.array([n for c in counts for n in c.values()], np.float32)
        return sparse.csr_matrix((values, columns, starts), shape=(len(texts), len(self.vocabulary)))

    def weigh(self) -> sparse.csr_matrix:
        """BM25's share of each term in each document: idf · tf / (tf + k1 (1 - b + b length / mean))."""
        weights = self.counts.copy()
        rows = np.repeat(np.arange(weights.shape[0]), np.diff(weights.indptr))
        norm = K1 * (1 - B + B * self.lengths / self.lengths.mean())
        idf = inverse_frequency(weights.shape[0], self.containing)
        weights.data = weights.data / (weights.data + norm[rows]) * idf[weights.indices]
        return weights.astype(np.float32)

    def score(self, queries: sparse.csr_matrix) -> np.ndarray:
        return (queries @ self.weights.T).toarray().astype(np.float32)


def expand(postings: Postings, queries: sparse.csr_matrix) -> sparse.csr_matrix:
    """RM3: 0.8 × the query's own terms + 0.2 × the 20 strongest terms of its first ten documents.

    A document counts by its BM25 score, a term by its share of the document; terms in over 10 % of all are left out.
    """
    scores = postings.score(queries)
    shares = sparse.diags(1 / np.maximum(postings.lengths, 1)) @ postings.counts
    common = postings.containing > COMMON_SHARE * len(postings.lengths)
    rows = []
    for row in scores:
        best = np.argsort(-row, kind='stable')[:FEEDBACK_DOCUMENTS]
        trust = row[best] / (row[best].sum() + 1e-9)
        strength = trust @ shares[best].toarray()
        strength[common] = 0
        terms = np.argsort(-strength, kind='stable')[:FEEDBACK_TERMS]
        share = strength[terms] / (strength[terms].sum() + 1e-9)
        rows.append(sparse.csr_matrix((share, (np.zeros(len(terms), int), terms)), shape=(1, queries.shape[1])))
    own = sparse.diags(1 / np.maximum(np.asarray(queries.sum(1)).ravel(), 1)) @ queries
    return (QUERY_SHARE * own + (1 - QUERY_SHARE) * sparse.vstack(rows)).tocsr()


def pair_strengths(document: list[str], needed: set[tuple[str, str]]) -> dict[tuple[str, str], float]:
    """For ordered pairs of stems within three positions: the sum of 1 / distance."""
    strengths: dict[tuple[str, str], float] = {}
    for place, first in enumerate(document):
        for gap in range(1, NEAR + 1):
            if place + gap < len(document) and (first, document[place + gap]) in needed:
                pair = (first, document[place + gap])
                strengths[pair] = strengths.get(pair, 0) + 1 / gap
    return strengths


def score_proximity(documents: list[list[str]], queries: list[list[str]]) -> np.ndarray:
    """Sum over neighbouring query stems of idf(pair) · s / (s + k1), s the pair's strength in the document."""
    pairs = [set(zip(query, query[1:])) for query in queries]
    needed = set().union(*pairs)
    found: dict[tuple[str, str], list[tuple[int, float]]] = {}
    for number, document in enumerate(documents):
        for pair, strength in pair_strengths(document, needed).items():
            found.setdefault(pair, []).append((number, strength))
    scores = np.zeros((len(queries), len(documents)), np.float32)
    for row, wanted in enumerate(pairs):
        for pair in wanted:
            places = found.get(pair, [])
            idf = math.log(1 + (len(documents) - len(places) + 0.5) / (len(places) + 0.5))
            for number, strength in places:
                scores[row, number] += idf * strength / (strength + K1)
    return scores
