import { createHash } from 'node:crypto';

const MAGIC = 'LOAMSTAT';
const VERSION = 1;
const HASH_OFFSET = 32;
const HASH_BYTES = 32;
const PAYLOAD_OFFSET = HASH_OFFSET + HASH_BYTES;

/** What a model file holds. `scales` and `rows` are views of the file's own bytes: treat them as read-only. */
export interface ModelFile {
  /** Word pieces in id order; `##` marks a piece that continues a word. */
  readonly vocabulary: readonly string[];
  readonly dimensions: number;
  /** float32, one per word piece: what one step of the row's int8 values is worth. */
  readonly scales: Float32Array;
  /** int8, `vocabulary.length` × `dimensions`, row after row. */
  readonly rows: Int8Array;
  /** SHA-256 of the whole file, in hexadecimal. */
  readonly fingerprint: string;
}

/**
 * Parses and verifies a static model file; the layout is in `MODEL_CARD.md`, its writer in `scripts/model/model_file.py`.
 * Throws an Error that says why when the bytes are foreign, cut short or damaged.
 */
export function parseModelFile(input: Uint8Array): ModelFile {
  const bytes = aligned(input);
  const header = readHeader(bytes);
  verifyLayout(bytes, header);
  verifyHash(bytes);
  const { count, dimensions, scalesOffset, rowsOffset, vocabularyBytes } = header;
  const words = new TextDecoder().decode(bytes.subarray(PAYLOAD_OFFSET, PAYLOAD_OFFSET + vocabularyBytes));
  const vocabulary = words.split('\n');
  if (vocabulary.length !== count) {
    throw refusal(`its vocabulary has ${vocabulary.length} word pieces, its header says ${count}`);
  }
  return {
    vocabulary,
    dimensions,
    scales: new Float32Array(bytes.buffer, bytes.byteOffset + scalesOffset, count),
    rows: new Int8Array(bytes.buffer, bytes.byteOffset + rowsOffset, count * dimensions),
    fingerprint: createHash('sha256').update(bytes).digest('hex'),
  };
}

interface Header {
  readonly dimensions: number;
  readonly count: number;
  readonly vocabularyBytes: number;
  readonly scalesOffset: number;
  readonly rowsOffset: number;
}

function readHeader(bytes: Uint8Array): Header {
  const magic = new TextDecoder('latin1').decode(bytes.subarray(0, MAGIC.length));
  if (magic !== MAGIC) {
    throw refusal(`it does not begin with ${MAGIC}`);
  }
  if (bytes.length < PAYLOAD_OFFSET) {
    throw refusal(`it ends inside its header, after ${bytes.length} bytes`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, PAYLOAD_OFFSET);
  const version = view.getUint32(8, true);
  if (version !== VERSION) {
    throw refusal(`its format version is ${version}, this program reads version ${VERSION}`);
  }
  const [dimensions, count, vocabularyBytes, scalesOffset, rowsOffset] = [12, 16, 20, 24, 28].map((offset) =>
    view.getUint32(offset, true),
  ) as [number, number, number, number, number];
  return { dimensions, count, vocabularyBytes, scalesOffset, rowsOffset };
}

/** Every section must lie inside the file, behind the one before it, and where a typed array can view it. */
function verifyLayout(bytes: Uint8Array, header: Header): void {
  const { dimensions, count, vocabularyBytes, scalesOffset, rowsOffset } = header;
  const ordered =
    PAYLOAD_OFFSET + vocabularyBytes <= scalesOffset &&
    scalesOffset + 4 * count <= rowsOffset &&
    rowsOffset + dimensions * count <= bytes.length;
  if (!ordered || scalesOffset % 4 !== 0 || dimensions === 0 || count === 0) {
    throw refusal(`its sections do not fit into its ${bytes.length} bytes`);
  }
}

function verifyHash(bytes: Uint8Array): void {
  const hash = createHash('sha256').update(bytes.subarray(0, HASH_OFFSET)).update(bytes.subarray(PAYLOAD_OFFSET));
  const stored = bytes.subarray(HASH_OFFSET, PAYLOAD_OFFSET);
  if (!hash.digest().equals(stored)) {
    throw refusal('its content does not match the hash in its header');
  }
}

/** The same bytes at an address that a Float32Array can view; copies only a view that starts at an odd place. */
function aligned(bytes: Uint8Array): Uint8Array {
  return bytes.byteOffset % 4 === 0 ? bytes : new Uint8Array(bytes);
}

function refusal(reason: string): Error {
  return new Error(`This is not a usable static embedding model: ${reason}.`);
}
