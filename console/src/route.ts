import { useEffect, useState } from 'react';

/** Where the console is, kept in the address so that a reload and the back button work. */
export type Route =
  | { readonly page: 'list' }
  | { readonly page: 'create' }
  | { readonly page: 'sessions' }
  | { readonly page: 'choose-role' }
  | { readonly page: 'knowledge-base'; readonly id: string };

const PLAIN = { list: '#/', create: '#/create', sessions: '#/sessions', 'choose-role': '#/choose-role' } as const;

export function hrefOf(route: Route): string {
  return route.page === 'knowledge-base' ? `#/knowledge-bases/${route.id}` : PLAIN[route.page];
}

function parse(hash: string): Route {
  const id = /^#\/knowledge-bases\/([0-9A-Za-z]+)$/.exec(hash)?.[1];
  if (id) return { page: 'knowledge-base', id };
  const [page = 'list'] = Object.entries(PLAIN).find(([, href]) => href === hash) ?? [];
  return { page: page as keyof typeof PLAIN };
}

export function useRoute(): Route {
  const [route, setRoute] = useState(() => parse(location.hash));
  useEffect(() => {
    const follow = (): void => setRoute(parse(location.hash));
    addEventListener('hashchange', follow);
    return () => removeEventListener('hashchange', follow);
  }, []);
  return route;
}

export function goTo(route: Route): void {
  location.hash = hrefOf(route);
}
