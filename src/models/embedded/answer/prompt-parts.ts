/** What stands between marks in a prompt, and what is left of the prompt without it. */
export interface PromptParts {
  /** Texts to answer from, in order. */
  readonly contexts: readonly string[];
  readonly question: string | undefined;
  /** The prompt without contexts and question. */
  readonly rest: string;
}

const CONTEXT_TAGS =
  'context|contexts|documents|document|doc|docs|passages|passage|search_results|search_result|results|result|text|article|information|info|content|data|sources|source|excerpts|excerpt|knowledge|reference|references|transcript|page_content|background|facts|email|report|input_text|chunks|chunk';
const QUESTION_TAGS = 'question|query|user_question|user_query|user_input|userquestion|q|input';
const INNER_TAG =
  /<(document|doc|passage|search_result|result|source|excerpt|chunk|content|item|page_content)\b[^<>]*>/gi;
// More opening tags than this are somebody's text.
const MOST_TAGS = 500;
const ANY_TAG = /<\/?[a-z][\w-]*(?:\s[^<>]*)?>/gi;

/** Reads the forms with tags: `<context>…</context> <question>…</question>`, in any order, either alone. */
export function readTagged(prompt: string): PromptParts | undefined {
  const question = lastTagged(prompt, QUESTION_TAGS);
  const around = question ? `${prompt.slice(0, question.start)}\n\n${prompt.slice(question.end)}` : prompt;
  const context = outermostTagged(around, CONTEXT_TAGS);
  if (!question && !context) return undefined;
  const rest = context ? `${around.slice(0, context.start)}\n\n${around.slice(context.end)}` : around;
  return {
    contexts: context ? innerTexts(context.text) : [],
    question: question?.text.trim(),
    rest: withoutTags(rest),
  };
}

