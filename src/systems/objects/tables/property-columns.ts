/** The columns of `ObjectProperties`, which objects and uploads share: as they are read, written, and taken over. */
export const READ_PROPERTIES = `tags, acl, owner, encryption, sealed_key as "sealedKey", lock_mode as "lockMode",
  retain_until as "retainUntil", legal_hold as "legalHold", storage_class as "storageClass",
  website_redirect as "websiteRedirect"`;

export const PROPERTY_COLUMNS =
  'tags, acl, owner, encryption, sealed_key, lock_mode, retain_until, legal_hold, storage_class, website_redirect';

export const PROPERTY_VALUES = `:tags::jsonb, :acl::jsonb, :owner, :encryption::jsonb, :sealedKey::bytea, :lockMode,
  :retainUntil::timestamptz, :legalHold::boolean, :storageClass, :websiteRedirect`;
