import { describe, expect, it } from 'vitest';
import { readModel } from './model.ts';
import operationNames from './operation-names.json' with { type: 'json' };
import { isRest, SERVICES } from './services.ts';

interface Configured {
  readonly config: {
    readonly serviceId: string;
    readonly apiVersion: string;
    readonly protocol: { getShapeId(): string };
    readonly protocolSettings: { readonly serviceTarget: string };
    httpAuthSchemeProvider(parameters: object): { schemeId: string; signingProperties?: { name?: string } }[];
  };
}

function configure(client: object): Configured['config'] {
  const name = Object.keys(client).find((key) => /^[A-Z].*Client$/.test(key)) ?? '';
  const Client = (client as Record<string, new (configuration: object) => Configured>)[name];
  if (!Client) throw new Error('No client class');
  return new Client({ region: 'us-east-1', credentials: { accessKeyId: 'a', secretAccessKey: 'b' } }).config;
}

describe('the table of services', () => {
  it.each(SERVICES.map((entry) => [entry.id, entry] as const))('%s is what its client says', async (id, entry) => {
    const client = await entry.load();
    const config = configure(client);
    const model = readModel(entry, client);
    const schemes = config.httpAuthSchemeProvider({ operation: '*', region: 'us-east-1', Region: 'us-east-1' });
    const schemesOf = [...model.operations.values()].flatMap(({ auth }) => auth);
    const segments = [...model.operations.values()].map(({ http }) => http?.[1].split(/[/?]/)[1] ?? '');
    expect({
      title: config.serviceId,
      signingName: schemes.find((scheme) => scheme.signingProperties?.name)?.signingProperties?.name,
      target: config.protocolSettings.serviceTarget,
      version: config.apiVersion,
      protocol: config.protocol.getShapeId().split('#')[1],
      bearer: schemesOf.includes('smithy.api#httpBearerAuth'),
      anonymous: schemesOf.includes('smithy.api#noAuth'),
    }).toEqual({
      title: entry.title,
      signingName: entry.signingName,
      target: entry.target,
      version: entry.version,
      protocol: entry.protocol,
      bearer: entry.bearer ?? false,
      anonymous: entry.anonymous ?? false,
    });
    if (isRest(entry) && entry.paths) expect([...new Set(segments)].sort()).toEqual([...entry.paths].sort());
    expect([...model.operations.keys()].sort()).toEqual((operationNames as Record<string, string[]>)[id]);
  });
});
