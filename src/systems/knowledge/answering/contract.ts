import type { KnowledgeBaseRetrievalConfiguration } from '@aws-sdk/client-bedrock-agent-runtime';
import type { ResolvedModel } from '../../../models/contract.ts';
import type { MetadataFilter } from '../../../segments/index.ts';
import type { Received } from '../../../wire/operation.ts';
import type { ExternalContext, ExternalSource } from '../external-sources.ts';
import type { RecordedIndex } from '../retrieval/index-state.ts';
import type { Passage } from '../retrieval/passage.ts';
import type { RetrieveContext } from '../retrieve.ts';
import type { TableAnswer } from '../table-answers/try-table-answer.ts';
import type { AnswerConfiguration, AnswerSettings } from './answer-settings.ts';
import type { CheckedAnswer } from './check-answer.ts';
import type { AnswerCitation } from './citations.ts';
import type { Orchestrated } from './orchestrate.ts';
import type { Session } from './sessions.ts';

export type AnswerContext = RetrieveContext & ExternalContext;

/** What an answer is to be taken from: a knowledge base, or a document that the question brings along. */
export type AnswerSource =
  | {
      readonly type: 'knowledge-base';
      readonly knowledgeBaseId: string;
      readonly retrieval?: Received<KnowledgeBaseRetrievalConfiguration> | undefined;
      /** What of the knowledge base exists for the caller: `call.visible`. */
      readonly visible?: MetadataFilter | undefined;
      /** A state of the index that an earlier answer was made from; absent: the present one. */
      readonly recorded?: RecordedIndex | undefined;
    }
  | { readonly type: 'external'; readonly source: ExternalSource };

export interface AnswerRequest {
  readonly source: AnswerSource;
  readonly modelId: string;
  readonly question: string;
  readonly principalId: string;
  readonly sessionId?: string | undefined;
  /** The ARN of the key that a new session is bound to. */
  readonly kmsKey?: string | undefined;
  readonly configuration?: AnswerConfiguration | undefined;
}

/** An answer as it comes: text first, then what it was taken from, then how well that bears it out. */
export type AnswerEvent =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'citation'; readonly citation: AnswerCitation }
  | { readonly type: 'checked'; readonly checked: CheckedAnswer };

export interface Answer {
  /** Of this answer's record. */
  readonly id: string;
  readonly sessionId: string;
  readonly model: ResolvedModel;
  /** The conversation remembers the turn, and the answer is on record, once these have been read to the end. */
  readonly events: AsyncIterable<AnswerEvent>;
}

/** An answer that is ready to be generated. */
export interface PreparedAnswer {
  readonly id: string;
  readonly request: AnswerRequest;
  readonly model: ResolvedModel;
  readonly settings: AnswerSettings;
  readonly session: Session;
  readonly asked: Orchestrated;
  readonly passages: readonly Passage[];
  /** Further ones that the question was found in, for a model that quotes. */
  readonly background: readonly Passage[];
  readonly index?: RecordedIndex | undefined;
  /** Computed from a table: then no model is asked. */
  readonly table?: TableAnswer | undefined;
  readonly nonce: string;
}

/** What sessions of documents that questions bring along belong to. */
export const EXTERNAL_SOURCES = 'EXTERNAL_SOURCES';

/** What a session of the source belongs to. */
export function knowledgeBaseOf(source: AnswerSource): string {
  return source.type === 'external' ? EXTERNAL_SOURCES : source.knowledgeBaseId;
}
