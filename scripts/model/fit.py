"""Fits one vector per word piece so that the sum over a sentence points where the teacher's sentence vector points.

The vectors start as the teacher's own vectors of single pieces, projected to fewer dimensions and damped by frequency.
Ridge regression (conjugate gradient) then solves for all rows at once, and Adam sharpens the directions: its loss is
1 - cosine plus the squared error of the similarities inside a batch. A row's length is learned too: it is the weight
of its word.
"""
import argparse
import json
import time
from pathlib import Path

import numpy as np
import scipy.sparse as sparse
from tokenizers import Tokenizer

from encode import open_tokenizer
from model_file import write_model

BATCH, FIRST_DECAY, SECOND_DECAY = 1024, 0.9, 0.99
HELD_OUT_EVERY, HELD_OUT = 50, 7
DAMPING = 1e-3
UNKNOWN = '[UNK]'


def normalise(rows: np.ndarray) -> np.ndarray:
    return rows / (np.linalg.norm(rows, axis=1, keepdims=True) + 1e-9)


def count_matrix(ids: list[list[int]], width: int) -> sparse.csr_matrix:
    """Sparse (sentences, pieces): how often each piece stands in each sentence."""
    indices = np.fromiter((i for row in ids for i in row), np.int32)
    starts = np.r_[0, np.cumsum([len(row) for row in ids])]
    matrix = sparse.csr_matrix((np.ones(len(indices), np.float32), indices, starts), shape=(len(ids), width))
    matrix.sum_duplicates()
    return matrix


def load_targets(sentences: list[str], folder: Path) -> np.ndarray:
    """The teacher's vectors (n, 384) in the order of the sentences."""
    places = {text: row for row, text in enumerate(sentences)}
    targets = np.zeros((len(sentences), 384), np.float32)
    found = np.zeros(len(sentences), bool)
    for chunk in sorted(folder.glob('*.npy')):
        vectors = np.load(chunk)
        for text, vector in zip(json.loads(chunk.with_suffix('.json').read_text()), vectors):
            if text in places:
                targets[places[text]] = vector
                found[places[text]] = True
    if not found.all():
        raise SystemExit(f'{int((~found).sum())} sentences are not encoded yet')
    return targets


def principal_axes(targets: np.ndarray, dimensions: int) -> np.ndarray:
    """(384, dimensions): the directions in which the teacher's vectors vary most."""
    centred = targets - targets.mean(0)
    return np.linalg.svd(centred.T @ centred)[0][:, :dimensions].astype(np.float32)


def start_vectors(pieces: np.ndarray, axes: np.ndarray, counts: sparse.csr_matrix) -> np.ndarray:
    """Projected single-piece vectors, the frequent ones damped (smooth inverse frequency)."""
    frequency = np.asarray(counts.sum(0)).ravel() + 1
    weight = DAMPING / (DAMPING + frequency / frequency.sum())
    return ((pieces - pieces.mean(0)) @ axes * weight[:, None]).astype(np.float32)


def solve_ridge(counts: sparse.csr_matrix, targets: np.ndarray, start: np.ndarray, penalty: float, steps: int) -> np.ndarray:
    """start + D that minimises |counts (start + D) - targets|² + penalty |D|², column by column at once."""
    transposed = counts.T.tocsr()
    change = np.zeros_like(start)
    residual = transposed @ (targets - counts @ start)
    direction, energy = residual.copy(), (residual**2).sum(0)
    for _ in range(steps):
        applied = transposed @ (counts @ direction) + penalty * direction
        step = energy / ((direction * applied).sum(0) + 1e-12)
        change += step * direction
        residual -= step * applied
        fresh = (residual**2).sum(0)
        direction = residual + (fresh / (energy + 1e-12)) * direction
        energy = fresh
    return start + change


def ridge_pass(counts: sparse.csr_matrix, targets: np.ndarray, vectors: np.ndarray, penalty: float, steps: int) -> np.ndarray:
    """Ridge on sentences scaled by their present length, since only the direction of the sum counts."""
    lengths = np.linalg.norm(counts @ vectors, axis=1) + 1e-6
    scaled = (sparse.diags(1 / lengths) @ counts).tocsr().astype(np.float32)
    return solve_ridge(scaled, targets, vectors, penalty, steps)


def batch_gradient(counts: sparse.csr_matrix, targets: np.ndarray, vectors: np.ndarray, relational: float) -> np.ndarray:
    """Gradient of the loss by the sentence sums (batch, dimensions)."""
    sums = counts @ vectors
    lengths = np.linalg.norm(sums, axis=1, keepdims=True) + 1e-6
    unit, size = sums / lengths, len(targets)
    errors = unit @ unit.T - targets @ targets.T
    np.fill_diagonal(errors, 0)
    gradient = -targets / size + relational * 32 / size**2 * (errors @ unit)
    return (gradient - (gradient * unit).sum(1, keepdims=True) * unit) / lengths


