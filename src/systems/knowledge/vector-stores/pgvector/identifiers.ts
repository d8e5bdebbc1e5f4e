import { LoamError } from '../../../../core/errors.ts';

const NAME = /^[A-Za-z_][A-Za-z0-9_$-]{0,62}$/;

/**
 * A name of the storage configuration as an SQL identifier; a table's may be `schema.table`.
 *
 * @throws LoamError `parameter-invalid` for what is no name
 * @example quoteIdentifier('bedrock_integration.bedrock_kb') // "bedrock_integration"."bedrock_kb"
 */
export function quoteIdentifier(name: string): string {
  const parts = name.split('.');
  if (parts.length > 2 || !parts.every((part) => NAME.test(part))) {
    throw new LoamError('parameter-invalid', {
      parameter: 'A name in rdsConfiguration',
      problem: `is ${JSON.stringify(name)}`,
      allowed: 'letters, digits, _, $ and -, not beginning with a digit; a table as schema.table too',
    });
  }
  return parts.map((part) => `"${part}"`).join('.');
}
