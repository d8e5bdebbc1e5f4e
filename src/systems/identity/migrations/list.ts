import type { Migration } from '../../../storage/database/contract.ts';
import { identities } from './0001-identities.ts';
import { providersAndProfiles } from './0002-providers-and-profiles.ts';

export const identityMigrations: readonly Migration[] = [identities, providersAndProfiles];
