import { z } from 'zod';
import type { Principal } from '../../access/principal.ts';
import type { AnswerReader, Answers, Retrievals } from '../../systems/knowledge/index.ts';
import { knowledgeBaseReads } from './knowledge-base-reads.ts';
import { type LoamCallFacts, type LoamOperation, loamOperation, scopesIn } from './operation.ts';

/** Looked up before anything is asked of policies: an answer is its knowledge base's. */
interface Asked {
  readonly answerId: string;
  readonly knowledgeBaseId?: string;
}

const input = z.strictObject({ answerId: z.uuid() });

/**
 * What was answered, sentence by sentence, and answering it again. Each needs its own permission on the knowledge base beside
 * that to retrieve from it; everybody sees his own answers.
 */
export function answerOperations(
  answers: Answers,
  retrievals: Pick<Retrievals, 'guard'>,
  region: string,
): LoamOperation[] {
  const scopeOf = scopesIn(region);
  const readerOf = ({ id, type }: Principal, visible?: LoamCallFacts['visible']): AnswerReader => ({
    ...{ principalId: id, readsAll: type === 'root', visible },
  });
  const reads = knowledgeBaseReads(retrievals, region);
  const operation = (
    name: string,
    run: (answerId: string, caller: Principal, facts: LoamCallFacts) => Promise<unknown>,
  ): LoamOperation => {
    const { accesses, guard } = reads(name);
    return {
      ...loamOperation(name, input, ({ answerId }, caller, facts) => run(answerId, caller, facts), {
        accesses: (asked: Asked, caller) => accesses(asked, caller),
        guard,
      }),
      resolveNames: async (given, caller) => {
        const { answerId } = given as Asked;
        return { answerId, knowledgeBaseId: await answers.sourceOf(scopeOf(caller), answerId, readerOf(caller)) };
      },
    };
  };
  return [
    operation('GetAnswer', (answerId, caller) => answers.get(scopeOf(caller), answerId, readerOf(caller))),
    operation('ReplayAnswer', (answerId, caller, { visible, signal }) =>
      answers.replay(scopeOf(caller), answerId, readerOf(caller, visible), signal),
    ),
  ];
}
