import { expect, it } from 'vitest';
import { describePlan } from './describe-plan.ts';

it('tells the sums, and of each file what and why', () => {
  const text = describePlan({
    ...{ scanned: 12, unchanged: 9, added: 1, changed: 2, deleted: 1, bytesToRead: 2_340, more: 3 },
    changes: [
      { action: 'add', key: 'a.txt', uri: 's3://bucket/a.txt', reasons: ['new'], size: 2_000 },
      {
        action: 'change',
        key: 'b.pdf',
        uri: 's3://bucket/b.pdf',
        reasons: ['failed-before', 'metadata-added'],
        size: 340,
        failure: 'Why.',
      },
      { action: 'delete', key: 'c.txt', uri: 's3://bucket/c.txt', reasons: ['deleted'], size: 5 },
    ],
  });
  expect(text).toBe(
    `+1 ~2 −1 of 12 documents, 9 unchanged, 2.34 KB to read
+ a.txt (new, 2 KB)
~ b.pdf (it failed before, it has got a metadata file, 340 bytes): Why.
− c.txt (it is gone from the bucket)
and 3 more`,
  );
});
