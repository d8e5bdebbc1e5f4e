import { connect } from '../connection.ts';
import { callLoam } from '../loam-client.ts';
import { EXIT, textOption, type Verb } from '../verb.ts';

interface AccountDescription {
  readonly id: string;
  readonly name: string;
  readonly email?: string;
  readonly created?: string;
  readonly closed?: string;
}

interface NewAccount {
  readonly account: AccountDescription;
  readonly rootKey: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

export const accountsCreate: Verb = {
  name: 'accounts create',
  positionals: ['NAME'],
  summary: 'Make an account with walls of its own; prints its root key once.',
  example: 'loam accounts create data-team --email data@example.com',
  options: {
    id: { type: 'string', help: 'Twelve digits; a free number without it' },
    email: { type: 'string', help: 'Whom to ask about it' },
  },
  async run(invocation) {
    const [name] = invocation.positionals;
    const id = textOption(invocation, 'id');
    const email = textOption(invocation, 'email');
    const input = { name, ...(id && { id }), ...(email && { email }) };
    const made = await callLoam<NewAccount>(connect(invocation), 'CreateAccount', input);
    const lines = [
      `# account ${made.account.id} (${made.account.name}); the secret is shown this once`,
      `AWS_ACCESS_KEY_ID=${made.rootKey.accessKeyId}`,
      `AWS_SECRET_ACCESS_KEY=${made.rootKey.secretAccessKey}`,
    ];
    invocation.output.result(made, lines.join('\n'));
    return EXIT.done;
  },
};

export const accountsList: Verb = {
  name: 'accounts list',
  positionals: [],
  summary: 'List all accounts.',
  example: 'loam accounts list --json',
  options: {},
  async run(invocation) {
    const { accounts } = await callLoam<{ accounts: AccountDescription[] }>(connect(invocation), 'ListAccounts');
    invocation.output.result(accounts, accounts.map(describe).join('\n'));
    return EXIT.done;
  },
};

export const accountsClose: Verb = {
  name: 'accounts close',
  positionals: ['ID'],
  summary: 'Close an account: its keys and sessions end at once, what it stored stays.',
  example: 'loam accounts close 123456789012',
  options: {},
  async run(invocation) {
    const [id] = invocation.positionals;
    await callLoam(connect(invocation), 'CloseAccount', { id });
    invocation.output.result({ id, closed: true }, `Closed ${id}.`);
    return EXIT.done;
  },
};

function describe({ id, name, email, closed }: AccountDescription): string {
  return `${id}  ${name || '(only keys)'}${email ? ` <${email}>` : ''}${closed ? `, closed ${closed}` : ''}`;
}
