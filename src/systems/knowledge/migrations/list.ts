import type { Migration } from '../../../storage/database/contract.ts';
import { knowledgeBases } from './0001-knowledge-bases.ts';
import { ingestion } from './0002-ingestion.ts';
import { sessions } from './0003-sessions.ts';

export const knowledgeMigrations: readonly Migration[] = [knowledgeBases, ingestion, sessions];
