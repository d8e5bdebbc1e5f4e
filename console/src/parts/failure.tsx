import { CallError, SignedOutError } from '../api.ts';
import { useSession } from '../session.ts';

/** What went wrong, in words, and what to do next. */
export function Failure({ error, retry }: { error: Error; retry?: () => void }) {
  if (error instanceof SignedOutError) return <SignedOut />;
  return (
    <div role="alert" className="failure">
      <p>
        <strong>{error instanceof CallError ? error.code : 'The server did not answer.'}</strong> {error.message}
      </p>
      {retry && (
        <button type="button" onClick={retry}>
          Try again
        </button>
      )}
    </div>
  );
}

function SignedOut() {
  useSession(false);
  const spent = new URLSearchParams(location.search).get('link') === 'spent';
  return (
    <div className="empty">
      <h1>Sign in</h1>
      {spent && <p role="alert">That link was used before or is older than fifteen minutes.</p>}
      <p>
        Open the link that Loam printed when it started, or run <code>loam console</code> for a new one.
      </p>
    </div>
  );
}
