import type { NormalizedSchema } from '@smithy/core/schema';
import { type ErrorCode, type ErrorKind, isLoamError, LoamError } from '../core/errors.ts';
import { ANSWERS_BY_KIND } from './error-names.ts';
import { type ErrorFamily, WireFailure } from './failure.ts';
import type { ServiceModel } from './model.ts';
import type { ErrorAnswer, ServiceErrors } from './operation.ts';
import type { ProtocolName } from './services.ts';

/** An error as a service answers it. */
export interface AnsweredError {
  readonly name: string;
  /** The awsQuery code, where the model gives another one than the name. */
  readonly code: string;
  readonly status: number;
  readonly fault: 'client' | 'server';
  readonly message: string;
  /** Present when the service models the error. */
  readonly schema: NormalizedSchema | undefined;
  /** The modelled members, message included, and those that a service adds. */
  readonly members: Readonly<Record<string, unknown>>;
}

export type AnswerError = (caught: unknown) => AnsweredError;

/** What is known of the service that answers: nothing of its model before its client is loaded. */
export interface AnsweringService {
  readonly family: ErrorFamily;
  readonly model?: ServiceModel | undefined;
  readonly errors?: ServiceErrors | undefined;
}

/** The one place that turns what was thrown into the service's own error. What is unknown never shows its message. */
export function answerError(caught: unknown, service: AnsweringService): AnsweredError {
  if (caught instanceof WireFailure) {
    const [name, status] = caught.answer(service.family);
    return describe(service, { name, status, message: caught.message });
  }
  if (isLoamError(caught)) return answerLoamError(caught, service);
  return answerLoamError(new LoamError('internal-error', {}), service);
}

export function familyOf(protocol: ProtocolName): ErrorFamily {
  if (protocol === 'restXml') return 's3';
  return protocol === 'awsQuery' ? 'query' : 'json';
}

/** Whether what was thrown is a fault of the server that somebody should look at. */
export function isUnexpected(caught: unknown): boolean {
  if (caught instanceof WireFailure || (caught instanceof Error && caught.name === 'AbortError')) return false;
  return !isLoamError(caught) || caught.kind === 'internal';
}

function answerLoamError(error: LoamError, service: AnsweringService): AnsweredError {
  const own = ownAnswer(error, service.errors);
  const { message } = error;
  if (own) return describe(service, { ...own, message, kind: error.kind });
  const rule = ANSWERS_BY_KIND[error.kind];
  const modelled = rule.modelled.find((name) => service.model?.findError(name));
  const [name, status] = rule[service.family];
  return describe(service, {
    name: modelled ?? name,
    status: modelled ? undefined : status,
    message,
    kind: error.kind,
  });
}

interface OwnAnswer {
  readonly name: string;
  readonly status: number | undefined;
  readonly members: Record<string, unknown>;
}

function ownAnswer(error: LoamError, errors: ServiceErrors | undefined): OwnAnswer | undefined {
  const answer = errors?.[error.code] as string | ErrorAnswer<ErrorCode> | undefined;
  if (answer === undefined) return undefined;
  if (typeof answer === 'string') return { name: answer, status: undefined, members: {} };
  return { name: answer.name, status: answer.status, members: answer.members?.(error.details) ?? {} };
}

interface Description {
  readonly name: string;
  readonly status?: number | undefined;
  readonly message: string;
  readonly kind?: ErrorKind;
  readonly members?: Record<string, unknown>;
}

interface ErrorTraits {
  readonly error?: 'client' | 'server';
  readonly httpError?: number;
  readonly awsQueryError?: readonly [code: string, status: number];
}

function describe(service: AnsweringService, description: Description): AnsweredError {
  const { name, message } = description;
  const schema = service.model?.findError(name);
  const traits = (schema?.getMergedTraits() ?? {}) as ErrorTraits;
  const status =
    description.status ?? declaredStatus(traits) ?? defaultStatus(service.family, description.kind, traits);
  const members: Record<string, unknown> = { ...description.members };
  for (const [member] of schema?.structIterator() ?? []) {
    if (member.toLowerCase() === 'message') members[member] = message;
  }
  return {
    ...{ name, status, message, schema, members },
    code: traits.awsQueryError?.[0] ?? name,
    fault: traits.error ?? (status >= 500 ? 'server' : 'client'),
  };
}

function declaredStatus(traits: ErrorTraits): number | undefined {
  return traits.httpError ?? traits.awsQueryError?.[1];
}

function defaultStatus(family: ErrorFamily, kind: ErrorKind | undefined, { error }: ErrorTraits): number {
  const ofKind = kind === undefined ? 400 : ANSWERS_BY_KIND[kind][family][1];
  // An error that is modelled without a status is 400, or 500 and above; but S3 has some whose status only its pages tell.
  if (error === undefined || family === 's3') return ofKind;
  if (error === 'client') return 400;
  return ofKind >= 500 ? ofKind : 503;
}
