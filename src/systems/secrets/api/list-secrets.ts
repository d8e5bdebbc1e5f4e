import type { Filter, ListSecretsCommand } from '@aws-sdk/client-secrets-manager';
import type { Call, Handler, Received } from '../../../wire/operation.ts';
import type { SecretsContext } from '../context.ts';
import { matchesAll } from '../filters.ts';
import type { Secret } from '../secret.ts';
import { selectSecrets } from '../tables/secrets.ts';
import { selectVersions } from '../tables/versions.ts';
import { printSecret, printStages } from './describe-secret.ts';

const PAGE = 100;

interface ListInput {
  readonly Filters?: readonly Received<Filter>[] | undefined;
  readonly MaxResults?: number | undefined;
  readonly NextToken?: string | undefined;
  readonly SortOrder?: string | undefined;
  readonly IncludePlannedDeletion?: boolean | undefined;
}

export function listSecretsOperation(context: SecretsContext): Handler<ListSecretsCommand> {
  return async (input, call) => {
    const { secrets, nextToken } = await listPage(context, call, input);
    const SecretList = await Promise.all(
      secrets.map(async (secret) => {
        const stages = printStages(await selectVersions(context.database, secret));
        return { ...printSecret(secret), ...(Object.keys(stages).length > 0 && { SecretVersionsToStages: stages }) };
      }),
    );
    return { SecretList, ...(nextToken !== undefined && { NextToken: nextToken }) };
  };
}

export interface SecretsListing {
  readonly secrets: readonly Secret[];
  readonly nextToken?: string;
}

/** One page of the secrets that satisfy the filters, newest first by default. */
export async function listPage(
  { database, pageTokens }: SecretsContext,
  { scope }: Pick<Call, 'scope'>,
  input: ListInput,
): Promise<SecretsListing> {
  const filters = (input.Filters ?? []).map(({ Key = 'all', Values = [] }) => ({ key: Key, values: Values }));
  const ascending = input.SortOrder === 'asc';
  const includeDeleted = input.IncludePlannedDeletion === true;
  const name = `secrets/${scope.account}/${scope.region}/${JSON.stringify([filters, ascending, includeDeleted])}`;
  const limit = input.MaxResults ?? PAGE;
  let after = input.NextToken === undefined ? null : readPosition(pageTokens.open(name, input.NextToken));
  const secrets: Secret[] = [];
  for (;;) {
    const rows = await selectSecrets(database, scope, { ascending, includeDeleted, after, limit: PAGE });
    for (const secret of rows) {
      if (!matchesAll(secret, filters)) continue;
      const last = secrets.at(-1);
      if (secrets.length === limit && last) return { secrets, nextToken: pageTokens.seal(name, positionOf(last)) };
      secrets.push(secret);
    }
    const end = rows.at(-1);
    if (!end || rows.length < PAGE) return { secrets };
    after = { createdAt: end.createdAt, name: end.name };
  }
}

function positionOf({ createdAt, name }: Secret): string {
  return `${createdAt.getTime()} ${name}`;
}

function readPosition(text: string) {
  const [time = '', ...name] = text.split(' ');
  return { createdAt: new Date(Number(time)), name: name.join(' ') };
}
