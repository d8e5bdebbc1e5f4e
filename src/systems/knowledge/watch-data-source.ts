import { LoamError } from '../../core/errors.ts';
import type { Scope } from '../../core/scope.ts';
import { isCustomSource } from './data-source-configuration.ts';
import { getUsableDataSource } from './data-sources.ts';
import { refuse } from './refusal.ts';
import type { DataSourceIds } from './tables/data-sources.ts';
import { setWatched } from './tables/watched-sources.ts';
import { stopTelling, tellOf, type WatchContext } from './watching.ts';

/**
 * Whether a data source is synced by itself when something below its prefix changes.
 *
 * @throws LoamError `resource-not-found`, `resource-conflict`, `bucket-not-found`, `parameter-invalid` for a CUSTOM data source
 */
export async function watchDataSource(
  context: WatchContext,
  scope: Scope,
  { knowledgeBaseId, dataSourceId, watched }: DataSourceIds & { watched: boolean },
): Promise<void> {
  const source = await getUsableDataSource(context, scope, { knowledgeBaseId, dataSourceId });
  if (isCustomSource(source.configuration)) {
    refuse('dataSourceId', 'is a CUSTOM data source, which has no bucket', 'an S3 data source');
  }
  // What is told of a data source that is not watched (yet) does nothing, so in this order nothing is missed.
  if (watched) await tellOf(context, scope, source);
  if (!(await setWatched(context.database, scope, { knowledgeBaseId, dataSourceId, watched }))) {
    throw new LoamError('resource-not-found', { type: 'data source', id: dataSourceId });
  }
  if (!watched) await stopTelling(context, scope, source);
}
