import { connect } from '../connection.ts';
import { callLoam, LoamCallError } from '../loam-client.ts';
import { type Check, type Finding, ok, warning } from './check.ts';

interface Checked {
  readonly store: string;
  readonly type: string;
  readonly problem?: string;
  readonly knowledgeBases: readonly string[];
}

/** Which vector stores answer, and which knowledge bases name one that configuration does not map. */
export const checkVectorStores: Check = async (invocation) => {
  try {
    const { vectorStores } = await callLoam<{ vectorStores: Checked[] }>(connect(invocation), 'CheckVectorStores');
    return vectorStores.length === 0 ? ok('Vector stores', 'the embedded index alone') : vectorStores.map(findingOf);
  } catch (error) {
    if (!(error instanceof LoamCallError)) throw error;
    // That no server answers, or that it does not know these keys, other lines say.
    return [];
  }
};

function findingOf({ store, type, problem, knowledgeBases }: Checked): Finding {
  const of = knowledgeBases.length === 0 ? '' : `, for ${knowledgeBases.join(', ')}`;
  if (type === 'unmapped') {
    const advice = 'To keep them there, map it in the setting vectorStores, then: loam kb move KB --to it';
    return warning('Vector store', `${store} is not mapped: the embedded index answers${of}`, advice);
  }
  if (problem === undefined) return ok('Vector store', `${store} (${type})${of}`);
  return warning('Vector store', `${store} (${type})${of}: ${problem}`, 'The embedded index answers meanwhile.');
}
