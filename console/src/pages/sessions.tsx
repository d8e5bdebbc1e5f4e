import { useState } from 'react';
import { call } from '../api.ts';
import { Failure } from '../parts/failure.tsx';
import { Moment } from '../parts/status.tsx';
import { useLoad } from '../use-load.ts';

/** Who is signed in to the console, and ending it. */
export function Sessions() {
  const { value, error, reload } = useLoad((signal) => call('loam/ListConsoleSessions', {}, signal));
  const [failure, setFailure] = useState<Error>();
  const [ended, setEnded] = useState<string>();
  if (error) return <Failure error={error} retry={reload} />;
  if (!value) return <p role="status">Loading sessions…</p>;
  const end = (id: string, name: string, current: boolean): void => {
    setFailure(undefined);
    call('loam/RevokeConsoleSession', { id })
      .then(() => {
        if (current) location.assign('/');
        setEnded(name);
        reload();
      })
      .catch(setFailure);
  };
  return (
    <>
      <h1>Sessions</h1>
      <p>
        A session of the console ends after twelve hours, or after two hours without use. What is ended here cannot call
        anything any more.
      </p>
      {failure && <Failure error={failure} />}
      <p role="status">{ended && `The session of ${ended} was ended.`}</p>
      <div className="scroll">
        <table>
          <caption className="hidden">Sessions of the console</caption>
          <thead>
            <tr>
              <th scope="col">Who</th>
              <th scope="col">As</th>
              <th scope="col">Signed in</th>
              <th scope="col">Last seen</th>
              <th scope="col">From</th>
              <th scope="col">End</th>
            </tr>
          </thead>
          <tbody>
            {value.sessions.map((session) => (
              <tr key={session.id}>
                <th scope="row">
                  {session.name} {session.current && <strong>(this session)</strong>}
                </th>
                <td>
                  {session.role?.slice(session.role.lastIndexOf('/') + 1) ?? 'everything'}{' '}
                  <span className="hint">account {session.account}</span>
                </td>
                <td>
                  <Moment value={session.created} />
                </td>
                <td>
                  <Moment value={session.lastSeen} />
                </td>
                <td>{session.sourceAddress ?? '–'}</td>
                <td>
                  <button
                    type="button"
                    className="quiet"
                    onClick={() => end(session.id, session.name, session.current)}
                    aria-label={`End the session of ${session.name}${session.current ? ' (this session)' : ''}`}
                  >
                    End
                  </button>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}
