import { describe, expect, it } from 'vitest';
import { canonicalUserId } from '../../../access/canonical-user.ts';
import { findGrant, grantsPublicly, isPrivate } from './acl.ts';
import { type AclInput, readAcl } from './acl-request.ts';
import { ownNewObject } from './ownership.ts';

const OWNER = '111111111111';
const OTHER = '222222222222';
const read = (input: AclInput, owner = OWNER) => readAcl(input, { owner, bucketOwner: OWNER });
const owners = { ID: canonicalUserId(OWNER) };
const documentOf = (...Grants: object[]): AclInput => ({ AccessControlPolicy: { Owner: owners, Grants } });
const code = (expected: string) => expect.objectContaining({ code: expected });

describe('a list of grants', () => {
  it('is not said by a request that says nothing of it', () => {
    expect(read({})).toBeUndefined();
  });

  it.each([
    ['private', []],
    ['public-read', ['AllUsers READ']],
    ['public-read-write', ['AllUsers READ', 'AllUsers WRITE']],
    ['authenticated-read', ['AuthenticatedUsers READ']],
    ['log-delivery-write', ['LogDelivery WRITE', 'LogDelivery READ_ACP']],
    ['bucket-owner-read', []],
  ])('is canned: %s', (ACL, groups) => {
    const list = read({ ACL });
    const words = list?.grants.map(({ grantee, permission }) => `${Object.values(grantee)[0]} ${permission}`);
    expect(words).toEqual([...groups, `${OWNER} FULL_CONTROL`]);
  });

  it('gives the owner of the bucket a part in what others write', () => {
    expect(read({ ACL: 'bucket-owner-full-control' }, OTHER)?.grants).toContainEqual({
      grantee: { account: OWNER },
      permission: 'FULL_CONTROL',
    });
  });

  it('comes in headers, with quotes or without', () => {
    const GrantRead = `id="${canonicalUserId(OTHER)}", uri=http://acs.amazonaws.com/groups/global/AllUsers`;
    expect(read({ GrantRead, GrantWriteACP: `id=${canonicalUserId(OTHER)}` })?.grants).toEqual([
      { grantee: { account: OTHER }, permission: 'READ' },
      { grantee: { group: 'AllUsers' }, permission: 'READ' },
      { grantee: { account: OTHER }, permission: 'WRITE_ACP' },
    ]);
  });

  it('comes as a document', () => {
    const grant = { Grantee: { Type: 'CanonicalUser', ID: canonicalUserId(OTHER) }, Permission: 'READ' };
    expect(read(documentOf(grant))?.grants).toEqual([{ grantee: { account: OTHER }, permission: 'READ' }]);
    expect(read(documentOf())?.grants).toEqual([]);
  });

  it.each([
    ['an unknown name', { ACL: 'toString' }, 'parameter-invalid'],
    ['two forms at once', { ACL: 'private', GrantRead: `id=${canonicalUserId(OTHER)}` }, 'request-invalid'],
    ['an id of nobody', { GrantRead: 'id=_foo' }, 'parameter-invalid'],
    ['a group that is none', { GrantRead: 'uri="http://example.com/all"' }, 'parameter-invalid'],
    ['an e-mail address', { GrantRead: 'emailAddress="a@example.com"' }, 'grant-email-unknown'],
    ['what is no grantee', { GrantRead: 'everybody' }, 'parameter-invalid'],
    ['a document without an owner', { AccessControlPolicy: { Grants: [] } }, 'acl-malformed'],
    ['another owner', { AccessControlPolicy: { Owner: { ID: canonicalUserId(OTHER) } } }, 'access-denied'],
    ['no permission', documentOf({ Grantee: { ID: canonicalUserId(OTHER) } }), 'acl-malformed'],
    ['no grantee', documentOf({ Permission: 'READ' }), 'acl-malformed'],
    [
      'more than 100 grants',
      documentOf(
        ...Array.from({ length: 101 }, () => ({ Grantee: { ID: canonicalUserId(OTHER) }, Permission: 'READ' })),
      ),
      'acl-malformed',
    ],
  ])('is refused for %s', (_what, input, expected) => {
    expect(() => read(input)).toThrow(code(expected));
  });

  it('grants to whom it names, full control being everything', () => {
    const other = { type: 'root', account: OTHER, arn: '', id: '' } as const;
    const nobody = { ...other, type: 'anonymous', account: OWNER } as const;
    const list = read({ ACL: 'public-read' });
    const all = { ignorePublic: false };
    expect(list && findGrant(list, nobody, 'READ', all)).toBeDefined();
    expect(list && findGrant(list, nobody, 'WRITE', all)).toBeUndefined();
    expect(list && findGrant(list, other, 'READ', { ignorePublic: true })).toBeUndefined();
    expect(list && grantsPublicly(list)).toBe(true);
    const signed = read({ ACL: 'authenticated-read' });
    expect(signed && findGrant(signed, nobody, 'READ', all)).toBeUndefined();
    expect(signed && findGrant(signed, other, 'READ', all)).toBeDefined();
    const full = read({ GrantFullControl: `id=${canonicalUserId(OTHER)}` });
    expect(full && findGrant(full, other, 'WRITE_ACP', all)).toBeDefined();
    expect(full && isPrivate(full)).toBe(false);
  });
});

describe('who owns a new object', () => {
  const bucket = (ownership: 'BucketOwnerEnforced' | 'BucketOwnerPreferred' | 'ObjectWriter') => ({
    account: OWNER,
    ownership,
  });

  it('is the owner of the bucket where lists are disabled', () => {
    expect(ownNewObject(bucket('BucketOwnerEnforced'), OTHER, {})).toEqual({ owner: OWNER, acl: undefined });
    const given = ownNewObject(bucket('BucketOwnerEnforced'), OTHER, { ACL: 'bucket-owner-full-control' });
    expect(given).toEqual({ owner: OWNER, acl: undefined });
    expect(() => ownNewObject(bucket('BucketOwnerEnforced'), OTHER, { ACL: 'private' })).toThrow(
      code('acl-not-supported'),
    );
    const own = ownNewObject(bucket('BucketOwnerEnforced'), OWNER, { ACL: 'private' });
    expect(own).toEqual({ owner: OWNER, acl: undefined });
  });

  it('is the writer elsewhere, unless the writer gives it away where that is preferred', () => {
    const given = { ACL: 'bucket-owner-full-control' };
    expect(ownNewObject(bucket('BucketOwnerPreferred'), OTHER, given).owner).toBe(OWNER);
    expect(ownNewObject(bucket('BucketOwnerPreferred'), OTHER, {}).owner).toBe(OTHER);
    expect(ownNewObject(bucket('ObjectWriter'), OTHER, given).owner).toBe(OTHER);
    expect(ownNewObject(bucket('ObjectWriter'), undefined, {}).owner).toBe(OWNER);
  });
});
