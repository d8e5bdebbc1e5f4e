import { it } from 'vitest';
import { callAcrossAccounts } from '../access/cross-account-suite.ts';

it('10,000 calls with what is another account’s tell nothing of it and change nothing', async () => {
  await callAcrossAccounts({ calls: 10_000, seed: Date.now() % 2 ** 31 });
}, 600_000);
