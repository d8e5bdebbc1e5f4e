import type { ErrorKind } from '../core/errors.ts';
import type { ErrorFamily } from './failure.ts';

interface KindAnswer extends Readonly<Record<ErrorFamily, readonly [name: string, status: number]>> {
  /** Names that services model this kind of failure under; the first that the service has is the answer. */
  readonly modelled: readonly string[];
}

/** How each kind of failure is answered, unless the service says otherwise for its code. */
export const ANSWERS_BY_KIND: Readonly<Record<ErrorKind, KindAnswer>> = {
  invalid: {
    modelled: [
      'ValidationException',
      'ValidationError',
      'InvalidInputException',
      'InvalidRequestException',
      'InvalidParameterValueException',
      'InvalidParameterException',
      'InvalidArgumentException',
    ],
    json: ['ValidationException', 400],
    query: ['ValidationError', 400],
    s3: ['InvalidArgument', 400],
  },
  unauthenticated: {
    modelled: [],
    json: ['UnrecognizedClientException', 403],
    query: ['InvalidClientTokenId', 403],
    s3: ['InvalidAccessKeyId', 403],
  },
  denied: {
    modelled: ['AccessDeniedException'],
    json: ['AccessDeniedException', 403],
    query: ['AccessDenied', 403],
    s3: ['AccessDenied', 403],
  },
  'not-found': {
    modelled: [
      'ResourceNotFoundException',
      'ResourceNotFound',
      'NotFoundException',
      'EntityNotFoundException',
      'NoSuchEntityException',
    ],
    json: ['ResourceNotFoundException', 404],
    query: ['NoSuchEntity', 404],
    s3: ['NoSuchKey', 404],
  },
  conflict: {
    modelled: [
      'ConflictException',
      'ResourceInUseException',
      'ResourceInUse',
      'ResourceAlreadyExistsException',
      'AlreadyExistsException',
      'EntityAlreadyExistsException',
      'ResourceExistsException',
    ],
    json: ['ConflictException', 409],
    query: ['EntityAlreadyExists', 409],
    s3: ['OperationAborted', 409],
  },
  quota: {
    modelled: ['ServiceQuotaExceededException', 'LimitExceededException', 'ResourceLimitExceeded', 'LimitExceeded'],
    json: ['ServiceQuotaExceededException', 400],
    query: ['LimitExceeded', 409],
    s3: ['InvalidRequest', 400],
  },
  throttled: {
    modelled: ['ThrottlingException', 'TooManyRequestsException'],
    json: ['ThrottlingException', 429],
    query: ['Throttling', 400],
    s3: ['SlowDown', 503],
  },
  'too-large': {
    modelled: ['ValidationException'],
    json: ['RequestEntityTooLargeException', 413],
    query: ['RequestEntityTooLarge', 413],
    s3: ['EntityTooLarge', 400],
  },
  timeout: {
    modelled: ['ModelTimeoutException', 'ServiceUnavailableException'],
    json: ['ServiceUnavailableException', 503],
    query: ['ServiceUnavailable', 503],
    s3: ['ServiceUnavailable', 503],
  },
  dependency: {
    modelled: ['DependencyFailedException', 'ModelErrorException', 'ServiceUnavailableException'],
    json: ['DependencyFailedException', 424],
    query: ['ServiceUnavailable', 503],
    s3: ['ServiceUnavailable', 503],
  },
  unavailable: {
    modelled: ['ServiceUnavailableException'],
    json: ['ServiceUnavailableException', 503],
    query: ['ServiceUnavailable', 503],
    s3: ['ServiceUnavailable', 503],
  },
  'not-implemented': {
    modelled: ['NotImplementedException'],
    json: ['NotImplementedException', 501],
    query: ['NotImplemented', 501],
    s3: ['NotImplemented', 501],
  },
  internal: {
    modelled: ['InternalServerException', 'InternalServerError', 'InternalServiceException', 'InternalServiceError'],
    json: ['InternalServerException', 500],
    query: ['InternalFailure', 500],
    s3: ['InternalError', 500],
  },
};
