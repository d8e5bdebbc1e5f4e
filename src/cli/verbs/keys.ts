import { connect } from '../connection.ts';
import { callLoam } from '../loam-client.ts';
import { EXIT, type ExitCode, type Invocation, numberOption, type Verb } from '../verb.ts';

const DAY = 86_400;

interface KeyDescription {
  readonly id: string;
  readonly kind: string;
  readonly account: string;
  readonly created?: string;
  readonly expires?: string;
  readonly revoked?: string;
}

export const keysCreate: Verb = {
  name: 'keys create',
  positionals: [],
  summary: 'Create a root key of an account, or a bearer key for Bedrock.',
  example: 'loam keys create --bearer --days 7',
  options: {
    // --account is the setting of that name: the account of the root key.
    bearer: { type: 'boolean', help: 'A bearer key for bedrock and bedrock-runtime (AWS_BEARER_TOKEN_BEDROCK)' },
    days: { type: 'string', help: 'Days that a bearer key lives', default: '30' },
  },
  run: (invocation) => (invocation.options.bearer ? createBearer(invocation) : createPair(invocation)),
};

async function createPair(invocation: Invocation): Promise<ExitCode> {
  const { account } = invocation.configuration;
  const key = await callLoam<Record<string, string>>(connect(invocation), 'CreateAccessKey', { account });
  const lines = [
    `# account ${account}; the secret is shown this once`,
    `AWS_ACCESS_KEY_ID=${key.accessKeyId}`,
    `AWS_SECRET_ACCESS_KEY=${key.secretAccessKey}`,
  ];
  invocation.output.result(key, lines.join('\n'));
  return EXIT.done;
}

async function createBearer(invocation: Invocation): Promise<ExitCode> {
  const { account } = invocation.configuration;
  const expiresInSeconds = (numberOption(invocation, 'days') ?? 30) * DAY;
  const input = { account, expiresInSeconds };
  const key = await callLoam<Record<string, string>>(connect(invocation), 'CreateBearerKey', input);
  const heading = `# ${key.id}, until ${key.expires}; shown this once`;
  invocation.output.result(key, `${heading}\nAWS_BEARER_TOKEN_BEDROCK=${key.token}`);
  return EXIT.done;
}

export const keysList: Verb = {
  name: 'keys list',
  positionals: [],
  summary: 'List the keys of all accounts, without their secrets.',
  example: 'loam keys list --json',
  options: {},
  async run(invocation) {
    const { keys } = await callLoam<{ keys: KeyDescription[] }>(connect(invocation), 'ListAccessKeys');
    invocation.output.result(keys, keys.map(describe).join('\n'));
    return EXIT.done;
  },
};

function describe({ id, kind, account, expires, revoked }: KeyDescription): string {
  const until = expires ? `, until ${expires}` : '';
  return `${id}  ${kind} of ${account}${revoked ? `, revoked ${revoked}` : until}`;
}

export const keysRevoke: Verb = {
  name: 'keys revoke',
  positionals: ['ID'],
  summary: 'Revoke a key at once; URLs presigned with it die too.',
  example: 'loam keys revoke AKIAEXAMPLEEXAMPLE01',
  options: {},
  async run(invocation) {
    const [id] = invocation.positionals;
    await callLoam(connect(invocation), 'RevokeAccessKey', { id });
    invocation.output.result({ id, revoked: true }, `Revoked ${id}.`);
    return EXIT.done;
  },
};
