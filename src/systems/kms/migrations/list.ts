import type { Migration } from '../../../storage/database/contract.ts';
import { keys } from './0001-keys.ts';

export const kmsMigrations: readonly Migration[] = [keys];
