import { useEffect, useState } from 'react';

/** Where the console is, kept in the address so that a reload and the back button work. */
export type Route =
  | { readonly page: 'list' }
  | { readonly page: 'create' }
  | { readonly page: 'knowledge-base'; readonly id: string };

export function hrefOf(route: Route): string {
  if (route.page === 'list') return '#/';
  return route.page === 'create' ? '#/create' : `#/knowledge-bases/${route.id}`;
}

function parse(hash: string): Route {
  const id = /^#\/knowledge-bases\/([0-9A-Za-z]+)$/.exec(hash)?.[1];
  if (id) return { page: 'knowledge-base', id };
  return hash === '#/create' ? { page: 'create' } : { page: 'list' };
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
