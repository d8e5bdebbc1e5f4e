/** A browser without pages: it keeps cookies by site, follows redirects and sends forms. */
export interface CookieBrowser {
  /** The last answer, after its redirects. */
  go(
    address: string,
    options?: { method?: string; body?: URLSearchParams | string; origin?: string },
  ): Promise<Landing>;
  cookies(): string[];
}

export interface Landing {
  readonly url: URL;
  readonly status: number;
  readonly text: string;
}

const MOST_REDIRECTS = 20;

export function createCookieBrowser(): CookieBrowser {
  // By host and name; paths do not matter to these tests.
  const jar = new Map<string, Map<string, string>>();
  const keep = (host: string, headers: Headers): void => {
    const own = jar.get(host) ?? new Map<string, string>();
    for (const cookie of headers.getSetCookie()) {
      const [pair = ''] = cookie.split(';');
      const name = pair.slice(0, pair.indexOf('='));
      if (/max-age=0|expires=thu, 01 jan 1970/i.test(cookie)) own.delete(name);
      else own.set(name, pair.slice(name.length + 1));
    }
    jar.set(host, own);
  };
  const cookieOf = (host: string): string =>
    [...(jar.get(host) ?? [])].map(([name, value]) => `${name}=${value}`).join('; ');
  return {
    cookies: () => [...jar.values()].flatMap((own) => [...own.keys()]),
    async go(address, { method = 'GET', body, origin } = {}) {
      let url = new URL(address);
      let request: RequestInit = { method, ...(body && { body }) };
      for (let count = 0; count < MOST_REDIRECTS; count++) {
        const headers = { cookie: cookieOf(url.host), ...(origin && { origin }) };
        const response = await fetch(url, { ...request, headers, redirect: 'manual' });
        keep(url.host, response.headers);
        const location = response.headers.get('location');
        const text = await response.text();
        if (response.status < 300 || response.status >= 400 || !location) return { url, status: response.status, text };
        url = new URL(location, url);
        request = { method: 'GET' };
      }
      throw new Error(`More than ${MOST_REDIRECTS} redirects.`);
    },
  };
}