interface Tagged {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

// A tag that instructions only speak of: `enclosed in <question> tags`.
const MENTION = /^\s*(?:(?:,|and|or)\s*<[^<>]*>\s*)*(?:xml\s+)?tags?\b/i;

function openings(prompt: string, tags: string): RegExpMatchArray[] {
  const found = [...prompt.matchAll(new RegExp(`<(${tags})\\b[^<>]*>`, 'gi'))];
  return found
    .slice(0, MOST_TAGS)
    .filter((tag) => !MENTION.test(prompt.slice(tag.index + tag[0].length, tag.index + tag[0].length + 80)));
}

function between(prompt: string, opening: RegExpMatchArray, closeAt: number): Tagged {
  const start = opening.index ?? 0;
  const end = prompt.indexOf('>', closeAt);
  return { text: prompt.slice(start + opening[0].length, closeAt), start, end: end < 0 ? prompt.length : end + 1 };
}

function lastTagged(prompt: string, tags: string): Tagged | undefined {
  const lower = prompt.toLowerCase();
  for (const opening of openings(prompt, tags).reverse()) {
    const closeAt = lower.indexOf(`</${opening[1]?.toLowerCase()}`, opening.index);
    if (closeAt >= 0) return between(prompt, opening, closeAt);
  }
  return undefined;
}

/** From the first opening tag to the last closing one of its name: what a text closes inside stays inside. */
function outermostTagged(prompt: string, tags: string): Tagged | undefined {
  const lower = prompt.toLowerCase();
  for (const opening of openings(prompt, tags)) {
    const closeAt = lower.lastIndexOf(`</${opening[1]?.toLowerCase()}`);
    if (closeAt > (opening.index ?? 0)) return between(prompt, opening, closeAt);
  }
  return undefined;
}

function innerTexts(text: string): string[] {
  const inner = [...innerParts(text)];
  const texts = inner.length > 0 ? inner : [text];
  return texts.map((one) => withoutTags(one).trim()).filter((one) => one !== '');
}

/** What stands between each opening tag and the next closing one of its name. */
function* innerParts(text: string): Generator<string> {
  const lower = text.toLowerCase();
  let from = 0;
  for (const opening of text.matchAll(INNER_TAG)) {
    if (opening.index < from) continue;
    const start = opening.index + opening[0].length;
    const end = lower.indexOf(`</${opening[1]?.toLowerCase()}`, start);
    if (end < 0) return;
    from = end;
    yield text.slice(start, end);
  }
}

function withoutTags(text: string): string {
  return text.replace(ANY_TAG, ' ');
}

const CONTEXT_LABEL =
  /^[ \t]{0,8}[*#]{0,6}[ \t]{0,4}(?:context|contexts|passages?|text|documents?|information|search results?|sources?|background|article|excerpts?|data|knowledge|reference(?: text)?|content|paragraph|facts|input|notes)(?: information)?(?: \d+)?[*]{0,3}[ \t]{0,4}:/gim;
const QUESTION_LABEL =
  /^[ \t]{0,8}[*#]{0,6}[ \t]{0,4}(?:user(?:'s)? |my |the )?(?:question|query|q)[*]{0,3}[ \t]{0,4}:/gim;
const INLINE_QUESTION_LABEL = /(?<=[.!?"”)]\s+)(?:question|query)\s*:/gi;
const ANSWER_LABEL =
  /\n?[ \t]{0,8}[*#]{0,6}(?:helpful |final |your |short |concise )?(?:answer|response|assistant|bot|a)[*]{0,3}[ \t]{0,4}:[ \t]{0,8}$/i;

// An answer stands behind it: a question of the context, not the one that is asked.
const ANSWERED = /^[^\n]*\n+[ \t]*(?:answer|a)[ \t]*:[ \t]*\S/i;

/** Reads the forms with labels: `Context: … Question: … Answer:`. */
export function readLabelled(prompt: string): PromptParts | undefined {
  const text = prompt.trimEnd().replace(ANSWER_LABEL, '').trimEnd();
  const labels = [...text.matchAll(QUESTION_LABEL), ...text.matchAll(INLINE_QUESTION_LABEL)].filter(
    (found) => !ANSWERED.test(text.slice(found.index + found[0].length)),
  );
  const label = labels.reduce<RegExpMatchArray | undefined>(
    (last, next) => (last === undefined || (next.index ?? 0) > (last.index ?? 0) ? next : last),
    undefined,
  );
  if (label?.index === undefined) return readContextLabel(text);
  const asked = text.slice(label.index + label[0].length).trim();
  const end = endOfQuestion(asked);
  const before = text.slice(0, label.index);
  const after = asked.slice(end);
  const context = readContextLabel(after) ?? readContextLabel(before);
  const contexts = context?.contexts ?? [withoutInstructions(`${before}\n\n${after}`)];
  return {
    contexts: contexts.filter((one) => one.trim() !== ''),
    question: asked.slice(0, end).trim(),
    rest: context?.rest ?? '',
  };
}

/** A question ends with its paragraph, or where a context begins. */
function endOfQuestion(asked: string): number {
  CONTEXT_LABEL.lastIndex = 0;
  const label = CONTEXT_LABEL.exec(asked);
  const blank = asked.search(/\n[^\S\n]*\n/);
  return Math.min(...[label?.index ?? asked.length, blank < 0 ? asked.length : blank, asked.length]);
}

function readContextLabel(text: string): PromptParts | undefined {
  const labels = [...text.matchAll(CONTEXT_LABEL)];
  const [first] = labels;
  if (first === undefined) return undefined;
  const contexts = labels.map((label, at) => text.slice(label.index + label[0].length, labels[at + 1]?.index));
  return { contexts: contexts.map((one) => one.trim()), question: undefined, rest: text.slice(0, first.index) };
}

const FENCED = /(```|"""|''')(?:\w*\n)?([\s\S]{20,}?)\1/;
const RULED = /\n[ \t]*(?:-{4,}|={4,}|\*{4,}|_{4,})[ \t]*\n/;

/** Reads a context in a fence (three quotes or backticks), or one set apart by ruled lines. */
export function readFenced(prompt: string): PromptParts | undefined {
  const fenced = FENCED.exec(prompt);
  if (fenced) {
    const rest = `${prompt.slice(0, fenced.index)}\n\n${prompt.slice(fenced.index + fenced[0].length)}`;
    return { contexts: [(fenced[2] ?? '').trim()], question: undefined, rest };
  }
  const [before, ...ruled] = prompt.split(RULED);
  if (before === undefined || ruled.length === 0) return undefined;
  const [context = '', ...after] = ruled;
  return { contexts: [context.trim()], question: undefined, rest: `${before}\n\n${after.join('\n\n')}` };
}

const INSTRUCTION =
  /^(?:you are|you're|you will|you should|you must|your (?:task|job|answer|response|goal)|act as|use (?:the|only|this|these)|using (?:the|only)|answer (?:the|my|only|any|all|in|with|using|based|this|as|briefly|each)|if (?:you|the (?:answer|context|text|document|information)|there is no)|just say|say that you|please|based (?:only |solely )?on|respond|reply|provide|given the|here (?:is|are)|below (?:is|are)|the (?:response|answer) should|the following (?:is|are)|do not (?:make|use|try|answer|invent|add|include)|don't (?:make|use|try|answer|invent|add|include)|read the|keep (?:the|your)|only (?:use|answer)|think (?:step|carefully)|be (?:concise|brief|specific|precise|helpful)|write (?:the|your|a)|summari[sz]e the|return only|helpful answer)\b/i;

/** Takes off what tells a model how to answer: whole paragraphs, or sentences where there is only one. */
export function withoutInstructions(text: string): string {
  const paragraphs = text.split(/\n[^\S\n]*\n/).filter((paragraph) => paragraph.trim() !== '');
  const telling = paragraphs.filter((paragraph) => !INSTRUCTION.test(paragraph.trim()));
  if (telling.length > 0) return telling.join('\n\n');
  return paragraphs.map(afterInstructions).join('\n\n');
}

function afterInstructions(paragraph: string): string {
  const sentences = paragraph.split(/(?<=[.!?:])\s+/);
  const from = sentences.findIndex((sentence) => !INSTRUCTION.test(sentence.trim()));
  return from < 0 ? '' : sentences.slice(from).join(' ');
}

export function isInstruction(sentence: string): boolean {
  return INSTRUCTION.test(sentence.trim());
}
