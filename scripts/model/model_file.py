"""The file that ships: vocabulary and int8 token vectors. Written here, read here and in src/models/embedded.

All numbers are little-endian; every section starts at a multiple of 64 bytes and is padded with zeros.

| offset | bytes | what |
|---|---|---|
| 0 | 8 | magic `LOAMSTAT` |
| 8 | 4 | format version (1) |
| 12 | 4 | dimensions |
| 16 | 4 | number of word pieces |
| 20 | 4 | bytes of the vocabulary, without padding |
| 24 | 4 | offset of the scales |
| 28 | 4 | offset of the rows |
| 32 | 32 | SHA-256 of bytes 0–31 followed by bytes 64–end |
| 64 | | vocabulary: UTF-8, one word piece a line, in id order |
| scales | 4 × pieces | float32: what one step of a row's int8 values is worth |
| rows | dimensions × pieces | int8, row after row |
"""
import hashlib
import struct
from pathlib import Path

import numpy as np

MAGIC, VERSION, ALIGNMENT, HEADER = b'LOAMSTAT', 1, 64, '<8s6I'


def quantise(vectors: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(scales float32 (n,), rows int8 (n, d)): the largest value of a row becomes ±127."""
    scales = (np.abs(vectors).max(axis=1) / 127).astype(np.float32)
    safe = np.where(scales > 0, scales, 1)[:, None]
    return scales, np.clip(np.round(vectors / safe), -127, 127).astype(np.int8)


def pad(section: bytes) -> bytes:
    return section + b'\0' * (-len(section) % ALIGNMENT)


def write_model(path: Path, vocabulary: list[str], vectors: np.ndarray) -> None:
    scales, rows = quantise(vectors)
    words = '\n'.join(vocabulary).encode()
    sections = [pad(words), pad(scales.astype('<f4').tobytes()), pad(rows.tobytes())]
    scales_at = ALIGNMENT + len(sections[0])
    rows_at = scales_at + len(sections[1])
    head = struct.pack(HEADER, MAGIC, VERSION, rows.shape[1], len(rows), len(words), scales_at, rows_at)
    payload = b''.join(sections)
    path.write_bytes(head + hashlib.sha256(head + payload).digest() + payload)


def read_model(path: Path) -> tuple[list[str], np.ndarray]:
    """(vocabulary, vectors float32 (n, d)); refuses a file whose hash does not match."""
    content = path.read_bytes()
    magic, version, dimensions, count, words, scales_at, rows_at = struct.unpack_from(HEADER, content)
    if magic != MAGIC or version != VERSION:
        raise ValueError(f'{path.name} is not a static model of format {VERSION}')
    if hashlib.sha256(content[:32] + content[ALIGNMENT:]).digest() != content[32:ALIGNMENT]:
        raise ValueError(f'{path.name} is damaged: its hash does not match')
    vocabulary = content[ALIGNMENT : ALIGNMENT + words].decode().split('\n')
    scales = np.frombuffer(content, '<f4', count, scales_at)
    rows = np.frombuffer(content, np.int8, count * dimensions, rows_at).reshape(count, dimensions)
    return vocabulary, rows * scales[:, None]
