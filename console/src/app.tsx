import { useEffect, useRef, useState } from 'react';
import { ChooseRole } from './pages/choose-role.tsx';
import { CreateKnowledgeBase } from './pages/create-knowledge-base.tsx';
import { KnowledgeBasePage } from './pages/knowledge-base.tsx';
import { KnowledgeBases } from './pages/knowledge-bases.tsx';
import { Sessions } from './pages/sessions.tsx';
import { hrefOf, type Route, useRoute } from './route.ts';
import { SessionContext } from './session.ts';

export function App() {
  const route = useRoute();
  const [signedIn, setSignedIn] = useState(false);
  const main = useRef<HTMLElement>(null);
  const first = useRef(true);
  const where = hrefOf(route);
  // A screen reader hears a new page only if focus moves there; not on the first one, where the browser has just begun.
  useEffect(() => {
    if (!first.current) main.current?.focus();
    first.current = false;
    document.title = `${titleOf(where)} – Loam`;
  }, [where]);
  return (
    <>
      <button type="button" className="skip" onClick={() => main.current?.focus()}>
        Skip to the content
      </button>
      <header>
        <a className="brand" href={hrefOf({ page: 'list' })}>
          Loam
        </a>
        <nav aria-label="Main">
          <a href={hrefOf({ page: 'list' })} aria-current={where === '#/' ? 'page' : undefined}>
            Knowledge bases
          </a>
          {signedIn && (
            <a href={hrefOf({ page: 'sessions' })} aria-current={where === '#/sessions' ? 'page' : undefined}>
              Sessions
            </a>
          )}
        </nav>
        {signedIn && (
          <button type="button" className="quiet" onClick={signOut}>
            Sign out
          </button>
        )}
      </header>
      <main tabIndex={-1} ref={main}>
        <SessionContext value={setSignedIn}>
          <Page route={route} />
        </SessionContext>
      </main>
    </>
  );
}

function titleOf(where: string): string {
  if (where === '#/create') return 'Create a knowledge base';
  if (where === '#/sessions') return 'Sessions';
  if (where === '#/choose-role') return 'Choose a role';
  return where === '#/' ? 'Knowledge bases' : 'Knowledge base';
}

function Page({ route }: { route: Route }) {
  if (route.page === 'create') return <CreateKnowledgeBase />;
  if (route.page === 'sessions') return <Sessions />;
  if (route.page === 'choose-role') return <ChooseRole />;
  if (route.page === 'knowledge-base') return <KnowledgeBasePage key={route.id} id={route.id} />;
  return <KnowledgeBases />;
}

async function signOut(): Promise<void> {
  await fetch('/sign-out', { method: 'POST' });
  location.assign('/');
}
