import { CallError, SignedOutError } from '../api.ts';
import { SignIn } from './sign-in.tsx';

/** What went wrong, in words, and what to do next. */
export function Failure({ error, retry }: { error: Error; retry?: () => void }) {
  if (error instanceof SignedOutError) return <SignIn />;
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
