"""Encodes sentences with the teacher, in chunks that survive an interruption.

A vector is looked up by its sentence: a later run with a longer list encodes only what is new.
"""
import argparse
import json
import time
from pathlib import Path

import numpy as np
import onnxruntime
from tokenizers import Tokenizer

CHUNK = 4000
TOKENS_PER_BATCH = 1024
MAXIMUM_TOKENS = 64


def open_session(path: Path, threads: int = 1) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    return onnxruntime.InferenceSession(str(path), options, providers=['CPUExecutionProvider'])


def open_tokenizer(path: Path, maximum: int | None) -> Tokenizer:
    """The teacher's WordPiece tokenizer, cutting at `maximum` pieces (None: never)."""
    tokenizer = Tokenizer.from_file(str(path))
    tokenizer.no_padding()
    if maximum:
        tokenizer.enable_truncation(maximum)
    else:
        tokenizer.no_truncation()
    return tokenizer


def run_batch(session: onnxruntime.InferenceSession, batch: list[list[int]]) -> np.ndarray:
    ids = np.zeros((len(batch), max(map(len, batch))), np.int64)
    mask = np.zeros_like(ids)
    for row, tokens in enumerate(batch):
        ids[row, : len(tokens)] = tokens
        mask[row, : len(tokens)] = 1
    return session.run(None, {'input_ids': ids, 'attention_mask': mask})[0]


def batches_by_length(ids: list[list[int]]) -> list[list[int]]:
    """Groups row numbers by length, so that little of a batch is padding."""
    batches: list[list[int]] = [[]]
    for row in sorted(range(len(ids)), key=lambda i: len(ids[i])):
        if batches[-1] and (len(batches[-1]) + 1) * len(ids[row]) > TOKENS_PER_BATCH:
            batches.append([])
        batches[-1].append(row)
    return batches


def encode_ids(session: onnxruntime.InferenceSession, ids: list[list[int]]) -> np.ndarray:
    """Sentence vectors (n, 384), unit length."""
    vectors = np.zeros((len(ids), 384), np.float32)
    for batch in batches_by_length(ids):
        vectors[batch] = run_batch(session, [ids[row] for row in batch])
    return vectors / (np.linalg.norm(vectors, axis=1, keepdims=True) + 1e-9)


def encode_vocabulary(session: onnxruntime.InferenceSession, tokenizer: Tokenizer) -> np.ndarray:
    """The vector of every word piece on its own, `[CLS] piece [SEP]`: where the fit starts."""
    first, last = tokenizer.token_to_id('[CLS]'), tokenizer.token_to_id('[SEP]')
    return encode_ids(session, [[first, piece, last] for piece in range(tokenizer.get_vocab_size())])


def read_done(folder: Path) -> set[str]:
    done: set[str] = set()
    for vectors in folder.glob('*.npy'):
        done.update(json.loads(vectors.with_suffix('.json').read_text()))
    return done


def write_chunk(folder: Path, texts: list[str], vectors: np.ndarray) -> None:
    """Texts first, vectors last: a chunk counts only when its vectors are whole."""
    name = f'chunk-{len(list(folder.glob("*.npy"))):05d}'
    (folder / f'{name}.json').write_text(json.dumps(texts))
    np.save(folder / '.partial.npy', vectors.astype(np.float16))
    (folder / '.partial.npy').rename(folder / f'{name}.npy')


def encode_missing(sentences: list[str], session: onnxruntime.InferenceSession, tokenizer: Tokenizer, folder: Path) -> None:
    done = read_done(folder)
    missing = [text for text in sentences if text not in done]
    for start in range(0, len(missing), CHUNK):
        texts, began = missing[start : start + CHUNK], time.process_time()
        vectors = encode_ids(session, [e.ids for e in tokenizer.encode_batch(texts)])
        write_chunk(folder, texts, vectors)
        rate = len(texts) / (time.process_time() - began)
        print(f'{start + len(texts)}/{len(missing)} encoded, {rate:.0f} sentences/s of CPU', flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--teacher', type=Path, required=True, help='the ONNX file of teacher.py')
    parser.add_argument('--tokenizer', type=Path, required=True, help='tokenizer.json of the teacher')
    parser.add_argument('--sentences', type=Path, required=True, help='JSON list of [source, sentence]')
    parser.add_argument('--out', type=Path, required=True, help='folder of chunks')
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    session = open_session(options.teacher)
    vocabulary = options.out / 'vocabulary'
    if not vocabulary.with_suffix('.vectors').exists():
        with vocabulary.with_suffix('.vectors').open('wb') as file:
            np.save(file, encode_vocabulary(session, open_tokenizer(options.tokenizer, None)))
    sentences = [text for _, text in json.loads(options.sentences.read_text())]
    encode_missing(sentences, session, open_tokenizer(options.tokenizer, MAXIMUM_TOKENS), options.out)


if __name__ == '__main__':
    main()
