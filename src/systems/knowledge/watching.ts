import type { Scope } from '../../core/scope.ts';
import type { Objects } from '../objects/index.ts';
import { type KnowledgeContext, now } from './context.ts';
import { documentLocation, isCustomSource } from './data-source-configuration.ts';
import type { DataSourceIds, DataSourceRow } from './tables/data-sources.ts';
import { markChanged, selectWatched } from './tables/watched-sources.ts';

/** The name under which the object system tells this one of changes. */
export const PART = 'knowledge';

export interface WatchContext extends KnowledgeContext {
  readonly watches: Pick<Objects, 'watch' | 'unwatch'>;
}

/** To be called when a data source gets another prefix. */
export async function watchAgain(context: WatchContext, scope: Scope, source: DataSourceRow): Promise<void> {
  if (isCustomSource(source.configuration) || !(await isWatched(context, scope, source))) return;
  await tellOf(context, scope, source);
}

/** To be called when a data source goes. A bucket that is gone tells nobody anyway. */
export async function stopTelling(context: WatchContext, scope: Scope, source: DataSourceRow): Promise<void> {
  if (isCustomSource(source.configuration)) return;
  const { bucket } = documentLocation(source.configuration);
  try {
    await context.watches.unwatch(scope, bucket, { part: PART, id: watcherId(scope, source) });
  } catch (error) {
    context.log.warn({ dataSource: source.id, error: String(error) }, 'A bucket could not be told to stop telling');
  }
}

export function isWatched(
  { database }: Pick<KnowledgeContext, 'database'>,
  scope: Scope,
  { knowledgeBaseId, id: dataSourceId }: Pick<DataSourceRow, 'knowledgeBaseId' | 'id'>,
): Promise<boolean> {
  return selectWatched(database, scope, { knowledgeBaseId, dataSourceId });
}

/** What the object system tells of a change: remembered until a sync is started for it. @returns whose bucket changed */
export async function hearChange(
  context: KnowledgeContext,
  watcher: string,
): Promise<{ scope: Scope; ids: DataSourceIds } | undefined> {
  const [account, region, knowledgeBaseId, dataSourceId] = watcher.split('/');
  if (!account || !region || !knowledgeBaseId || !dataSourceId) return undefined;
  const [scope, ids] = [
    { account, region },
    { knowledgeBaseId, dataSourceId },
  ];
  return (await markChanged(context.database, scope, { ...ids, at: now(context) })) ? { scope, ids } : undefined;
}

/** From now on changes below the data source's prefix are told. @throws LoamError `bucket-not-found` */
export async function tellOf({ watches }: WatchContext, scope: Scope, source: DataSourceRow): Promise<void> {
  const { bucket, prefix } = documentLocation(source.configuration);
  await watches.watch(scope, bucket, { part: PART, id: watcherId(scope, source), prefix });
}

function watcherId({ account, region }: Scope, { knowledgeBaseId, id }: DataSourceRow): string {
  return `${account}/${region}/${knowledgeBaseId}/${id}`;
}
