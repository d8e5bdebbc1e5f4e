import type { Migration } from '../../../storage/database/contract.ts';
import { knowledgeBases } from './0001-knowledge-bases.ts';
import { ingestion } from './0002-ingestion.ts';
import { sessions } from './0003-sessions.ts';
import { keys } from './0004-keys.ts';
import { indexHistory } from './0005-index-history.ts';
import { sync } from './0006-sync.ts';
import { vectorStores } from './0007-vector-stores.ts';
import { answers } from './0008-answers.ts';
import { evaluations } from './0009-evaluations.ts';
import { documentTables } from './0010-document-tables.ts';
import { aliases } from './0012-aliases.ts';

export const knowledgeMigrations: readonly Migration[] = [
  knowledgeBases,
  ingestion,
  sessions,
  keys,
  indexHistory,
  sync,
  vectorStores,
  answers,
  evaluations,
  documentTables,
  aliases,
];
