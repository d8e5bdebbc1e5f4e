import { describe, expect, it } from 'vitest';
import { ERRORS, type ErrorCode, LoamError } from '../core/errors.ts';
import { ANSWERS_BY_KIND } from './error-names.ts';
import { answerError, familyOf } from './errors.ts';
import { WireFailure } from './failure.ts';
import { readModel } from './model.ts';
import { SERVICES } from './services.ts';

async function modelOf(id: string) {
  const entry = SERVICES.find((service) => service.id === id);
  if (!entry) throw new Error(`No service ${id}`);
  return { family: familyOf(entry.protocol), model: readModel(entry, await entry.load()) };
}

const CODES = Object.keys(ERRORS) as ErrorCode[];
// Details that every message can be made of.
const details = new Proxy({}, { get: (_target, name) => String(name) });

describe('errors', () => {
  it.each(SERVICES.map(({ id }) => id))('every code has an answer of %s', async (id) => {
    const service = await modelOf(id);
    for (const code of CODES) {
      const error = new LoamError(code, details as never);
      const answered = answerError(error, service);
      expect(answered.status, code).toBeGreaterThanOrEqual(400);
      if (error.kind !== 'internal') expect(answered.status, code).not.toBe(500);
      expect(answered.message, code).toBe(error.message);
      const { modelled, [service.family]: named } = ANSWERS_BY_KIND[error.kind];
      if (answered.schema) expect([...modelled, named[0]], code).toContain(answered.name);
    }
  });

  it('are the modelled ones of the service where it has them', async () => {
    const missing = new LoamError('resource-not-found', { type: 'thing', id: 'x' });
    const names: Record<string, [string, number]> = {
      'bedrock-agent': ['ResourceNotFoundException', 404],
      sagemaker: ['ResourceNotFound', 400],
      kms: ['NotFoundException', 404],
      athena: ['ResourceNotFoundException', 400],
      iam: ['NoSuchEntityException', 404],
    };
    for (const [id, [name, status]] of Object.entries(names)) {
      expect(answerError(missing, await modelOf(id)), id).toMatchObject({ name, status, fault: 'client' });
    }
  });

  it("follow the service's own table, with its status and members", async () => {
    const errors = {
      'resource-not-found': {
        name: 'InvalidRange',
        status: 416,
        members: ({ id }: { id: string }) => ({ ActualObjectSize: id }),
      },
      'resource-conflict': 'BucketAlreadyExists',
    } as const;
    const s3 = { ...(await modelOf('s3')), errors };
    const range = answerError(new LoamError('resource-not-found', { type: 'range', id: '5' }), s3);
    expect(range).toMatchObject({ name: 'InvalidRange', status: 416, members: { ActualObjectSize: '5' } });
    const conflict = new LoamError('resource-conflict', { type: 'bucket', id: 'b', problem: 'exists' });
    expect(answerError(conflict, s3)).toMatchObject({ name: 'BucketAlreadyExists', status: 409 });
  });

  it('show nothing of what is unexpected', async () => {
    for (const caught of [new TypeError('a secret'), 'a secret', undefined, { message: 'a secret' }]) {
      const answered = answerError(caught, await modelOf('bedrock-agent'));
      expect(answered).toMatchObject({
        name: 'InternalServerException',
        status: 500,
        message: 'The service hit an internal error.',
      });
    }
  });

  it('of the wire have the names of their family', () => {
    const failure = new WireFailure('unknown-key', 'No such key.');
    const named = (family: 'json' | 'query' | 's3') => answerError(failure, { family }).name;
    expect([named('json'), named('query'), named('s3')]).toEqual([
      'UnrecognizedClientException',
      'InvalidClientTokenId',
      'InvalidAccessKeyId',
    ]);
  });
});
