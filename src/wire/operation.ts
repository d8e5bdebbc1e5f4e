import type { Readable } from 'node:stream';
import type { Access, ResourceGuard } from '../access/policy/contract.ts';
import type { Principal } from '../access/principal.ts';
import type { ErrorCode, ErrorDetails, LoamError } from '../core/errors.ts';
import type { Log } from '../core/log.ts';
import type { Scope } from '../core/scope.ts';
import type { MetadataFilter } from '../segments/index.ts';
import type { AnswerOrigin } from './cross-origin.ts';

/** What a handler knows of the call beside its input. It never sees HTTP. */
export interface Call {
  readonly scope: Scope;
  readonly principal: Principal;
  readonly requestId: string;
  /** Fires when the client goes away, at the time limit, and at shutdown. */
  readonly signal: AbortSignal;
  readonly log: Log;
  /** Which accesses of the operation's row were refused, where each is judged for itself (see `eachForItself`). */
  readonly refused: readonly Access[];
  /** Whether the caller may do something more: how much an answer tells may depend on it. */
  may(access: Access): Promise<boolean>;
  /**
   * What of the resource exists for the caller, where policies say so by conditions on `loam:metadata/<key>`; undefined: all
   * of it. It goes with every search, list and read of documents, and is no filter that the caller could leave out.
   */
  readonly visible: MetadataFilter | undefined;
  /** Adds a header that the model does not know (`x-loam-model`) to the answer. */
  setHeader(name: string, value: string): void;
}

type Opaque = Date | Uint8Array | Readable | Blob | ReadableStream | ((...values: never[]) => unknown);
type Known<T> = T extends { $unknown: unknown } ? never : T;

/** A client's input type as a handler receives it: required members are there, unions hold a known member. */
export type Received<T> = T extends Opaque | AsyncIterable<unknown>
  ? T
  : T extends readonly (infer Item)[]
    ? Received<Item>[]
    : T extends object
      ? {
          [Key in keyof T]: Record<never, never> extends Pick<T, Key>
            ? Received<Known<T[Key]>>
            : Received<Known<Exclude<T[Key], undefined>>>;
        }
      : T;

/** A client's output type as a handler gives it: no metadata, bytes and streams in the plain types a server has. */
export type Sent<T> = T extends Date
  ? T
  : T extends Uint8Array
    ? Uint8Array | string
    : T extends { transformToByteArray: unknown } | Readable | Blob | ReadableStream
      ? Readable | Uint8Array | string
      : T extends AsyncIterable<infer Item>
        ? AsyncIterable<Sent<Item>>
        : T extends readonly (infer Item)[]
          ? Sent<Item>[]
          : T extends object
            ? { [Key in keyof T as Key extends '$metadata' ? never : Key]: Sent<T[Key]> }
            : T;

/** A command class of an official client, seen as the pair of its input and output types. */
export interface CommandClass<Input, Output> {
  resolveMiddleware(
    stack: never,
    config: never,
    options: never,
  ): (request: never) => Promise<{ output: Output; response: unknown }>;
  readonly input: Input;
}

/**
 * The handler of one operation, typed by the client's own command (imported as a type only: the client's schema is loaded
 * on first use).
 *
 * @example
 * export function getKnowledgeBase(knowledge: Knowledge): Handler<GetKnowledgeBaseCommand> {
 *   return async (input, call) => ({ knowledgeBase: describe(await knowledge.get(call.scope, input.knowledgeBaseId)) });
 * }
 */
export type Handler<Command> =
  Command extends CommandClass<infer Input, infer Output>
    ? (input: Received<Input>, call: Call) => Promise<Sent<Output>>
    : never;

/** How true an operation is. What has no entry at all is answered 501. */
export type Truth = 'real' | 'partial' | 'stored-only';

/** One operation of a system: its handler, how true it is, and a sentence for each gap. */
export interface Operation {
  readonly handler: (input: never, call: Call) => Promise<unknown>;
  readonly truth: Truth;
  readonly gaps: readonly string[];
}

type AnyHandler = Operation['handler'];

/** Every modelled field has its effect or is refused by name. */
export function real(handler: AnyHandler): Operation {
  return { handler, truth: 'real', gaps: [] };
}

