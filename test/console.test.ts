import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { BedrockAgentClient } from '@aws-sdk/client-bedrock-agent';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createKnowledgeBase } from './support/knowledge-base.ts';
import { startServer, type TestServer } from './support/server.ts';

const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync);
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const QUIET = ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--disable-quic', '--no-first-run'].concat([
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]);

async function violations(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  const results = await page.evaluate(() =>
    (globalThis as unknown as { axe: { run(): Promise<{ violations: { id: string }[] }> } }).axe.run(),
  );
  return results.violations.map((violation) => violation.id);
}

describe.skipIf(!CHROMIUM)('the console in a real browser', () => {
  let server: TestServer;
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    server = await startServer();
    const s3 = new S3Client({ ...server.client, forcePathStyle: true });
    await s3.send(new CreateBucketCommand({ Bucket: 'handbook' }));
    const Body = 'The station is open from 7:00 to 19:00 on weekdays. It is closed on Sundays.';
    await s3.send(new PutObjectCommand({ Bucket: 'handbook', Key: 'hours.txt', Body }));
    const hostile = '<p>A hostile page.</p><script>top.stolen = document.cookie; fetch("/stolen")</script>';
    await s3.send(new PutObjectCommand({ Bucket: 'handbook', Key: 'x.html', Body: hostile, ContentType: 'text/html' }));
    browser = await chromium.launch({ executablePath: CHROMIUM ?? '', args: QUIET });
    page = await (await browser.newContext()).newPage();
  }, 60_000);

  afterAll(async () => {
    await browser.close();
    await server.stop();
  });

  it('opens by the one-time link alone, once', async () => {
    const origin = new URL(server.consoleLink).origin;
    await page.goto(origin);
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    expect(await page.getByRole('button', { name: 'Sign out' }).count()).toBe(0);
    expect(await violations(page)).toEqual([]);
    await page.goto(server.consoleLink);
    await page.getByRole('heading', { name: 'No knowledge bases yet' }).waitFor();
    await page.getByRole('button', { name: 'Sign out' }).waitFor();
    const stranger = await browser.newContext();
    const second = await stranger.newPage();
    await second.goto(server.consoleLink);
    await second.getByText('That link was used before').waitFor();
    await stranger.close();
  });

  it('creates a knowledge base, syncs it and answers with a citation, by keyboard', async () => {
    await page.getByRole('link', { name: 'Create a knowledge base' }).press('Enter');
    await page.getByLabel('Name').fill('handbook');
    expect(await violations(page)).toEqual([]);
    await page.getByLabel('Name').press('Enter');
    await page.getByRole('heading', { name: 'handbook', level: 1 }).waitFor();
    await page.getByRole('button', { name: 'Sync' }).press('Enter');
    await page.getByText('complete', { exact: true }).first().waitFor();
    await page.getByText('2 scanned, 2 new').first().waitFor();
    await page.getByRole('textbox', { name: 'Question' }).fill('When is the station closed?');
    await page.getByRole('textbox', { name: 'Question' }).press('Enter');
    await page.getByRole('log').getByText('It is closed on Sundays.').first().waitFor();
    await page.getByText('hours.txt', { exact: true }).waitFor();
    expect(await violations(page)).toEqual([]);
  }, 60_000);

  it.each(['light', 'dark'] as const)('is readable in %s', async (colorScheme) => {
    await page.emulateMedia({ colorScheme });
    expect(await violations(page)).toEqual([]);
  });

  it('shows a refusal in words', async () => {
    await createKnowledgeBase(new BedrockAgentClient(server.client), 'taken', 'handbook');
    await page.goto(`${new URL(server.consoleLink).origin}/#/create`);
    await page.getByLabel('Name').fill('taken');
    await page.getByRole('button', { name: 'Create' }).click();
    await page.getByRole('alert').getByText('ConflictException').waitFor();
  });

  it('gives an uploaded page neither scripts nor the console', async () => {
    const response = await fetch(`${new URL(server.consoleLink).origin}/api/s3/ListBuckets`, { method: 'POST' });
    expect(response.status).toBe(403); // No Origin of the console.
    const { getSignedUrl } = await import('@aws-sdk/s3-request-presigner');
    const { GetObjectCommand } = await import('@aws-sdk/client-s3');
    const s3 = new S3Client({ ...server.client, forcePathStyle: true });
    const url = await getSignedUrl(s3, new GetObjectCommand({ Bucket: 'handbook', Key: 'x.html' }));
    const other = await page.context().newPage();
    const requests: string[] = [];
    other.on('request', (request) => requests.push(request.url()));
    const answer = await other.goto(url);
    expect(answer?.headers()).toMatchObject({ 'x-content-type-options': 'nosniff' });
    expect(answer?.headers()['content-security-policy']).toContain('sandbox');
    expect(requests.filter((address) => address.includes('stolen'))).toEqual([]);
  });

  it('signs out, and offers that no more', async () => {
    await page.goto(new URL(server.consoleLink).origin);
    await page.getByRole('button', { name: 'Sign out' }).press('Enter');
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    expect(await page.getByRole('button', { name: 'Sign out' }).count()).toBe(0);
  });
});
