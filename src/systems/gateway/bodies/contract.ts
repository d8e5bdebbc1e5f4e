import type { Scope } from '../../../core/scope.ts';
import type { Models, ResolvedModel, TokenUsage } from '../../../models/contract.ts';

/** One call of a model as its body is understood and answered. */
export interface BodyCall {
  readonly models: Models;
  readonly scope: Scope;
  readonly modelId: string;
  readonly signal: AbortSignal;
  /** A fresh id for what the body names by one. */
  uuid(): string;
}

export interface BodyAnswer {
  /** What is answered, as JSON. */
  readonly body: Readonly<Record<string, unknown>>;
  readonly model: ResolvedModel;
  readonly usage: TokenUsage;
}

/** The form of request and answer bodies that a family of models shares. */
export interface BodyFamily {
  readonly name: string;
  /** Whether a body of this form may be meant: by the model's id, and by the body where an id has several forms. */
  accepts(modelId: string, body: Readonly<Record<string, unknown>>): boolean;
  /** @throws LoamError `request-invalid` for a body that is not of this form; whatever the model throws */
  invoke(call: BodyCall, body: Readonly<Record<string, unknown>>): Promise<BodyAnswer>;
}
