import type { Migration } from '../../../storage/database/contract.ts';
import { bucketsAndObjects } from './0001-buckets-and-objects.ts';
import { completedUploads } from './0002-completed-uploads.ts';

export const objectsMigrations: readonly Migration[] = [bucketsAndObjects, completedUploads];