class LazyAdam:
    """Adam that moves only the rows that a batch touches."""

    def __init__(self, vectors: np.ndarray, rate: float, steps: int) -> None:
        self.vectors = vectors
        self.first, self.second = np.zeros_like(vectors), np.zeros_like(vectors)
        self.rate = rate * float(np.sqrt((vectors**2).mean()))
        self.step, self.steps = 0, steps

    def move(self, rows: np.ndarray, gradient: np.ndarray) -> None:
        self.step += 1
        first = FIRST_DECAY * self.first[rows] + (1 - FIRST_DECAY) * gradient
        second = SECOND_DECAY * self.second[rows] + (1 - SECOND_DECAY) * gradient**2
        self.first[rows], self.second[rows] = first, second
        first = first / (1 - FIRST_DECAY**self.step)
        second = second / (1 - SECOND_DECAY**self.step)
        rate = self.rate * (1 - self.step / self.steps)
        self.vectors[rows] -= rate * first / (np.sqrt(second) + 1e-8)


def sharpen(counts: sparse.csr_matrix, targets: np.ndarray, vectors: np.ndarray, options: argparse.Namespace, seed: int) -> np.ndarray:
    """`options.epochs` epochs of Adam with a rate that falls to zero."""
    chance, batches = np.random.default_rng(seed), counts.shape[0] // BATCH
    adam = LazyAdam(vectors.copy(), options.rate, options.epochs * batches)
    for _ in range(options.epochs):
        order = chance.permutation(counts.shape[0])
        for start in range(0, batches * BATCH, BATCH):
            rows = order[start : start + BATCH]
            part = counts[rows]
            gradient = batch_gradient(part, targets[rows], adam.vectors, options.relational)
            touched = np.unique(part.indices)
            adam.move(touched, np.asarray(part[:, touched].T @ gradient))
    return adam.vectors


def fit(counts: sparse.csr_matrix, targets: np.ndarray, vectors: np.ndarray, options: argparse.Namespace) -> np.ndarray:
    """Three ridge passes, then rounds of Adam; prints the held-out cosine after each."""
    held = np.arange(counts.shape[0]) % HELD_OUT_EVERY == HELD_OUT
    train, train_targets = counts[~held], targets[~held]
    began = time.time()

    def report(stage: str) -> None:
        cosine = (normalise(counts[held] @ vectors) * targets[held]).sum(1).mean()
        print(f'{stage}: held-out cosine {cosine:.4f}, {time.time() - began:.0f} s', flush=True)

    report('start')
    for penalty, steps in ((options.penalty, 8), (options.penalty, 14), (options.penalty / 5, 10)):
        vectors = ridge_pass(train, train_targets, vectors, penalty, steps)
        report(f'ridge {penalty}')
    for round_number in range(options.rounds):
        vectors = sharpen(train, train_targets, vectors, options, round_number)
        report(f'adam round {round_number}')
    return vectors


def read_vocabulary(tokenizer: Tokenizer) -> list[str]:
    return sorted(tokenizer.get_vocab(), key=tokenizer.get_vocab().get)


def parse_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--sentences', type=Path, required=True, help='JSON list of [source, sentence]')
    parser.add_argument('--vectors', type=Path, required=True, help='folder of encoded chunks')
    parser.add_argument('--tokenizer', type=Path, required=True)
    parser.add_argument('--out', type=Path, required=True, help='model file to write')
    parser.add_argument('--dimensions', type=int, default=256)
    parser.add_argument('--penalty', type=float, default=0.5)
    parser.add_argument('--rounds', type=int, default=2)
    parser.add_argument('--epochs', type=int, default=3, help='epochs of Adam a round')
    parser.add_argument('--rate', type=float, default=0.02, help='step of Adam, in units of the vectors\' mean size')
    parser.add_argument('--relational', type=float, default=1.0, help='weight of the similarities inside a batch')
    return parser.parse_args()


def main() -> None:
    options = parse_options()
    sentences = [text for _, text in json.loads(options.sentences.read_text())]
    tokenizer = open_tokenizer(options.tokenizer, 62)
    ids = [e.ids for e in tokenizer.encode_batch(sentences, add_special_tokens=False)]
    with (options.vectors / 'vocabulary.vectors').open('rb') as file:
        pieces = np.load(file)
    counts = count_matrix(ids, len(pieces))
    targets = load_targets(sentences, options.vectors)
    axes = principal_axes(targets, options.dimensions)
    vectors = start_vectors(pieces, axes, counts)
    projected = normalise((targets - targets.mean(0)) @ axes).astype(np.float32)
    vectors = fit(counts, projected, vectors, options)
    # An unknown character should not pull a text anywhere.
    vectors[tokenizer.token_to_id(UNKNOWN)] = 0
    write_model(options.out, read_vocabulary(tokenizer), vectors)


if __name__ == '__main__':
    main()
