import { type FormEvent, useId, useState } from 'react';
import { call } from '../api.ts';
import { Answer, type Answered } from './answer.tsx';
import { Failure } from './failure.tsx';

const MODEL = 'arn:aws:bedrock:us-east-1::foundation-model/anthropic.claude-3-sonnet-20240229-v1:0';

interface Turn {
  readonly question: string;
  readonly answer: Answered;
}

function ask(knowledgeBaseId: string, question: string, sessionId: string | undefined): Promise<Answered> {
  return call('bedrock-agent-runtime/RetrieveAndGenerate', {
    input: { text: question },
    retrieveAndGenerateConfiguration: {
      type: 'KNOWLEDGE_BASE',
      knowledgeBaseConfiguration: { knowledgeBaseId, modelArn: MODEL },
    },
    ...(sessionId ? { sessionId } : {}),
  });
}

/** A box to ask; a follow-up question goes into the same session. */
export function Ask({ knowledgeBaseId }: { knowledgeBaseId: string }) {
  const [turns, setTurns] = useState<readonly Turn[]>([]);
  const [failure, setFailure] = useState<Error>();
  const [busy, setBusy] = useState(false);
  const field = useId();
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const form = event.currentTarget;
    const question = String(new FormData(form).get('question') ?? '').trim();
    if (!question) return;
    setBusy(true);
    setFailure(undefined);
    ask(knowledgeBaseId, question, turns.at(-1)?.answer.sessionId)
      .then((answer) => {
        setTurns((before) => [...before, { question, answer }]);
        form.reset();
      })
      .catch(setFailure)
      .finally(() => setBusy(false));
  };
  return (
    <section aria-label="Ask" className="card">
      <h2>Ask</h2>
      <div role="log" aria-live="polite" aria-label="Questions and answers">
        {turns.map((turn) => (
          <article key={`${turn.answer.sessionId}-${turn.question}`}>
            <h3>{turn.question}</h3>
            <Answer answer={turn.answer} />
          </article>
        ))}
      </div>
      {failure && <Failure error={failure} />}
      <form onSubmit={submit} className="ask">
        <label htmlFor={field}>{turns.length > 0 ? 'Follow-up question' : 'Question'}</label>
        <input id={field} name="question" maxLength={1000} required autoComplete="off" />
        <button type="submit" disabled={busy}>
          {busy ? 'Looking…' : 'Ask'}
        </button>
      </form>
    </section>
  );
}
