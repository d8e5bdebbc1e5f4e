import type { Log } from '../core/log.ts';
import { bindingsOf } from './bindings.ts';
import { loadConstraints } from './constraints.ts';
import { type AnsweredError, answerError, familyOf, isUnexpected } from './errors.ts';
import { type ErrorFamily, type FailureCode, WireFailure } from './failure.ts';
import { type OperationModel, readModel, type ServiceModel } from './model.ts';
import { createProtocol, type Protocol } from './protocols/index.ts';
import type { OfferedService } from './registry.ts';
import { Router } from './router.ts';
import type { ProtocolName, ServiceEntry } from './services.ts';
import { findViolations, type Violation } from './validate.ts';

/** A service whose client is loaded. */
export interface Service {
  readonly entry: ServiceEntry;
  readonly model: ServiceModel;
  readonly router: Router;
  /** What a system answers of it; absent when none does. */
  readonly offered: OfferedService | undefined;
  /** What was thrown, as this service answers it; what is unexpected is logged. */
  answer(caught: unknown, family: ErrorFamily): AnsweredError;
  protocol(name: ProtocolName): Protocol;
  /** Whether its input is a stream, of bytes or of events. */
  streamsInput(operation: OperationModel): boolean;
  /** @throws WireFailure naming every member that violates the model */
  validate(operation: OperationModel, input: unknown): void;
}

/** Loads the client of a service and checks that every offered operation is one of its model. */
export async function loadService(
  entry: ServiceEntry,
  offered: OfferedService | undefined,
  log: Log,
): Promise<Service> {
  const [client, constraints] = await Promise.all([entry.load(), loadConstraints(entry.id)]);
  const model = readModel(entry, client);
  const unmodelled = Object.keys(offered?.operations ?? {}).filter((name) => !model.operations.has(name));
  if (unmodelled.length > 0) throw new TypeError(`${entry.title} has no operation ${unmodelled.join(', ')}.`);
  const answer = (caught: unknown, family: ErrorFamily): AnsweredError => {
    if (isUnexpected(caught)) log.error({ service: entry.id, error: caught }, 'An operation failed unexpectedly');
    return answerError(caught, { family, model, errors: offered?.errors });
  };
  const protocols = new Map<ProtocolName, Protocol>();
  const protocol = (name: ProtocolName): Protocol => {
    const family = familyOf(name);
    const known = protocols.get(name) ?? createProtocol(model, name, (caught) => answer(caught, family));
    protocols.set(name, known);
    return known;
  };
  const validate = (operation: OperationModel, input: unknown): void =>
    refuse(familyOf(entry.protocol), findViolations(operation.input, input, constraints));
  return { entry, model, router: new Router(model), offered, answer, protocol, validate, streamsInput };
}

function streamsInput(operation: OperationModel): boolean {
  return bindingsOf(operation.input).stream !== undefined;
}

function refuse(family: ErrorFamily, violations: readonly Violation[]): void {
  if (violations.length === 0) return;
  const count = `${violations.length} validation error${violations.length > 1 ? 's' : ''} detected`;
  const message = `${count}: ${violations.map((violation) => violation.message).join('; ')}`;
  throw new WireFailure(family === 's3' ? storageCode(violations) : 'request-invalid', message);
}

/** S3 tells a document that does not fit from an argument that is missing and one that is wrong. */
function storageCode(violations: readonly Violation[]): FailureCode {
  if (violations.some(({ nested }) => nested)) return 'body-malformed';
  return violations.some(({ missing }) => !missing) ? 'argument-invalid' : 'request-invalid';
}
