import { it } from 'vitest';
import { callAcrossAccounts } from './cross-account-suite.ts';

it('500 calls with what is another account’s tell nothing of it and change nothing', async () => {
  await callAcrossAccounts({ calls: 500, seed: 20_261_125 });
}, 120_000);
