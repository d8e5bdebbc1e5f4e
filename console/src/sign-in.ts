/** What the server offers to who is not signed in. */
export interface SignInOptions {
  readonly oidc: boolean;
  /** The host of the identity provider. */
  readonly provider?: string;
}

export async function loadSignInOptions(signal: AbortSignal): Promise<SignInOptions> {
  return (await fetch('/sign-in/options', { signal })).json();
}

/** ARNs of the roles that the sign-in under way may be of; empty when there is none under way. */
export async function loadRoles(signal: AbortSignal): Promise<readonly string[]> {
  const response = await fetch('/sign-in/oidc/roles', { signal });
  if (!response.ok) return [];
  return (await response.json()).roles;
}

/** Ends the sign-in with one of its roles. @returns where to go on. */
export async function chooseRole(role: string): Promise<string> {
  const response = await fetch('/sign-in/oidc/role', { method: 'POST', body: new URLSearchParams({ role }) });
  return response.ok ? (await response.json()).location : '/?sign-in=failed';
}
