import { FromStringShapeDeserializer, ToStringShapeSerializer } from '@smithy/core/protocols';
import type { NormalizedSchema } from '@smithy/core/schema';
import { WireFailure } from '../failure.ts';
import { DATE_TIME, EPOCH_SECONDS } from './codec.ts';

/** Reads and prints single values as labels, query parameters and headers carry them. */
export interface ValueFormat {
  /** @throws WireFailure value-malformed, naming the member */
  read(schema: NormalizedSchema, text: string, member: string): unknown;
  print(schema: NormalizedSchema, value: unknown): string;
}

export function createValueFormat(json: boolean): ValueFormat {
  const settings = {
    timestampFormat: { useTrait: true, default: json ? EPOCH_SECONDS : DATE_TIME },
    httpBindings: true,
  } as const;
  const deserializer = new FromStringShapeDeserializer(settings);
  const serializer = new ToStringShapeSerializer(settings);
  return {
    read(schema, text, member) {
      const value = readValue(deserializer, schema, text, member);
      if (typeof value === 'number' && Number.isNaN(value)) throw unreadable(member);
      return value;
    },
    print(schema, value) {
      serializer.write(schema, value);
      return serializer.flush();
    },
  };
}

function readValue(deserializer: FromStringShapeDeserializer, schema: NormalizedSchema, text: string, member: string) {
  try {
    return deserializer.read(schema, text) as unknown;
  } catch (cause) {
    throw unreadable(member, cause);
  }
}

function unreadable(member: string, cause?: unknown): WireFailure {
  return new WireFailure('value-malformed', `The value of '${member}' cannot be read as the type that it must have.`, {
    cause,
  });
}
