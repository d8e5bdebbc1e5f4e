import { splitSentences } from '../../../core/sentences.ts';
import type { GenerateRequest, Passage } from '../../contract.ts';
import {
  isInstruction,
  type PromptParts,
  readFenced,
  readLabelled,
  readTagged,
  withoutInstructions,
} from './prompt-parts.ts';

/** What a prompt asks, and what it is to be answered from. */
export interface ReadPrompt {
  readonly question: string;
  /** Empty when the prompt gives no context. */
  readonly passages: readonly Passage[];
  /** Whether the passages were given as such, not found in the prompt. */
  readonly retrieved: boolean;
}

type Conversation = Pick<GenerateRequest, 'messages' | 'system' | 'passages' | 'question'>;

const FEWEST_CONTEXT_WORDS = 3;

/**
 * Finds question and context in a conversation. The question is in the last message of the user; the context is there too,
 * in the system prompt or in an earlier message. Tags (`<context>`, `<question>`), labels (`Context:`, `Question:`), fences
 * and plain prose with a question before or behind it are read alike.
 */
export function readPrompt({ messages, system, passages, question }: Conversation): ReadPrompt {
  const turns = messages.filter((message) => message.role === 'user').map((message) => squeeze(message.text));
  const last = turns.at(-1) ?? '';
  if (passages !== undefined) {
    return { question: question ?? readTurn(last).question, passages, retrieved: true };
  }
  const turn = readTurn(last);
  const found =
    turn.contexts.length > 0
      ? turn.contexts
      : earlierContexts(system === undefined ? undefined : squeeze(system), turns.slice(0, -1));
  const contexts = found.filter((text) => (text.match(/[\p{L}\p{N}]+/gu) ?? []).length >= FEWEST_CONTEXT_WORDS);
  return {
    question: question ?? turn.question,
    passages: contexts.map((text, index) => ({ id: String(index + 1), text })),
    retrieved: false,
  };
}

/** Long runs of white space mean no more than short ones, and cost time. */
function squeeze(text: string): string {
  return text
    .replace(/[^\S\n\t]{4,}/g, '   ')
    .replace(/\t{3,}/g, '\t\t')
    .replace(/\n{4,}/g, '\n\n\n');
}

interface Turn {
  readonly question: string;
  readonly contexts: readonly string[];
}

function readTurn(text: string): Turn {
  const parts = readTagged(text) ?? readLabelled(text) ?? readFenced(text);
  if (!parts) return readPlain(text);
  if (parts.question !== undefined) return { question: parts.question, contexts: contextsOf(parts) };
  const labelled = readLabelled(parts.rest)?.question;
  if (labelled) return { question: labelled, contexts: parts.contexts };
  if (asks(parts.rest)) return { question: questionIn(parts.rest), contexts: parts.contexts };
  const inside = readPlain(parts.contexts.at(-1) ?? '');
  return { question: inside.question, contexts: [...parts.contexts.slice(0, -1), ...inside.contexts] };
}

function asks(text: string): boolean {
  return splitSentences(text).some((sentence) => sentence.endsWith('?') || REQUEST.test(sentence));
}

/** A question that is marked while the context is not: the context is what else the prompt says. */
function contextsOf({ contexts, rest }: PromptParts): readonly string[] {
  if (contexts.length > 0) return contexts;
  const text = withoutInstructions(rest);
  return text.trim() === '' ? [] : [text];
}

/** Prose: the last sentence that asks is the question, or the first line when none does. */
function readPlain(text: string): Turn {
  const question = questionIn(text);
  const at = text.lastIndexOf(question);
  const around = at < 0 ? text : `${text.slice(0, at)}\n\n${text.slice(at + question.length)}`;
  const context = withoutInstructions(around).trim();
  return { question, contexts: context === '' ? [] : [context] };
}

function questionIn(text: string): string {
  const sentences = text.split(/\n+/).flatMap((line) => splitSentences(line));
  const asking = sentences.filter((sentence) => sentence.endsWith('?'));
  const asked = asking.at(-1);
  if (asked !== undefined) return asked;
  const lines = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const request = sentences.findLast((sentence) => REQUEST.test(sentence));
  return request ?? lines.findLast((line) => !isInstruction(line)) ?? lines.at(-1) ?? text.trim();
}

const REQUEST =
  /^(?:please )?(?:tell me|explain|describe|list|name|summari[sz]e|define|give me|state|identify|who|what|when|where|which|why|how|is|are|was|were|do|does|did|can|could)\b/i;

function earlierContexts(system: string | undefined, earlier: readonly string[]): readonly string[] {
  for (const text of [...earlier].reverse()) {
    const { contexts } = readTurn(text);
    if (contexts.length > 0) return contexts;
  }
  if (system === undefined) return [];
  const parts = readTagged(system) ?? readLabelled(system) ?? readFenced(system);
  const contexts = parts?.contexts ?? [withoutInstructions(system)];
  return contexts.filter((text) => text.trim() !== '');
}
