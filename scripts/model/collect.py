"""Reads every package of packages.json and chooses the sentences that the model is fitted on.

From each source: half at random, half rich in word pieces that are still rare among all chosen so far. A source's
choice depends on the sources listed before it, never on those after: a package added at the end leaves the rest alone.
"""
import argparse
import json
import random
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer

from encode import open_tokenizer
from readers import READERS

SHORTEST, LONGEST = 3, 60
CANDIDATES_PER_CHOSEN = 3
SEED = 7


def find_archive(folder: Path, source: dict) -> Path:
    path = folder / source['file']
    if not path.exists():
        raise SystemExit(f'{source["name"]}: {source["file"]} is not among the downloads')
    return path


def read_candidates(source: dict, folder: Path, seen: set[str]) -> list[str]:
    """New sentences of one source, shuffled by a seed of its own; `seen` learns them."""
    fresh = []
    for text in READERS[source['reader']](find_archive(folder, source), source.get('options', {})):
        key = text.lower()
        if key not in seen:
            seen.add(key)
            fresh.append(text)
    random.Random(f'{SEED} {source["name"]}').shuffle(fresh)
    return fresh[: CANDIDATES_PER_CHOSEN * source['limit']]


def rarity_of(ids: list[int], counts: np.ndarray) -> float:
    """Mean of the three rarest pieces' rarity; higher is rarer."""
    rarest = np.sort(counts[ids])[:3]
    return float(-np.log(rarest + 1).mean())


def choose(candidates: list[tuple[str, list[int]]], limit: int, counts: np.ndarray) -> Iterator[str]:
    half = limit // 2
    for text, ids in candidates[:half]:
        counts[np.unique(ids)] += 1
        yield text
    rest = sorted(candidates[half:], key=lambda item: -rarity_of(item[1], counts))
    for text, ids in rest[: limit - half]:
        counts[np.unique(ids)] += 1
        yield text


def collect(sources: list[dict], folder: Path, tokenizer: Tokenizer) -> tuple[list[tuple[str, str]], list[dict]]:
    """All chosen (source, sentence), shuffled; and the manifest: each source with what it gave."""
    seen: set[str] = set()
    counts = np.zeros(tokenizer.get_vocab_size())
    chosen, manifest = [], []
    for source in sources:
        texts = read_candidates(source, folder, seen)
        encoded = [e.ids for e in tokenizer.encode_batch(texts, add_special_tokens=False)]
        candidates = [(t, i) for t, i in zip(texts, encoded) if SHORTEST <= len(i) <= LONGEST]
        picked = list(choose(candidates, source['limit'], counts))
        chosen += [(source['name'], text) for text in picked]
        manifest.append({**{k: source[k] for k in DESCRIBED if k in source}, 'sentences': len(picked)})
        print(f'{source["name"]}: {len(picked)} of {len(texts)}', flush=True)
    random.Random(SEED).shuffle(chosen)
    print(f'{len(chosen)} sentences, {int((counts > 0).sum())} of {len(counts)} word pieces', flush=True)
    return chosen, manifest


DESCRIBED = ('name', 'registry', 'package', 'version', 'file', 'sha256', 'licence', 'attribution')


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--packages', type=Path, required=True, help='packages.json')
    parser.add_argument('--downloads', type=Path, required=True, help='folder of the packages\' archives')
    parser.add_argument('--tokenizer', type=Path, required=True)
    parser.add_argument('--out', type=Path, required=True, help='JSON list of [source, sentence] to write')
    parser.add_argument('--manifest', type=Path, required=True, help='JSON manifest to write')
    options = parser.parse_args()
    sources = json.loads(options.packages.read_text())['text']
    chosen, manifest = collect(sources, options.downloads, open_tokenizer(options.tokenizer, None))
    options.out.write_text(json.dumps(chosen))
    options.manifest.write_text(json.dumps(manifest, indent=2) + '\n')


if __name__ == '__main__':
    main()
