import type { Verb } from './verb.ts';
import { accessExplain } from './verbs/access-explain.ts';
import { accountsClose, accountsCreate, accountsList } from './verbs/accounts.ts';
import { auditVerify } from './verbs/audit-verify.ts';
import { backup } from './verbs/backup.ts';
import { consoleLink } from './verbs/console.ts';
import { coverage } from './verbs/coverage.ts';
import { doctor } from './verbs/doctor.ts';
import { gc } from './verbs/gc.ts';
import { importBedrock } from './verbs/import-bedrock.ts';
import { kbAsk } from './verbs/kb-ask.ts';
import { kbCreate } from './verbs/kb-create.ts';
import { kbDocuments } from './verbs/kb-documents.ts';
import { kbEvaluate } from './verbs/kb-evaluate.ts';
import { kbMove } from './verbs/kb-move.ts';
import { kbReembed } from './verbs/kb-reembed.ts';
import { kbReplay } from './verbs/kb-replay.ts';
import { kbRetrieve } from './verbs/kb-retrieve.ts';
import { kbSync } from './verbs/kb-sync.ts';
import { kbWatch } from './verbs/kb-watch.ts';
import { keysCreate, keysList, keysRevoke } from './verbs/keys.ts';
import { migrate } from './verbs/migrate.ts';
import { models } from './verbs/models.ts';
import { restore } from './verbs/restore.ts';
import { s3Events } from './verbs/s3-events.ts';
import { s3Lifecycle } from './verbs/s3-lifecycle.ts';
import { sessionsRevoke } from './verbs/sessions.ts';
import { shadow } from './verbs/shadow.ts';
import { start } from './verbs/start.ts';

/** Every command of the program. */
export const verbs: readonly Verb[] = [
  start,
  doctor,
  backup,
  restore,
  migrate,
  gc,
  coverage,
  consoleLink,
  models,
  keysCreate,
  keysList,
  keysRevoke,
  accountsCreate,
  accountsList,
  accountsClose,
  sessionsRevoke,
  accessExplain,
  auditVerify,
  kbCreate,
  kbSync,
  kbDocuments,
  kbWatch,
  kbEvaluate,
  kbAsk,
  kbReplay,
  kbRetrieve,
  kbReembed,
  kbMove,
  importBedrock,
  shadow,
  s3Events,
  s3Lifecycle,
];
