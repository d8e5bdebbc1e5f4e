import { createContext, useContext, useEffect } from 'react';

/** Tells the frame of the console whether somebody is signed in: what a call was answered with is all that shows it. */
export const SessionContext = createContext<(signedIn: boolean) => void>(() => undefined);

/** Passes on what a page learned; undefined while it has learned nothing. */
export function useSession(signedIn: boolean | undefined): void {
  const tell = useContext(SessionContext);
  useEffect(() => {
    if (signedIn !== undefined) tell(signedIn);
  }, [signedIn, tell]);
}
