import type { RetrievedReference } from '@aws-sdk/client-bedrock-agent-runtime';
import { useId } from 'react';
import type { call } from '../api.ts';

export type Answered = Awaited<ReturnType<typeof call<'bedrock-agent-runtime/RetrieveAndGenerate'>>>;
type Reference = NonNullable<NonNullable<Answered['citations']>[number]['retrievedReferences']>[number];

interface Segment {
  readonly text: string;
  /** Numbers of the references, from 1. */
  readonly numbers: readonly number[];
}

/** The answer cut at its citation spans (both ends inclusive); references numbered in order of first use. */
export function segmentsOf(answer: Answered): { segments: Segment[]; references: Reference[] } {
  const text = answer.output?.text ?? '';
  const references: Reference[] = [];
  const segments: Segment[] = [];
  let position = 0;
  for (const citation of answer.citations ?? []) {
    const span = citation.generatedResponsePart?.textResponsePart?.span;
    const cited = citation.retrievedReferences ?? [];
    if (span?.start === undefined || span.end === undefined || cited.length === 0) continue;
    if (span.start > position) segments.push({ text: text.slice(position, span.start), numbers: [] });
    const numbers = cited.map((reference) => numberOf(references, reference));
    segments.push({ text: text.slice(span.start, span.end + 1), numbers: [...new Set(numbers)] });
    position = span.end + 1;
  }
  if (position < text.length) segments.push({ text: text.slice(position), numbers: [] });
  return { segments, references };
}

function numberOf(references: Reference[], reference: Reference): number {
  const key = (one: Reference): string => `${one.location?.s3Location?.uri}\n${one.content?.text}`;
  const index = references.findIndex((one) => key(one) === key(reference));
  return index >= 0 ? index + 1 : references.push(reference);
}

export function Answer({ answer }: { answer: Answered }) {
  const prefix = useId();
  const { segments, references } = segmentsOf(answer);
  return (
    <>
      <p className="answer">
        {segments.map((segment, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the pieces of one answer never change places.
          <span key={index}>
            {segment.text}
            {segment.numbers.map((number) => (
              <a key={number} className="cite" href={`#${prefix}${number}`} onClick={focusOn(`${prefix}${number}`)}>
                <span className="hidden">source </span>
                {number}
              </a>
            ))}
          </span>
        ))}
      </p>
      {references.length > 0 && (
        <ol className="references" aria-label="Sources">
          {references.map((reference, index) => (
            <li key={sourceOf(reference) + String(index)} id={`${prefix}${index + 1}`} tabIndex={-1}>
              <Source reference={reference} />
            </li>
          ))}
        </ol>
      )}
    </>
  );
}

// The address holds the page of the console, so a citation moves the focus itself.
function focusOn(id: string) {
  return (event: { preventDefault(): void }): void => {
    event.preventDefault();
    document.getElementById(id)?.focus();
  };
}

const PAGE = 'x-amz-bedrock-kb-document-page-number';

function sourceOf(reference: Reference): string {
  return reference.location?.s3Location?.uri ?? 'unknown source';
}

function Source({ reference }: { reference: Reference }) {
  const page = (reference.metadata as RetrievedReference['metadata'])?.[PAGE];
  return (
    <>
      <p>
        <strong>{sourceOf(reference).split('/').at(-1)}</strong>
        {page !== undefined && <> page {String(page)}</>} <span className="hint">{sourceOf(reference)}</span>
      </p>
      <blockquote>{reference.content?.text}</blockquote>
    </>
  );
}
