/** The (account, region) that a call acts in: the first parameter of whatever reads or writes. */
export interface Scope {
  /** Twelve digits. */
  readonly account: string;
  /** A region name such as `us-east-1`, from the credential scope of the request. */
  readonly region: string;
}

const ACCOUNT = /^\d{12}$/;
const REGION = /^[a-z]{2}(-[a-z]+)+-\d{1,2}$/;

export function isAccountId(text: string): boolean {
  return ACCOUNT.test(text);
}

export function isRegionName(text: string): boolean {
  return REGION.test(text);
}
