import type {
  GetAccountPasswordPolicyCommand,
  GetLoginProfileCommand,
  ListMFADevicesCommand,
  ListSAMLProvidersCommand,
  ListServerCertificatesCommand,
  ListServiceSpecificCredentialsCommand,
  ListSigningCertificatesCommand,
  ListSSHPublicKeysCommand,
  ListVirtualMFADevicesCommand,
} from '@aws-sdk/client-iam';
import { LoamError } from '../../../../core/errors.ts';
import type { Handler } from '../../../../wire/operation.ts';

/**
 * Questions about what nobody can make here (their Create operations are not implemented), so that the answer is known: there
 * is none. Terraform asks them all before it deletes a user.
 */
export function listMfaDevicesOperation(): Handler<ListMFADevicesCommand> {
  return async () => ({ MFADevices: [], IsTruncated: false });
}

export function listVirtualMfaDevicesOperation(): Handler<ListVirtualMFADevicesCommand> {
  return async () => ({ VirtualMFADevices: [], IsTruncated: false });
}

export function listSshPublicKeysOperation(): Handler<ListSSHPublicKeysCommand> {
  return async () => ({ SSHPublicKeys: [], IsTruncated: false });
}

export function listSigningCertificatesOperation(): Handler<ListSigningCertificatesCommand> {
  return async () => ({ Certificates: [], IsTruncated: false });
}

export function listServerCertificatesOperation(): Handler<ListServerCertificatesCommand> {
  return async () => ({ ServerCertificateMetadataList: [], IsTruncated: false });
}

export function listServiceSpecificCredentialsOperation(): Handler<ListServiceSpecificCredentialsCommand> {
  return async () => ({ ServiceSpecificCredentials: [] });
}

export function listSamlProvidersOperation(): Handler<ListSAMLProvidersCommand> {
  return async () => ({ SAMLProviderList: [] });
}

export function getLoginProfileOperation(): Handler<GetLoginProfileCommand> {
  return async ({ UserName = '' }) => {
    throw new LoamError('entity-not-found', { message: `Login Profile for User ${UserName} cannot be found.` });
  };
}

export function getPasswordPolicyOperation(): Handler<GetAccountPasswordPolicyCommand> {
  return async (_input, { scope }) => {
    const message = `The Password Policy with domain name ${scope.account} cannot be found.`;
    throw new LoamError('entity-not-found', { message });
  };
}
