import { type FormEvent, useState } from 'react';
import { call } from '../api.ts';
import { Failure } from '../parts/failure.tsx';
import { goTo, hrefOf } from '../route.ts';
import { useLoad } from '../use-load.ts';

interface Wishes {
  readonly name: string;
  readonly description: string;
  readonly bucket: string;
  readonly prefix: string;
}

// The role and the collection are named because the API wants them; Loam serves the index itself.
const ROLE = 'arn:aws:iam::000000000000:role/AmazonBedrockExecutionRoleForKnowledgeBase_console';
const COLLECTION = 'arn:aws:aoss:us-east-1:000000000000:collection/loam0embedded0index00';
const EMBEDDER = 'arn:aws:bedrock:us-east-1::foundation-model/amazon.titan-embed-text-v2:0';

async function create({ name, description, bucket, prefix }: Wishes): Promise<string> {
  const { knowledgeBase } = await call('bedrock-agent/CreateKnowledgeBase', {
    name,
    ...(description ? { description } : {}),
    roleArn: ROLE,
    knowledgeBaseConfiguration: {
      type: 'VECTOR',
      vectorKnowledgeBaseConfiguration: { embeddingModelArn: EMBEDDER },
    },
    storageConfiguration: {
      type: 'OPENSEARCH_SERVERLESS',
      opensearchServerlessConfiguration: {
        collectionArn: COLLECTION,
        vectorIndexName: 'bedrock-knowledge-base-default-index',
        fieldMapping: {
          vectorField: 'bedrock-knowledge-base-default-vector',
          textField: 'AMAZON_BEDROCK_TEXT_CHUNK',
          metadataField: 'AMAZON_BEDROCK_METADATA',
        },
      },
    },
  });
  const knowledgeBaseId = knowledgeBase?.knowledgeBaseId ?? '';
  await call('bedrock-agent/CreateDataSource', {
    knowledgeBaseId,
    name: `${name}-documents`,
    dataSourceConfiguration: {
      type: 'S3',
      s3Configuration: { bucketArn: `arn:aws:s3:::${bucket}`, ...(prefix ? { inclusionPrefixes: [prefix] } : {}) },
    },
  });
  return knowledgeBaseId;
}

function wishesOf(form: HTMLFormElement): Wishes {
  const data = new FormData(form);
  const text = (name: string): string => String(data.get(name) ?? '').trim();
  return { name: text('name'), description: text('description'), bucket: text('bucket'), prefix: text('prefix') };
}

export function CreateKnowledgeBase() {
  const buckets = useLoad((signal) => call('s3/ListBuckets', {}, signal));
  const [failure, setFailure] = useState<Error>();
  const [busy, setBusy] = useState(false);
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    setBusy(true);
    create(wishesOf(event.currentTarget))
      .then((id) => goTo({ page: 'knowledge-base', id }))
      .catch(setFailure)
      .finally(() => setBusy(false));
  };
  if (buckets.error) return <Failure error={buckets.error} retry={buckets.reload} />;
  if (!buckets.value) return <p role="status">Loading buckets…</p>;
  const names = (buckets.value.Buckets ?? []).map((bucket) => bucket.Name ?? '');
  if (names.length === 0) return <NoBucket reload={buckets.reload} />;
  return (
    <form onSubmit={submit} className="card">
      <h1>Create a knowledge base</h1>
      {failure && <Failure error={failure} />}
      <Field name="name" label="Name" hint="Letters and digits, single - or _ between them." required />
      <Field name="description" label="Description" />
      <label>
        Bucket with the documents
        <select name="bucket" required>
          {names.map((name) => (
            <option key={name}>{name}</option>
          ))}
        </select>
      </label>
      <Field name="prefix" label="Only keys that start with" hint="Empty: the whole bucket." />
      <div className="actions">
        <button type="submit" disabled={busy}>
          {busy ? 'Creating…' : 'Create'}
        </button>
        <a href={hrefOf({ page: 'list' })}>Cancel</a>
      </div>
    </form>
  );
}

function Field({ name, label, hint, required }: { name: string; label: string; hint?: string; required?: boolean }) {
  return (
    <label>
      {label}
      {!required && <span className="hint"> (optional)</span>}
      <input name={name} required={required} autoComplete="off" aria-describedby={hint ? `${name}-hint` : undefined} />
      {hint && (
        <span className="hint" id={`${name}-hint`}>
          {hint}
        </span>
      )}
    </label>
  );
}

function NoBucket({ reload }: { reload: () => void }) {
  return (
    <div className="empty">
      <h1>No bucket yet</h1>
      <p>A knowledge base reads its documents from a bucket. Make one and put files into it, for example:</p>
      <pre>
        aws --endpoint-url http://127.0.0.1:4566 s3 mb s3://documents{'\n'}
        aws --endpoint-url http://127.0.0.1:4566 s3 cp handbook.pdf s3://documents/
      </pre>
      <button type="button" onClick={reload}>
        Look again
      </button>
    </div>
  );
}
