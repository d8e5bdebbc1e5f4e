import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import {
  CreateRoleCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  IAMClient,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { type Browser, chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { callLoam } from '../src/cli/loam-client.ts';
import { type CookieBrowser, createCookieBrowser } from './support/cookie-browser.ts';
import { CLIENT, type IdentityProvider, startIdentityProvider } from './support/identity-provider.ts';
import { startServer, type TestServer } from './support/server.ts';

const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync);
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const ACCOUNT = '000000000000';
const policy = (...statements: object[]): string => JSON.stringify({ Version: '2012-10-17', Statement: statements });

describe.each(['token', 'userinfo'] as const)('sign-in to the console, groups in the %s', (placement) => {
  let provider: IdentityProvider;
  let server: TestServer;
  let origin: string;
  let iam: IAMClient;

  beforeAll(async () => {
    provider = await startIdentityProvider(placement);
    server = await startServer({
      flags: [
        ...[
          '--oidc-issuer',
          provider.issuer,
          '--oidc-client-id',
          CLIENT.id,
          '--oidc-secret-variable',
          'CONSOLE_SECRET',
        ],
        ...[
          '--oidc-scopes',
          'openid,email,groups',
          '--oidc-roles',
          'ml=ml-role,admins=admin-role,ghosts=nobody-made-it,shorts=short-role',
        ],
      ],
      environment: { CONSOLE_SECRET: CLIENT.secret },
    });
    origin = new URL(server.consoleLink).origin;
    provider.serve(origin);
    Object.assign(provider.groups, { ada: ['ml', 'other'], bob: ['ml', 'admins'], eve: ['other'], gus: ['ghosts'] });
    iam = new IAMClient(server.client);
    await makeRole('ml-role', ['s3:ListAllMyBuckets']);
    await makeRole('admin-role', ['*']);
  }, 60_000);

  afterAll(async () => {
    await server?.stop();
    await provider?.close();
  });

  async function makeRole(RoleName: string, Action: string[]): Promise<void> {
    const AssumeRolePolicyDocument = policy({ Effect: 'Allow', Principal: { AWS: ACCOUNT }, Action: 'sts:AssumeRole' });
    await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }));
    const PolicyDocument = policy({ Effect: 'Allow', Action, Resource: '*' });
    await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'p', PolicyDocument }));
  }

  /** Through the provider's own pages, and back to the console. */
  async function signIn(browser: CookieBrowser, login: string) {
    let at = await browser.go(`${origin}/sign-in/oidc`);
    for (const form of [{ prompt: 'login', login, password: 'x' }, { prompt: 'consent' }]) {
      if (at.url.origin !== provider.issuer) break;
      at = await browser.go(at.url.href, { method: 'POST', body: new URLSearchParams(form) });
    }
    return at;
  }

  async function call(browser: CookieBrowser, operation: string, input: object = {}) {
    const body = JSON.stringify(input);
    const answer = await browser.go(`${origin}/api/${operation}`, { method: 'POST', body, origin });
    return { status: answer.status, value: answer.text.startsWith('{') ? JSON.parse(answer.text) : answer.text };
  }

  it('opens a session that may what the role of the group may', async () => {
    const browser = createCookieBrowser();
    const landed = await signIn(browser, 'ada');
    expect([landed.url.href, landed.status]).toEqual([`${origin}/`, 200]);
    expect((await call(browser, 's3/ListBuckets')).status).toBe(200);
    const refused = await call(browser, 'iam/ListUsers');
    expect(refused).toMatchObject({ status: 403, value: { code: expect.stringContaining('AccessDenied') } });
    const me = await call(browser, 'sts/GetCallerIdentity');
    expect(me.value.Arn).toBe('arn:aws:sts::000000000000:assumed-role/ml-role/ada@example.test');
    const { value } = await call(browser, 'loam/ListConsoleSessions');
    expect(value.sessions).toMatchObject([
      {
        name: 'ada@example.test',
        current: true,
        role: 'arn:aws:iam::000000000000:role/ml-role',
        issuer: provider.issuer,
      },
    ]);
    await browser.go(`${origin}/sign-out`, { method: 'POST', origin });
    expect((await call(browser, 's3/ListBuckets')).status).toBe(401);
  });

  it('lets who has several roles choose one of theirs', async () => {
    const browser = createCookieBrowser();
    const landed = await signIn(browser, 'bob');
    expect(landed.url.hash).toBe('#/choose-role');
    const { roles } = JSON.parse((await browser.go(`${origin}/sign-in/oidc/roles`)).text);
    expect(roles).toEqual(['ml-role', 'admin-role'].map((role) => `arn:aws:iam::000000000000:role/${role}`));
    const choose = (role: string) =>
      browser.go(`${origin}/sign-in/oidc/role`, { method: 'POST', body: new URLSearchParams({ role }), origin });
    expect((await call(browser, 's3/ListBuckets')).status).toBe(401);
    expect(JSON.parse((await choose(roles[1])).text)).toEqual({ location: '/' });
    expect((await call(browser, 'iam/ListUsers')).status).toBe(200);
    const other = createCookieBrowser();
    await signIn(other, 'bob');
    const stolen = await other.go(`${origin}/sign-in/oidc/role`, {
      ...{ method: 'POST', body: new URLSearchParams({ role: 'arn:aws:iam::000000000000:role/other' }), origin },
    });
    expect(JSON.parse(stolen.text)).toEqual({ location: '/?sign-in=no-role' });
  });

  it.each([
    ['in no mapped group', 'eve'],
    ['whose role nobody made', 'gus'],
  ])('refuses who is %s, clearly', async (_why, login) => {
    const browser = createCookieBrowser();
    expect((await signIn(browser, login)).url.search).toBe('?sign-in=no-role');
    expect(browser.cookies()).not.toContain('loam_session');
  });

  it('refuses who was taken out of the group, and ends sessions with their role', async () => {
    provider.groups.ida = ['admins'];
    expect((await signIn(createCookieBrowser(), 'ida')).url.search).toBe('');
    provider.groups.ida = [];
    expect((await signIn(createCookieBrowser(), 'ida')).url.search).toBe('?sign-in=no-role');
    await makeRole('short-role', ['s3:ListAllMyBuckets']);
    provider.groups.ida = ['shorts'];
    const browser = createCookieBrowser();
    await signIn(browser, 'ida');
    expect((await call(browser, 's3/ListBuckets')).status).toBe(200);
    await iam.send(new DeleteRolePolicyCommand({ RoleName: 'short-role', PolicyName: 'p' }));
    expect((await call(browser, 's3/ListBuckets')).status).toBe(403);
    await iam.send(new DeleteRoleCommand({ RoleName: 'short-role' }));
    expect((await call(browser, 's3/ListBuckets')).status).toBe(401);
  });

  it('takes no answer that was not asked for here', async () => {
    const browser = createCookieBrowser();
    const forged = `${origin}/sign-in/oidc/callback?code=abc&state=invented`;
    expect((await browser.go(forged)).url.search).toBe('?sign-in=failed');
    // A state of this browser, but changed on the way.
    const response = await fetch(`${origin}/sign-in/oidc`, { redirect: 'manual' });
    const cookie = response.headers.getSetCookie()[0]?.split(';')[0] ?? '';
    const state = new URL(response.headers.get('location') ?? '').searchParams.get('state') ?? '';
    const back = async (query: string, sent = cookie) =>
      (
        await fetch(`${origin}/sign-in/oidc/callback?${query}`, { redirect: 'manual', headers: { cookie: sent } })
      ).headers.get('location');
    expect(await back(`code=abc&state=${state.slice(1)}`)).toBe('/?sign-in=failed');
    expect(await back(`code=abc&state=${state}`, '')).toBe('/?sign-in=failed');
    expect(await back(`code=abc&state=${state}`, `${cookie.slice(0, -4)}AAAA`)).toBe('/?sign-in=failed');
    // The right state with a code that the provider never gave.
    expect(await back(`code=abc&state=${state}`)).toBe('/?sign-in=failed');
    expect(await back(`error=access_denied&state=${state}`)).toBe('/?sign-in=refused');
  });

  it('lists sessions to who may see them, and ends them at once', async () => {
    const [ada, bob, admin] = [createCookieBrowser(), createCookieBrowser(), createCookieBrowser()];
    await signIn(ada, 'ada');
    provider.groups.una = ['admins'];
    await signIn(bob, 'una');
    await admin.go((await linkOf()).link);
    const listed = async (browser: CookieBrowser) =>
      (await call(browser, 'loam/ListConsoleSessions')).value.sessions as { id: string; name: string }[];
    const all = await listed(admin);
    const id = all.find(({ name }) => name === 'ada@example.test')?.id ?? '';
    expect(all.map(({ name }) => name)).toEqual(expect.arrayContaining(['ada@example.test', 'una@example.test']));
    expect(new Set((await listed(ada)).map(({ name }) => name))).toEqual(new Set(['ada@example.test']));
    expect((await call(bob, 'loam/RevokeConsoleSession', { id })).status).toBe(404);
    for (const session of all.filter(({ name }) => name === 'ada@example.test')) {
      expect((await call(admin, 'loam/RevokeConsoleSession', { id: session.id })).status).toBe(200);
    }
    expect((await call(ada, 's3/ListBuckets')).status).toBe(401);
  });

  const linkOf = () =>
    callLoam<{ link: string }>(
      { endpoint: server.endpoint, region: 'us-east-1', credentials: server.client.credentials },
      'CreateConsoleLink',
    );
});

