import { loadTokenEncoder } from '../token-encoder.ts';
import {
  createSupportMeasure,
  type SentenceSupport,
  type SentenceToSupport,
  type SupportMeasure,
} from './measure-support.ts';

// Made once a worker: it keeps the vectors of words.
let measure: SupportMeasure | undefined;

export function run(sentences: readonly SentenceToSupport[]): readonly SentenceSupport[] {
  measure ??= createSupportMeasure(loadTokenEncoder());
  return measure(sentences);
}
