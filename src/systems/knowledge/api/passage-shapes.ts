import type { Citation, KnowledgeBaseRetrievalResult, RetrievedReference } from '@aws-sdk/client-bedrock-agent-runtime';
import type { AnswerCitation } from '../answering/citations.ts';
import { SUPPORT_METADATA } from '../metadata-keys.ts';
import type { Passage } from '../retrieval/passage.ts';

export function resultShape(passage: Passage): KnowledgeBaseRetrievalResult {
  return { ...referenceShape(passage), content: contentShape(passage), score: passage.score };
}

export function citationShape({ text, start, end, passages, support }: AnswerCitation): Citation {
  const marked = support === undefined ? {} : { [SUPPORT_METADATA]: support };
  return {
    // The wire's end is the last character, not the one after it.
    generatedResponsePart: { textResponsePart: { text, span: { start, end: end - 1 } } },
    retrievedReferences: passages.map((passage) => {
      const reference = referenceShape(passage);
      return { ...reference, metadata: { ...reference.metadata, ...marked } };
    }),
  };
}

function referenceShape(passage: Passage): RetrievedReference {
  return {
    content: contentShape(passage),
    location: locationShape(passage),
    metadata: metadataShape(passage),
  };
}

function locationShape({ uri, custom }: Passage): NonNullable<RetrievedReference['location']> {
  if (custom) return { type: 'CUSTOM', customDocumentLocation: { id: uri } };
  return { type: 'S3', s3Location: { uri } };
}

function contentShape({ text }: Passage): { type: 'TEXT'; text: string } {
  return { type: 'TEXT', text };
}

function metadataShape({ metadata }: Passage): NonNullable<RetrievedReference['metadata']> {
  const entries = Object.entries(metadata);
  return Object.fromEntries(entries.map(([key, value]) => [key, typeof value === 'object' ? [...value] : value]));
}
