import { type FormEvent, useEffect, useState } from 'react';
import { wasLeft } from '../api.ts';
import { Failure } from '../parts/failure.tsx';
import { chooseRole, loadRoles } from '../sign-in.ts';

/** For people whose groups have several roles: one session is of one role. */
export function ChooseRole() {
  const [roles, setRoles] = useState<readonly string[]>();
  const [failure, setFailure] = useState<Error>();
  const [busy, setBusy] = useState(false);
  useEffect(() => {
    const controller = new AbortController();
    loadRoles(controller.signal).then(setRoles, (error: Error) => !wasLeft(error) && setFailure(error));
    return () => controller.abort();
  }, []);
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const role = String(new FormData(event.currentTarget).get('role') ?? '');
    setBusy(true);
    chooseRole(role)
      .then((where) => location.assign(where))
      .catch((error: Error) => {
        setFailure(error);
        setBusy(false);
      });
  };
  if (failure) return <Failure error={failure} />;
  if (!roles) return <p role="status">Loading your roles…</p>;
  if (roles.length === 0) return <NothingToChoose />;
  return (
    <form onSubmit={submit} className="card">
      <h1>Choose a role</h1>
      <fieldset>
        <legend>Your groups have several roles. What you may do is what the role of this session may.</legend>
        {roles.map((role, index) => (
          <label key={role} className="choice">
            <input type="radio" name="role" value={role} defaultChecked={index === 0} required />
            <span>
              {role.slice(role.lastIndexOf('/') + 1)} <span className="hint">account {role.split(':')[4]}</span>
            </span>
          </label>
        ))}
      </fieldset>
      <div className="actions">
        <button type="submit" disabled={busy}>
          {busy ? 'Signing in…' : 'Sign in'}
        </button>
      </div>
    </form>
  );
}

function NothingToChoose() {
  return (
    <div className="empty">
      <h1>Nothing to choose</h1>
      <p>The sign-in that asked for a role is over, or took longer than ten minutes.</p>
      <a className="button" href="/">
        Go to the console
      </a>
    </div>
  );
}
