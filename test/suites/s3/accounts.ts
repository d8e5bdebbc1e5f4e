import { CreateKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { ListBucketsCommand, S3Client } from '@aws-sdk/client-s3';
import { callLoam } from '../../../src/cli/loam-client.ts';
import type { TestServer } from '../../support/server.ts';

interface Keys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** A section of the suite's configuration file. */
interface Section {
  readonly title: string;
  readonly entries: Readonly<Record<string, string>>;
}

const PEOPLE = ['s3 main', 's3 alt', 's3 tenant', 'iam', 'iam root', 'iam alt root'] as const;

/** The text of `s3tests.conf` for a server and the sections of its callers. */
export function configurationText(endpoint: string, sections: readonly Section[]): string {
  const { hostname, port } = new URL(endpoint);
  const all: Section[] = [
    { title: 'DEFAULT', entries: { host: hostname, port, is_secure: 'False', ssl_verify: 'False' } },
    {
      title: 'fixtures',
      entries: { 'bucket prefix': 'suite-{random}-', 'iam name prefix': 'suite-', 'iam path prefix': '/suite/' },
    },
    ...sections,
  ];
  const lines = all.flatMap(({ title, entries }) => [
    `[${title}]`,
    ...Object.entries(entries).map(([name, value]) => `${name} = ${value}`),
    '',
  ]);
  return lines.join('\n');
}

/** Makes an account with a key for each section; `process` keeps those of several processes apart. */
export async function loamSections(server: TestServer, process: number): Promise<Section[]> {
  const { endpoint, region, credentials } = server.client;
  const sections: Section[] = [];
  for (const [index, title] of PEOPLE.entries()) {
    const account = `${100_000_000_000 + process * 100 + accountOf(index)}`;
    const keys = await callLoam<Keys>({ endpoint, region, credentials }, 'CreateAccessKey', { account });
    sections.push(await sectionOf(server, title, keys));
  }
  return sections;
}

// The section `iam` is of the main account, as the suite expects of it.
function accountOf(index: number): number {
  return PEOPLE[index] === 'iam' ? 1 : index + 1;
}

async function sectionOf(server: TestServer, title: string, keys: Keys): Promise<Section> {
  const client = { ...server.client, credentials: keys };
  const owner = (await new S3Client(client).send(new ListBucketsCommand({}))).Owner;
  const keyIds = title === 's3 main' ? await kmsKeys(client) : {};
  return { title, entries: { ...entriesOf(title, keys, owner?.ID ?? '', owner?.DisplayName), ...keyIds } };
}

function entriesOf(title: string, keys: Keys, id: string, name = title.replaceAll(' ', '-')): Record<string, string> {
  return {
    display_name: name,
    user_id: id,
    email: `${title.replaceAll(' ', '.')}@example.com`,
    access_key: keys.accessKeyId,
    secret_key: keys.secretAccessKey,
    ...(title === 's3 tenant' && { tenant: 'testx' }),
  };
}

async function kmsKeys(client: TestServer['client']): Promise<Record<string, string>> {
  const kms = new KMSClient(client);
  try {
    const [first, second] = [await kms.send(new CreateKeyCommand({})), await kms.send(new CreateKeyCommand({}))];
    return { kms_keyid: first.KeyMetadata?.Arn ?? '', kms_keyid2: second.KeyMetadata?.Arn ?? '' };
  } catch (error) {
    console.warn(`No keys of kms: ${(error as Error).message}`);
    return {};
  }
}

/** Callers for a server that takes any key. */
export function anySections(process: number): Section[] {
  return PEOPLE.map((title, index) => {
    const keys = { accessKeyId: `AKIA${process}SUITE${index}`, secretAccessKey: `secret-${process}-${index}` };
    return { title, entries: entriesOf(title, keys, `${index}`.padStart(64, '0')) };
  });
}
