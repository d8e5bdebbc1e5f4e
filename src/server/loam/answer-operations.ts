import { z } from 'zod';
import type { Access } from '../../access/policy/contract.ts';
import type { Principal } from '../../access/principal.ts';
import { formatArn } from '../../core/arn.ts';
import type { Scope } from '../../core/scope.ts';
import type { AnswerReader, Answers, Retrievals } from '../../systems/knowledge/index.ts';
import { type LoamCallFacts, type LoamOperation, loamOperation } from './operation.ts';

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
  { guard }: Pick<Retrievals, 'guard'>,
  region: string,
): LoamOperation[] {
  const scopeOf = (principal: Principal): Scope => ({ account: principal.account, region });
  const readerOf = ({ id, type }: Principal, visible?: LoamCallFacts['visible']): AnswerReader => ({
    ...{ principalId: id, readsAll: type === 'root', visible },
  });
  const accessesTo =
    (name: string) =>
    ({ knowledgeBaseId = '' }: Asked, caller: Principal): Access[] => {
      const resource = formatArn(scopeOf(caller), 'bedrock', `knowledge-base/${knowledgeBaseId}`);
      return [`loam:${name}`, 'bedrock:Retrieve'].map((action) => ({ action, resource }));
    };
  const operation = (
    name: string,
    run: (answerId: string, caller: Principal, facts: LoamCallFacts) => Promise<unknown>,
  ): LoamOperation => ({
    ...loamOperation(name, input, ({ answerId }, caller, facts) => run(answerId, caller, facts), {
      accesses: accessesTo(name),
      guard: (access, principal) => guard(access, { scope: scopeOf(principal), principal, operation: name }, {}),
    }),
    resolveNames: async (given, caller) => {
      const { answerId } = given as Asked;
      return { answerId, knowledgeBaseId: await answers.sourceOf(scopeOf(caller), answerId, readerOf(caller)) };
    },
  });
  return [
    operation('GetAnswer', (answerId, caller) => answers.get(scopeOf(caller), answerId, readerOf(caller))),
    operation('ReplayAnswer', (answerId, caller, { visible, signal }) =>
      answers.replay(scopeOf(caller), answerId, readerOf(caller, visible), signal),
    ),
  ];
}
