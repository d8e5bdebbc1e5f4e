import type { ArnTest } from './arn-pattern.ts';
import type { CompiledCondition } from './conditions.ts';
import type { Statement } from './contract.ts';
import type { GlobTest } from './glob.ts';
import type { MetadataCondition } from './metadata-conditions.ts';

/** A statement with its patterns made ready. */
export interface CompiledStatement {
  readonly statement: Statement;
  /** Of actions in lower case. */
  readonly actions: readonly GlobTest[];
  readonly resources: readonly ArnTest[] | undefined;
  /** On the request. */
  readonly conditions: readonly CompiledCondition[];
  /** On the metadata of documents. */
  readonly metadata: readonly MetadataCondition[];
}
