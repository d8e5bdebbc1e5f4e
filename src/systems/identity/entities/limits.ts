/** Quotas of IAM. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
export const LIMITS = {
  keysOfUser: 2,
  groupsOfUser: 10,
  attachedToIdentity: 10,
  versionsOfPolicy: 5,
  tags: 50,
  clientIdsOfProvider: 100,
  thumbprintsOfProvider: 5,
  rolesOfProfile: 1,
  users: 5000,
  groups: 300,
  roles: 1000,
  policies: 1500,
  providers: 100,
  profiles: 1000,
  /** Characters without white space. */
  managedPolicySize: 6144,
  trustPolicySize: 2048,
  inlineUserSize: 2048,
  inlineGroupSize: 5120,
  inlineRoleSize: 10_240,
} as const;
