import { LoamError } from '../../../core/errors.ts';
import type { Log } from '../../../core/log.ts';
import { createOutbound, type Fetch } from '../../../core/outbound/index.ts';
import type { Scope } from '../../../core/scope.ts';
import type { VectorStore, VectorStorePlugin } from './contract.ts';
import { readCredentials, type SecretSources } from './credentials.ts';
import { vectorStorePlugin, vectorStorePlugins } from './index.ts';
import { layoutFor, layoutOf, type StorageLayout } from './layout.ts';
import { createRankingThread, type RankingThread } from './ranking/ranking-thread.ts';
import type { VectorStoreSettings } from './settings.ts';

export interface VectorStoresOptions extends SecretSources {
  readonly configuration: {
    readonly vectorStores: VectorStoreSettings;
    /** The setting of this name; the URLs of the stores themselves may be anywhere. */
    readonly allowOutbound: readonly string[];
  };
  readonly log: Log;
}

/** A store that is open for one knowledge base. */
export interface OpenStore {
  readonly store: VectorStore;
  readonly plugin: VectorStorePlugin;
}

/** Whose store is to be opened, and its layout: the knowledge base's storage configuration. */
export interface StoreOf {
  readonly knowledgeBaseId: string;
  readonly store: string;
  readonly storage: unknown;
  readonly dimensions: number;
}

/** The vector stores of the configuration. */
export interface VectorStores {
  readonly ranking: RankingThread;
  /** The configured store that a storage configuration names; undefined where it names none. */
  named(storage: unknown): string | undefined;
  /** The configured store with this key or short name. @throws LoamError `parameter-invalid` */
  find(store: string): string;
  /** Its short name, kind and URL without secrets, for people. */
  describe(store: string): { readonly type: string; readonly name: string; readonly tried: boolean } | undefined;
  list(): readonly string[];
  /** Whether it answers. @throws LoamError `vector-store-unavailable`, `vector-store-unusable` */
  probe(scope: Scope, store: string, signal: AbortSignal): Promise<undefined>;
  /** Open ones are kept. @throws LoamError `vector-store-unusable` when configuration has it no more */
  open(scope: Scope, of: StoreOf): Promise<OpenStore>;
  close(): Promise<void>;
}

const MOST_OPEN = 64;
// Batches of passages and the answers to searches are larger than those of hooks.
const LIMITS = { bytes: 256 << 20, headersMs: 60_000, idleMs: 60_000, totalMs: 300_000 };

export function createVectorStores(options: VectorStoresOptions): VectorStores {
  const { configuration, log } = options;
  const { vectorStores: settings } = configuration;
  const fetch = outboundTo(configuration);
  const ranking = createRankingThread(log);
  const open = new Map<string, Promise<OpenStore>>();

  const openNow = async (scope: Scope, of: StoreOf): Promise<OpenStore> => {
    const setting = settings[of.store];
    const plugin = setting && vectorStorePlugin(setting.type);
    if (!setting || !plugin) throw unconfigured(of.store);
    const layout = layoutIn(of, setting.type);
    const credentials = await readCredentials(options, scope, setting, layout.credentialsSecretArn);
    const { knowledgeBaseId, dimensions } = of;
    const { index, fields } = layout;
    const url = withDatabase(setting.url, layout.databaseName);
    const target = { url, credentials, knowledgeBaseId, index, fields, dimensions, fetch };
    return { store: plugin.open(target), plugin };
  };

  return {
    ranking,
    named: (storage) => layoutOf(storage as never)?.stores.find((one) => Object.hasOwn(settings, one)),
    find: (store) => {
      const found = Object.entries(settings).find(([key, { name }]) => key === store || name === store);
      if (found) return found[0];
      const allowed = ['embedded', ...Object.entries(settings).map(([key, { name }]) => name ?? key)].join(', ');
      throw new LoamError('parameter-invalid', { parameter: 'to', problem: `is ${store}`, allowed });
    },
    describe: (store) => {
      const setting = settings[store];
      const plugin = setting && vectorStorePlugin(setting.type);
      return setting && plugin && { type: setting.type, name: setting.name ?? store, tried: plugin.tried };
    },
    list: () => Object.keys(settings),
    async probe(scope, store, signal) {
      const opened = await openNow(scope, { knowledgeBaseId: 'PROBE', store, storage: null, dimensions: 0 });
      await opened.store.probe(signal).finally(() => opened.store.close());
      return undefined;
    },
    async open(scope, of) {
      const key = JSON.stringify([scope.account, scope.region, of.knowledgeBaseId, of.store, of.dimensions]);
      const kept = open.get(key);
      if (kept) return kept;
      const opening = openNow(scope, of);
      open.set(key, opening);
      opening.catch(() => open.delete(key));
      const [oldest] = open;
      if (open.size > MOST_OPEN && oldest) {
        open.delete(oldest[0]);
        closeLater(oldest[1], log);
      }
      return opening;
    },
    async close() {
      await ranking.end();
      const all = [...open.values()];
      open.clear();
      await Promise.all(all.map((one) => one.then(({ store }) => store.close()).catch(() => undefined)));
    },
  };
}

function outboundTo({ vectorStores, allowOutbound: allow }: VectorStoresOptions['configuration']): Fetch {
  const configured = Object.values(vectorStores).flatMap(({ url }) => (/^https?:/.test(url) ? [url] : []));
  return createOutbound({ allow, configured, limits: LIMITS });
}

function layoutIn({ storage, store, knowledgeBaseId }: StoreOf, type: string): StorageLayout {
  const own = layoutOf(storage as never);
  return own?.stores.includes(store) ? own : layoutFor(store, type, knowledgeBaseId);
}

/** The database that the storage configuration names, where the URL names none. */
function withDatabase(url: string, databaseName: string | undefined): string {
  const parsed = new URL(url);
  if (databaseName === undefined || parsed.pathname.length > 1) return url;
  parsed.pathname = `/${databaseName}`;
  return parsed.href;
}

function unconfigured(store: string): LoamError {
  const allowed = `a row of the setting vectorStores of a type among ${vectorStorePlugins.map(({ type }) => type).join(', ')}`;
  return new LoamError('vector-store-unusable', { store, problem: 'configuration does not map it', allowed });
}

/** Searches that run have it for a while yet. */
function closeLater(open: Promise<OpenStore>, log: Log): void {
  const close = (): Promise<void> => open.then(({ store }) => store.close());
  setTimeout(() => {
    close().catch((error: unknown) => log.warn({ error: String(error) }, 'A vector store was not closed'));
  }, 60_000).unref();
}
