/**
 * What the wire itself refuses, before or around a handler, as one table of codes. The same failure has other names in other
 * families of services, and sometimes another status; the names are those AWS answers with.
 */
export type ErrorFamily = 'json' | 'query' | 's3';

interface FailureRow {
  readonly json: readonly [name: string, status: number];
  readonly query: readonly [name: string, status: number];
  readonly s3: readonly [name: string, status: number];
}

const FAILURES = {
  'missing-authentication': {
    json: ['MissingAuthenticationTokenException', 403],
    query: ['MissingAuthenticationToken', 403],
    s3: ['AccessDenied', 403],
  },
  'incomplete-signature': {
    json: ['IncompleteSignatureException', 403],
    query: ['IncompleteSignature', 403],
    s3: ['AuthorizationHeaderMalformed', 400],
  },
  'incomplete-presigning': {
    json: ['IncompleteSignatureException', 403],
    query: ['IncompleteSignature', 403],
    s3: ['AuthorizationQueryParametersError', 400],
  },
  'signature-version': {
    json: ['IncompleteSignatureException', 403],
    query: ['IncompleteSignature', 403],
    s3: ['AccessDenied', 403],
  },
  'headers-unsigned': {
    json: ['InvalidSignatureException', 403],
    query: ['SignatureDoesNotMatch', 403],
    s3: ['AccessDenied', 403],
  },
  'credential-scope': {
    json: ['InvalidSignatureException', 403],
    query: ['SignatureDoesNotMatch', 403],
    s3: ['AuthorizationHeaderMalformed', 400],
  },
  'unknown-key': {
    json: ['UnrecognizedClientException', 403],
    query: ['InvalidClientTokenId', 403],
    s3: ['InvalidAccessKeyId', 403],
  },
  'invalid-token': {
    json: ['UnrecognizedClientException', 403],
    query: ['InvalidClientTokenId', 403],
    s3: ['InvalidToken', 400],
  },
  'expired-token': { json: ['ExpiredTokenException', 403], query: ['ExpiredToken', 403], s3: ['ExpiredToken', 400] },
  'signature-mismatch': {
    json: ['InvalidSignatureException', 403],
    query: ['SignatureDoesNotMatch', 403],
    s3: ['SignatureDoesNotMatch', 403],
  },
  'clock-skew': {
    json: ['InvalidSignatureException', 403],
    query: ['SignatureDoesNotMatch', 403],
    s3: ['RequestTimeTooSkewed', 403],
  },
  'presigning-expired': {
    json: ['InvalidSignatureException', 403],
    query: ['SignatureDoesNotMatch', 403],
    s3: ['AccessDenied', 403],
  },
  'bearer-refused': {
    json: ['AccessDeniedException', 403],
    query: ['AccessDenied', 403],
    s3: ['AccessDenied', 403],
  },
  'payload-hash': {
    json: ['InvalidSignatureException', 403],
    query: ['SignatureDoesNotMatch', 403],
    s3: ['XAmzContentSHA256Mismatch', 400],
  },
  'payload-checksum': { json: ['ValidationException', 400], query: ['ValidationError', 400], s3: ['BadDigest', 400] },
  'checksum-malformed': {
    json: ['ValidationException', 400],
    query: ['ValidationError', 400],
    s3: ['InvalidRequest', 400],
  },
  'digest-malformed': {
    json: ['ValidationException', 400],
    query: ['ValidationError', 400],
    s3: ['InvalidDigest', 400],
  },
  'trailer-malformed': {
    json: ['SerializationException', 400],
    query: ['MalformedInput', 400],
    s3: ['MalformedTrailerError', 400],
  },
  'body-incomplete': {
    json: ['SerializationException', 400],
    query: ['MalformedInput', 400],
    s3: ['IncompleteBody', 400],
  },
  'body-malformed': {
    json: ['SerializationException', 400],
    query: ['MalformedInput', 400],
    s3: ['MalformedXML', 400],
  },
  'value-malformed': {
    json: ['SerializationException', 400],
    query: ['MalformedInput', 400],
    s3: ['InvalidArgument', 400],
  },
  'malformed-uri': {
    json: ['SerializationException', 400],
    query: ['MalformedInput', 400],
    s3: ['InvalidURI', 400],
  },
  'request-invalid': {
    json: ['ValidationException', 400],
    query: ['ValidationError', 400],
    s3: ['InvalidRequest', 400],
  },
  'argument-invalid': {
    json: ['ValidationException', 400],
    query: ['ValidationError', 400],
    s3: ['InvalidArgument', 400],
  },
  // Forms that upload a file.
  'form-malformed': {
    json: ['ValidationException', 400],
    query: ['ValidationError', 400],
    s3: ['MalformedPOSTRequest', 400],
  },
  'form-fields-too-large': {
    json: ['ValidationException', 400],
    query: ['ValidationError', 400],
    s3: ['MaxPostPreDataLengthExceeded', 400],
  },
  'form-without-file': {
    json: ['ValidationException', 400],
    query: ['ValidationError', 400],
    s3: ['IncorrectNumberOfFilesInPostRequest', 400],
  },
  'form-file-too-large': {
    json: ['ValidationException', 400],
    query: ['ValidationError', 400],
    s3: ['EntityTooLarge', 400],
  },
  'form-file-too-small': {
    json: ['ValidationException', 400],
    query: ['ValidationError', 400],
    s3: ['EntityTooSmall', 400],
  },
  'policy-invalid': {
    json: ['ValidationException', 400],
    query: ['ValidationError', 400],
    s3: ['InvalidPolicyDocument', 400],
  },
  'policy-refused': {
    json: ['AccessDeniedException', 403],
    query: ['AccessDenied', 403],
    s3: ['AccessDenied', 403],
  },
  'method-refused': {
    json: ['UnknownOperationException', 404],
    query: ['InvalidAction', 400],
    s3: ['MethodNotAllowed', 405],
  },
  // What a browser asks before a request to another origin.
  'preflight-incomplete': {
    json: ['ValidationException', 400],
    query: ['ValidationError', 400],
    s3: ['BadRequest', 400],
  },
  'origin-refused': {
    json: ['AccessDeniedException', 403],
    query: ['AccessDenied', 403],
    s3: ['AccessForbidden', 403],
  },
  'unsupported-media-type': {
    json: ['UnsupportedMediaTypeException', 415],
    query: ['UnsupportedMediaType', 415],
    s3: ['UnsupportedMediaType', 415],
  },
  'too-large': {
    json: ['RequestEntityTooLargeException', 413],
    query: ['RequestEntityTooLarge', 413],
    s3: ['MaxMessageLengthExceeded', 413],
  },
  'unknown-operation': {
    json: ['UnknownOperationException', 404],
    query: ['InvalidAction', 400],
    s3: ['NotImplemented', 501],
  },
  'not-implemented': {
    json: ['NotImplementedException', 501],
    query: ['NotImplemented', 501],
    s3: ['NotImplemented', 501],
  },
  busy: { json: ['ServiceUnavailableException', 503], query: ['ServiceUnavailable', 503], s3: ['SlowDown', 503] },
  'shutting-down': {
    json: ['ServiceUnavailableException', 503],
    query: ['ServiceUnavailable', 503],
    s3: ['ServiceUnavailable', 503],
  },
  // Nobody reads this one: it stands in metrics and logs, with the status that proxies use for it.
  'client-gone': { json: ['ClientGone', 499], query: ['ClientGone', 499], s3: ['ClientGone', 499] },
  'time-limit': {
    json: ['ServiceUnavailableException', 503],
    query: ['ServiceUnavailable', 503],
    s3: ['ServiceUnavailable', 503],
  },
} as const satisfies Record<string, FailureRow>;

export type FailureCode = keyof typeof FAILURES;

/** Thrown by the wire's own steps; `errors.ts` turns it into the answer of the service's family. */
export class WireFailure extends Error {
  override readonly name = 'WireFailure';
  readonly code: FailureCode;

  constructor(code: FailureCode, message: string, options: { cause?: unknown } = {}) {
    super(message, options);
    this.code = code;
  }

  /** The name and HTTP status of this failure in one family of services. */
  answer(family: ErrorFamily): readonly [name: string, status: number] {
    return FAILURES[this.code][family];
  }
}
