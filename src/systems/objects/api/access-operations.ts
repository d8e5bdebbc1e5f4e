import { type Operation, partial, real, storedOnly } from '../../../wire/operation.ts';
import type { ObjectSystem } from '../object.ts';
import { getBucketAclOperation, putBucketAclOperation } from './bucket-acl.ts';
import {
  deleteBucketPolicyOperation,
  getBucketPolicyOperation,
  getBucketPolicyStatusOperation,
  putBucketPolicyOperation,
} from './bucket-policy.ts';
import { getObjectAclOperation, putObjectAclOperation } from './object-acl.ts';
import {
  deleteBucketOwnershipControlsOperation,
  getBucketOwnershipControlsOperation,
  putBucketOwnershipControlsOperation,
} from './ownership-controls.ts';
import {
  deletePublicAccessBlockOperation,
  getPublicAccessBlockOperation,
  putPublicAccessBlockOperation,
} from './public-access-block.ts';
import { getBucketRequestPaymentOperation, putBucketRequestPaymentOperation } from './request-payment.ts';

const EMAIL = 'Grants to e-mail addresses are refused.';
const CONFIRMATION =
  'x-amz-confirm-remove-self-bucket-access is taken and never asked for: the root of the account keeps its access.';
const PAYMENT = 'Nobody is charged: a requester who does not offer to pay is answered as well.';

/** Who may use a bucket and what is in it. */
export function accessOperations(system: ObjectSystem): Record<string, Operation> {
  return {
    PutBucketPolicy: partial(putBucketPolicyOperation(system), CONFIRMATION),
    GetBucketPolicy: real(getBucketPolicyOperation(system)),
    DeleteBucketPolicy: real(deleteBucketPolicyOperation(system)),
    GetBucketPolicyStatus: real(getBucketPolicyStatusOperation(system)),
    PutPublicAccessBlock: real(putPublicAccessBlockOperation(system)),
    GetPublicAccessBlock: real(getPublicAccessBlockOperation(system)),
    DeletePublicAccessBlock: real(deletePublicAccessBlockOperation(system)),
    PutBucketOwnershipControls: real(putBucketOwnershipControlsOperation(system)),
    GetBucketOwnershipControls: real(getBucketOwnershipControlsOperation(system)),
    DeleteBucketOwnershipControls: real(deleteBucketOwnershipControlsOperation(system)),
    PutBucketAcl: partial(putBucketAclOperation(system), EMAIL),
    GetBucketAcl: real(getBucketAclOperation(system)),
    PutObjectAcl: partial(putObjectAclOperation(system), EMAIL),
    GetObjectAcl: real(getObjectAclOperation(system)),
    PutBucketRequestPayment: storedOnly(putBucketRequestPaymentOperation(system), PAYMENT),
    GetBucketRequestPayment: real(getBucketRequestPaymentOperation(system)),
  };
}
