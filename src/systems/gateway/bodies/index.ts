// The forms of InvokeModel bodies: one object in one file each, registered here; the first that accepts a call is its form.
import { claudeMessages } from './claude-messages.ts';
import { claudeText } from './claude-text.ts';
import type { BodyFamily } from './contract.ts';
import { titanEmbeddingsV1, titanEmbeddingsV2 } from './titan-embeddings.ts';
import { titanText } from './titan-text.ts';

export const BODY_FAMILIES = [
  claudeMessages,
  claudeText,
  titanEmbeddingsV1,
  titanEmbeddingsV2,
  titanText,
] as const satisfies readonly BodyFamily[];