/** Real but for these gaps, each of which is refused, never ignored. */
export function partial(handler: AnyHandler, ...gaps: [string, ...string[]]): Operation {
  return { handler, truth: 'partial', gaps };
}

/** Kept and given back, without effect. */
export function storedOnly(handler: AnyHandler, ...gaps: string[]): Operation {
  return { handler, truth: 'stored-only', gaps };
}

/** How one service answers one LoamError code, where the general rule of `wire/errors.ts` is not right for it. */
export interface ErrorAnswer<Code extends ErrorCode> {
  /** The service's own error: a modelled one, or one that it is known to answer with. */
  readonly name: string;
  /** Only where the model declares none and the kind of the code does not say it: S3's `InvalidRange` is 416. */
  readonly status?: number;
  /** Members of the error beside its message. */
  members?(details: ErrorDetails<Code>): Record<string, unknown>;
}

/**
 * A service's own errors, by the code that is thrown below the wire.
 *
 * @example { 'bucket-not-found': 'NoSuchBucket' }
 */
export type ServiceErrors = { readonly [Code in ErrorCode]?: string | ErrorAnswer<Code> };

/** Who asks: what a permission needs to know beside the input. */
export interface Asking {
  readonly scope: Scope;
  readonly principal: Principal;
  /** The name of the operation: the same action may mean another resource in another one. */
  readonly operation: string;
}

/**
 * What an operation does to which resources: one row for each operation of a system, in its `api/permissions.ts`. An empty
 * list is for what everybody with valid keys may do (`sts:GetCallerIdentity`). A row may have to look up how the ARN of what is
 * named goes: paths of users and roles.
 *
 * @example
 * const permissions = { GetObject: permission<GetObjectCommand>((input) => [{ action: 's3:GetObject', resource: objectArn(input) }]) }
 */
export interface Permission {
  (input: never, asking: Asking): readonly Access[] | Promise<readonly Access[]>;
  /** Set by `eachForItself`. */
  readonly each?: true;
}

/**
 * A row of a batch: the call goes on when any of its accesses is allowed, and its handler answers for the others, which it
 * finds in `call.refused`.
 */
export function eachForItself(row: Permission): Permission {
  return Object.assign((input: never, asking: Asking) => row(input, asking), { each: true as const });
}

/** Types the input of a permission by the client's own command. */
export function permission<Command>(
  accesses: Command extends CommandClass<infer Input, infer _Output>
    ? (input: Received<Input>, asking: Asking) => readonly Access[] | Promise<readonly Access[]>
    : never,
): Permission {
  return accesses as Permission;
}

/**
 * What the resource of an access says of who may use it; undefined where it has no policy and belongs to the scope's account.
 *
 * @throws LoamError when the resource is not there, in the service's own words.
 */
export type Guard = (
  access: Access,
  asking: Asking,
  input: Readonly<Record<string, unknown>>,
) => Promise<ResourceGuard | undefined>;

/**
 * What a refused caller is told in place of the refusal; undefined for the refusal itself.
 *
 * @param may whether the caller may do something else, which may be reason enough to tell more
 */
export type Explain = (
  refused: Access,
  input: Readonly<Record<string, unknown>>,
  may: (access: Access) => Promise<boolean>,
) => Promise<LoamError | undefined>;

/**
 * Gives the input with names that stand for others replaced by what they stand for, before it is validated and before anything
 * is asked of policies: the id that a resource had elsewhere, before it came here. Its members may be of any type yet.
 */
export type ResolveNames = (
  input: Readonly<Record<string, unknown>>,
  scope: Scope,
) => Promise<Readonly<Record<string, unknown>>>;

/** The operations that a system answers for one service; `service` is the id in `wire/services.ts`. */
export interface ServiceOperations {
  readonly service: string;
  readonly operations: Readonly<Record<string, Operation>>;
  /** A row for each of `operations`. */
  readonly permissions?: Readonly<Record<string, Permission>>;
  readonly resolveNames?: ResolveNames;
  readonly guard?: Guard;
  readonly explain?: Explain;
  readonly errors?: ServiceErrors;
  /** Headers, in lower case, that an operation refuses although its model does not know them. */
  readonly refusedHeaders?: Readonly<Record<string, readonly string[]>>;
  /** What pages of other origins may do from a browser; nothing, where it is absent. */
  readonly origins?: AnswerOrigin;
}
