import { useEffect, useState } from 'react';
import { useSession } from '../session.ts';
import { loadSignInOptions, type SignInOptions } from '../sign-in.ts';

// Why the last sign-in came to nothing, each with what to do about it.
const REFUSALS: Readonly<Record<string, string>> = {
  'no-role':
    'You are signed in at the identity provider, but none of your groups has a role here. Ask whoever runs this Loam to map one of your groups to a role.',
  refused: 'The identity provider did not sign you in. Try again, or ask whoever runs it.',
  expired: 'The sign-in took too long. Begin again.',
  failed:
    'What the identity provider sent back does not belong to a sign-in that was begun in this browser. Begin again.',
  unreachable: 'The identity provider cannot be reached right now. Try again in a moment.',
};

/** What there is for who is not signed in: the provider, the link, and why the last try came to nothing. */
export function SignIn() {
  useSession(false);
  const [options, setOptions] = useState<SignInOptions>();
  useEffect(() => {
    const controller = new AbortController();
    loadSignInOptions(controller.signal).then(setOptions, () => setOptions({ oidc: false }));
    return () => controller.abort();
  }, []);
  const query = new URLSearchParams(location.search);
  const refusal = REFUSALS[query.get('sign-in') ?? ''];
  return (
    <div className="empty">
      <h1>Sign in</h1>
      {query.get('link') === 'spent' && <p role="alert">That link was used before or is older than fifteen minutes.</p>}
      {refusal && <p role="alert">{refusal}</p>}
      {options?.oidc && (
        <p>
          <a className="button" href="/sign-in/oidc">
            Sign in with {options.provider}
          </a>
        </p>
      )}
      <p>
        {options?.oidc ? 'Whoever runs this Loam can also open' : 'Open'} the link that Loam printed when it started, or
        run <code>loam console</code> for a new one.
      </p>
    </div>
  );
}
