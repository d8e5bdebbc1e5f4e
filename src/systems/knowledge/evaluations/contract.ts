import type { SearchMode } from '../../../segments/index.ts';

/** Where the answer to a question stands. */
export interface ExpectedDocument {
  /** `s3://bucket/key`, or the key alone. */
  readonly document: string;
  /** From 1; absent: any page of it. */
  readonly page?: number | undefined;
}

export interface EvaluationQuestion {
  /** 1 to 1,000 characters. */
  readonly question: string;
  /** Every document that answers it; empty for a question that the knowledge base must not answer. */
  readonly expected: readonly ExpectedDocument[];
}

/** A saved set of questions: what a knowledge base is to find, asked again after every change. */
export interface Evaluation {
  readonly knowledgeBaseId: string;
  /** Unique in its knowledge base. */
  readonly name: string;
  readonly questions: readonly EvaluationQuestion[];
  /** Passages that are retrieved for each question, 1 to 100: the k of hit rate and nDCG. */
  readonly results: number;
  readonly searchType: Extract<SearchMode, 'hybrid' | 'semantic'>;
}

export interface RetrievedPlace {
  readonly uri: string;
  readonly page?: number;
}

/** What became of one question. */
export interface QuestionResult {
  readonly question: string;
  /** The rank of the first passage that is expected, from 1; null when none is among the results. Absent where nothing is expected. */
  readonly rank?: number | null;
  /** 0 to 1; absent where nothing is expected. */
  readonly ndcg?: number;
  readonly retrieved: readonly RetrievedPlace[];
  /** Only of runs with answers: whether it was answered at all, and sentences that no source supports. */
  readonly answered?: boolean;
  readonly unsupportedSentences?: number;
}

/** What a run has measured. */
export interface EvaluationSummary {
  readonly questions: number;
  /** Share of the questions with something expected for which a result is expected; 1 when there are none. */
  readonly hitRate: number;
  /** Mean over the same questions; 1 when there are none. */
  readonly ndcg: number;
  /** Only of runs with answers: shares of the answerable that were answered and of the others that were not, and sentences. */
  readonly answers?: {
    readonly answeredOfAnswerable: number;
    readonly refusedOfUnanswerable: number;
    readonly unsupportedSentences: number;
  };
}

export interface EvaluationResult extends EvaluationSummary {
  /** In the order of the evaluation. */
  readonly results: readonly QuestionResult[];
}

export interface EvaluationRun extends EvaluationResult {
  readonly id: string;
  /** Of the index that was asked. */
  readonly version: number;
  readonly content: number;
  readonly at: Date;
}
