import type { Migration } from '../../../storage/database/contract.ts';
import { bucketsAndObjects } from './0001-buckets-and-objects.ts';
import { completedUploads } from './0002-completed-uploads.ts';
import { versionsAndSettings } from './0003-versions-and-settings.ts';
import { events } from './0004-events.ts';

export const objectsMigrations: readonly Migration[] = [
  bucketsAndObjects,
  completedUploads,
  versionsAndSettings,
  events,
];
