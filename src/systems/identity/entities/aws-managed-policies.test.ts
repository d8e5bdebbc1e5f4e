import { expect, it } from 'vitest';
import { parsePolicy } from '../../../access/policy/parse-policy.ts';
import { AWS_MANAGED_POLICIES } from './aws-managed-policies.ts';

it.each([...AWS_MANAGED_POLICIES.values()])('$name can be evaluated', ({ arn, id, document }) => {
  expect(parsePolicy(document, 'identity').statements.length).toBeGreaterThan(0);
  expect(arn).toMatch(/^arn:aws:iam::aws:policy\/(service-role\/|job-function\/)?\w+$/);
  expect(id).toMatch(/^ANPA[0-9A-Z]{17}$/);
});
