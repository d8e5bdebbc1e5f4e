import type { Scope } from '../../../core/scope.ts';
import type { GenerateRequest, Models, ResolvedModel } from '../../../models/contract.ts';
import type { Turn } from '../tables/sessions.ts';
import { standaloneQuestion } from './follow-up.ts';
import { type OrchestrationTemplate, readQueries } from './orchestration-template.ts';
import { splitQuestion } from './split-question.ts';

/** What a question has become before passages are looked for. */
export interface Orchestrated {
  /** What is to be answered, understandable by itself. */
  readonly question: string;
  /** What passages are looked for by; several where the question was decomposed. Never empty. */
  readonly queries: readonly string[];
}

export interface Orchestration {
  readonly template: OrchestrationTemplate;
  readonly decompose: boolean;
  readonly inference: Omit<GenerateRequest, 'messages' | 'signal'>;
}

/** Queries that one question may become. */
export const MOST_QUERIES = 4;

interface Asked {
  readonly question: string;
  readonly turns: readonly Turn[];
  readonly model: ResolvedModel;
  readonly modelId: string;
  readonly orchestration: Orchestration;
  readonly at: Date;
}

/**
 * Makes a question stand by itself, and takes it apart where that is asked for. A model that writes does it by the
 * orchestration template; for one that picks sentences a follow-up gets the words of the turn before, and a question is split
 * at its conjunctions and comparisons.
 *
 * @throws LoamError as `models.generate` does
 */
export async function orchestrate(
  models: Pick<Models, 'generate'>,
  scope: Scope,
  asked: Asked,
  signal: AbortSignal,
): Promise<Orchestrated> {
  const { question, turns, model, modelId, orchestration, at } = asked;
  const { template, decompose, inference } = orchestration;
  if (model.cites) return byRules(question, turns, decompose);
  if (turns.length === 0 && !decompose && !template.isOwn) return { question, queries: [question] };
  const text = template.fill({ query: question, turns, at });
  const messages = [{ role: 'user' as const, text }];
  const { text: written } = await models.generate(scope, modelId, { ...inference, messages, signal });
  const queries = readQueries(written, decompose ? MOST_QUERIES : 1);
  const [first] = queries;
  if (first === undefined) return { question, queries: [question] };
  // Without a conversation the user's own words are what is to be answered.
  return { question: turns.length === 0 ? question : queries.join(' '), queries };
}

function byRules(question: string, turns: readonly Turn[], decompose: boolean): Orchestrated {
  const { question: standing, search } = standaloneQuestion(question, turns);
  const parts = decompose ? splitQuestion(search, MOST_QUERIES) : [search];
  return { question: severalIn(parts) ?? standing, queries: parts.length > 0 ? parts : [search] };
}

/** Questions that were joined, one after the other, so that each is answered; sides of a comparison ask nothing by themselves. */
function severalIn(parts: readonly string[]): string | undefined {
  const asking = parts.filter((part) => part.endsWith('?'));
  if (asking.length < 2) return undefined;
  return asking.map((part) => part.charAt(0).toUpperCase() + part.slice(1)).join(' ');
}
