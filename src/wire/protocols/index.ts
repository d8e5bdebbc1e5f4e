/** The wire formats: each turns a request into an operation's input, and an output or error into a reply. */
import type { AnswerError } from '../errors.ts';
import type { ServiceModel } from '../model.ts';
import type { ProtocolName } from '../services.ts';
import type { Protocol } from './protocol.ts';
import { createQueryProtocol } from './query.ts';
import { createRestProtocol } from './rest.ts';
import { createRpcProtocol } from './rpc.ts';

export type { Protocol, Reply, ReplyBody } from './protocol.ts';

export function createProtocol(model: ServiceModel, name: ProtocolName, answer: AnswerError): Protocol {
  if (name === 'restJson1' || name === 'restXml') return createRestProtocol(model, answer);
  return name === 'awsQuery' ? createQueryProtocol(model) : createRpcProtocol(model, name, answer);
}
