import type { Migration } from '../../../storage/database/contract.ts';
import { secrets } from './0001-secrets.ts';

export const secretsMigrations: readonly Migration[] = [secrets];