describe.skipIf(!CHROMIUM)('sign-in in a real browser', () => {
  let provider: IdentityProvider;
  let server: TestServer;
  let browser: Browser;
  let origin: string;

  beforeAll(async () => {
    provider = await startIdentityProvider();
    server = await startServer({
      flags: [
        ...[
          '--oidc-issuer',
          provider.issuer,
          '--oidc-client-id',
          CLIENT.id,
          '--oidc-secret-variable',
          'CONSOLE_SECRET',
        ],
        ...['--oidc-scopes', 'openid,email,groups', '--oidc-roles', 'ml=ml-role,admins=admin-role'],
      ],
      environment: { CONSOLE_SECRET: CLIENT.secret },
    });
    origin = new URL(server.consoleLink).origin;
    provider.serve(origin);
    Object.assign(provider.groups, { bob: ['ml', 'admins'], eve: [] });
    const iam = new IAMClient(server.client);
    for (const RoleName of ['ml-role', 'admin-role']) {
      const AssumeRolePolicyDocument = policy({
        Effect: 'Allow',
        Principal: { AWS: '000000000000' },
        Action: 'sts:AssumeRole',
      });
      await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }));
      const PolicyDocument = policy({ Effect: 'Allow', Action: '*', Resource: '*' });
      await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'p', PolicyDocument }));
    }
    browser = await chromium.launch({
      executablePath: CHROMIUM ?? '',
      args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'],
    });
  }, 90_000);

  afterAll(async () => {
    await browser?.close();
    await server?.stop();
    await provider?.close();
  });

  async function open(login: string) {
    const page = await (await browser.newContext()).newPage();
    await page.goto(origin);
    await page.getByRole('link', { name: `Sign in with ${new URL(provider.issuer).host}` }).click();
    await page.locator('input[name=login]').fill(login);
    await page.locator('input[name=password]').fill('x');
    await page.locator('button[type=submit]').click();
    await page.locator('button[type=submit]').click();
    const violations = async (): Promise<string[]> => {
      await page.evaluate(AXE);
      const axe = await page.evaluate(() =>
        (globalThis as unknown as { axe: { run(): Promise<{ violations: { id: string }[] }> } }).axe.run(),
      );
      return axe.violations.map(({ id }) => id);
    };
    return { page, violations };
  }

  it('chooses a role by keyboard, shows sessions, ends one', async () => {
    const { page, violations } = await open('bob');
    await page.getByRole('heading', { name: 'Choose a role' }).waitFor();
    expect(await violations()).toEqual([]);
    await page.getByRole('radio', { name: 'admin-role' }).focus();
    await page.keyboard.press('Space');
    await page.getByRole('button', { name: 'Sign in' }).press('Enter');
    await page.getByRole('heading', { name: 'No knowledge bases yet' }).waitFor();
    await page.getByRole('link', { name: 'Sessions' }).press('Enter');
    await page.getByRole('heading', { name: 'Sessions' }).waitFor();
    await page.getByText('(this session)').waitFor();
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      expect(await violations()).toEqual([]);
    }
    await page.getByRole('button', { name: 'End the session of bob@example.test (this session)' }).press('Enter');
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  }, 60_000);

  it('tells who has no role what to do', async () => {
    const { page, violations } = await open('eve');
    await page.getByRole('alert').getByText('none of your groups has a role here').waitFor();
    expect(await violations()).toEqual([]);
  }, 60_000);
});
