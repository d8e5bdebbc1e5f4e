import { accountOfCanonicalUser } from '../../../access/canonical-user.ts';
import { LoamError } from '../../../core/errors.ts';
import {
  ACL_GROUPS,
  ACL_PERMISSIONS,
  type AccessControlList,
  type AclPermission,
  type Grant,
  type Grantee,
} from './acl.ts';
import { cannedAcl } from './canned-acl.ts';

/** The members by which a request says who shall be granted what: the headers, and for two operations a document. */
export interface AclInput {
  readonly ACL?: string | undefined;
  readonly GrantRead?: string | undefined;
  readonly GrantWrite?: string | undefined;
  readonly GrantReadACP?: string | undefined;
  readonly GrantWriteACP?: string | undefined;
  readonly GrantFullControl?: string | undefined;
  readonly AccessControlPolicy?: AclDocument | undefined;
}

export interface AclDocument {
  readonly Owner?: { readonly ID?: string | undefined } | undefined;
  readonly Grants?: readonly SentGrant[] | undefined;
}

interface SentGrant {
  readonly Grantee?:
    | {
        readonly Type?: string | undefined;
        readonly ID?: string | undefined;
        readonly URI?: string | undefined;
        readonly EmailAddress?: string | undefined;
      }
    | undefined;
  readonly Permission?: string | undefined;
}

/** The header of each permission, in the order in which a list is read back. */
const GRANT_HEADERS = {
  GrantRead: 'READ',
  GrantWrite: 'WRITE',
  GrantReadACP: 'READ_ACP',
  GrantWriteACP: 'WRITE_ACP',
  GrantFullControl: 'FULL_CONTROL',
} as const satisfies Partial<Record<keyof AclInput, AclPermission>>;

const MOST_GRANTS = 100;
const GROUP_URIS = {
  AllUsers: 'http://acs.amazonaws.com/groups/global/AllUsers',
  AuthenticatedUsers: 'http://acs.amazonaws.com/groups/global/AuthenticatedUsers',
  LogDelivery: 'http://acs.amazonaws.com/groups/s3/LogDelivery',
} as const;

export function uriOfGroup(group: keyof typeof GROUP_URIS): string {
  return GROUP_URIS[group];
}

/**
 * Reads the list that a request asks for, in whichever of the three forms it does.
 *
 * @param owners of the bucket, and of what the list is for
 * @returns undefined when the request says nothing of it
 * @throws LoamError `parameter-invalid`, `request-invalid`, `acl-malformed`, `grant-email-unknown`, `access-denied` for another
 * owner than the one there is
 */
export function readAcl(
  input: AclInput,
  owners: { readonly owner: string; readonly bucketOwner: string },
): AccessControlList | undefined {
  const { ACL: canned, AccessControlPolicy: document } = input;
  const headers = Object.keys(GRANT_HEADERS).filter((name) => input[name as keyof typeof GRANT_HEADERS] !== undefined);
  const forms = [canned !== undefined, headers.length > 0, document !== undefined].filter(Boolean).length;
  if (forms > 1) {
    throw new LoamError('request-invalid', {
      message: 'Specifying both Canned ACLs and Header Grants, or either and a document, is not allowed.',
    });
  }
  if (canned !== undefined) return cannedAcl(canned, owners);
  if (document !== undefined) return fromDocument(document, owners.owner);
  return headers.length > 0 ? limited({ owner: owners.owner, grants: fromHeaders(input) }) : undefined;
}

function fromHeaders(input: AclInput): Grant[] {
  return Object.entries(GRANT_HEADERS).flatMap(([member, permission]) => {
    const text = input[member as keyof typeof GRANT_HEADERS];
    return text === undefined ? [] : readGrantees(text).map((grantee) => ({ grantee, permission }));
  });
}

/** `id="…", uri="…"`, with quotes or without. */
function readGrantees(header: string): Grantee[] {
  return header.split(',').map((item) => {
    const [, kind = '', quoted, plain] = /^\s*(\w+)\s*=\s*(?:"([^"]*)"|([^\s"]*))\s*$/.exec(item) ?? [];
    const value = quoted ?? plain ?? '';
    if (kind === 'id') return user(value);
    if (kind === 'uri') return group(value);
    if (kind === 'emailAddress') throw new LoamError('grant-email-unknown', {});
    throw grantError('is not id="…", uri="…" or emailAddress="…"');
  });
}

function fromDocument({ Owner, Grants = [] }: AclDocument, owner: string): AccessControlList {
  const named = Owner?.ID;
  if (named === undefined) throw new LoamError('acl-malformed', { problem: 'it names no Owner' });
  // The owner of a bucket or an object cannot be changed.
  if (accountOfCanonicalUser(named) !== owner) {
    throw new LoamError('access-denied', { action: 'a change of the owner', resource: 'what the list is for' });
  }
  return limited({ owner, grants: Grants.map(readGrant) });
}

function readGrant({ Grantee: sent, Permission }: SentGrant): Grant {
  const permission = ACL_PERMISSIONS.find((name) => name === Permission);
  if (!permission) throw new LoamError('acl-malformed', { problem: 'a grant has no Permission that there is' });
  if (!sent) throw new LoamError('acl-malformed', { problem: 'a grant has no Grantee' });
  if (sent.EmailAddress !== undefined || sent.Type === 'AmazonCustomerByEmail') {
    throw new LoamError('grant-email-unknown', {});
  }
  return { grantee: sent.URI === undefined ? user(sent.ID ?? '') : group(sent.URI), permission };
}

function user(id: string): Grantee {
  const account = accountOfCanonicalUser(id);
  if (account === undefined) throw grantError('is not the canonical user id of an account');
  return { account };
}

function group(uri: string): Grantee {
  const found = ACL_GROUPS.find((name) => GROUP_URIS[name] === uri);
  if (!found) throw grantError('is not the URI of a group that there is');
  return { group: found };
}

function limited(list: AccessControlList): AccessControlList {
  if (list.grants.length <= MOST_GRANTS) return list;
  throw new LoamError('acl-malformed', { problem: `it has ${list.grants.length} grants, more than ${MOST_GRANTS}` });
}

function grantError(problem: string): LoamError {
  return new LoamError('parameter-invalid', {
    parameter: 'A grantee',
    problem,
    allowed: `a canonical user id, or the URI of one of the groups ${ACL_GROUPS.join(', ')}`,
  });
}
