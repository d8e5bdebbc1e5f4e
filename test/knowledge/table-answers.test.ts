import { type RetrievalFilter, RetrieveAndGenerateCommand } from '@aws-sdk/client-bedrock-agent-runtime';
import { CreateBucketCommand, DeleteObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { utils, write } from '@e965/xlsx';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasDuckDb } from '../../src/systems/knowledge/table-answers/duckdb.ts';
import { createKnowledgeBase, type SourceIds, sync } from '../support/knowledge-base.ts';
import { type KnowledgeServer, startKnowledge } from './start-knowledge.ts';

if (!hasDuckDb()) process.stderr.write('Answers from tables are not tested: @duckdb/node-api is not installed.\n');

const Bucket = 'figures';
const REGIONS = ['North', 'South', 'East', 'West'];
const PRODUCTS = ['Laptop', 'Phone', 'Desk', 'Office Chair', 'Lamp'];
const PRICES = [1200, 600, 350, 149.5, 19.9];
/** A year of orders, from a formula: what is right is computed below, without SQL. */
const ORDERS = Array.from({ length: 300 }, (_, index) => {
  const product = (index * 7) % PRODUCTS.length;
  const units = 1 + ((index * 13) % 9);
  const price = PRICES[product] ?? 0;
  return {
    id: 5000 + index,
    date: new Date(Date.UTC(2024, index % 15, 1 + (index % 28))).toISOString().slice(0, 10),
    region: REGIONS[(index * 3 + Math.floor(index / 7)) % REGIONS.length] ?? '',
    product: PRODUCTS[product] ?? '',
    units,
    price,
    revenue: Math.round(units * price * 100) / 100,
    returned: index % 11 === 0,
  };
});
type Order = (typeof ORDERS)[number];
const ORDERS_CSV = [
  'Order ID,Order Date,Region,Product,Units,Unit Price,Revenue,Returned',
  ...ORDERS.map(({ id, date, region, product, units, price, revenue, returned }) =>
    [id, date, region, product, units, price, revenue, returned ? 'yes' : 'no'].join(','),
  ),
].join('\n');

const STAFF = [
  ['Name', 'Department', 'Salary', 'Age', 'Start Date'],
  ['Anna Meier', 'Engineering', 95000, 34, '2019-03-01'],
  ['Beat Frei', 'Support', 70000, 45, '2015-06-15'],
  ['Carla Rossi', 'Engineering', 105000, 41, '2012-01-10'],
  ['Dan Wu', 'Finance', 82000, 29, '2021-09-01'],
  ['Eva Lund', 'Support', 64000, 52, '2010-11-20'],
  ['Total', null, 416000, null, null],
];

const of = (isMeant: (order: Order) => boolean): Order[] => ORDERS.filter(isMeant);
const sum = (orders: readonly Order[], key: 'units' | 'revenue' | 'price'): number =>
  orders.reduce((total, order) => total + order[key], 0);
const mean = (orders: readonly Order[], key: 'units' | 'revenue' | 'price'): number => sum(orders, key) / orders.length;
const best = (by: 'region' | 'product', key: 'units' | 'revenue'): string => {
  const totals = [...new Set(ORDERS.map((order) => order[by]))].map(
    (name) =>
      [
        name,
        sum(
          of((order) => order[by] === name),
          key,
        ),
      ] as const,
  );
  return totals.sort(([, one], [, other]) => other - one)[0]?.[0] ?? '';
};
const year = (order: Order): number => Number(order.date.slice(0, 4));
const month = (order: Order): number => Number(order.date.slice(5, 7));

const QUESTIONS: ReadonlyArray<readonly [question: string, expected: number | string]> = [
  ['How many orders were there in the North region?', of(({ region }) => region === 'North').length],
  ['What is the count of orders from the North?', of(({ region }) => region === 'North').length],
  ['What is the total revenue?', sum(ORDERS, 'revenue')],
  ['How much revenue was made altogether?', sum(ORDERS, 'revenue')],
  [
    'What is the average revenue of laptop orders?',
    mean(
      of(({ product }) => product === 'Laptop'),
      'revenue',
    ),
  ],
  [
    'Give me the mean Revenue for the product Laptop',
    mean(
      of(({ product }) => product === 'Laptop'),
      'revenue',
    ),
  ],
  [
    'What were total units sold in the South?',
    sum(
      of(({ region }) => region === 'South'),
      'units',
    ),
  ],
  [
    'How many units were sold in the South region?',
    sum(
      of(({ region }) => region === 'South'),
      'units',
    ),
  ],
  ['What is the maximum number of units in the orders?', Math.max(...ORDERS.map(({ units }) => units))],
  ['What is the highest Units value?', Math.max(...ORDERS.map(({ units }) => units))],
  ['What is the lowest unit price?', Math.min(...PRICES)],
  ['What is the minimum Unit Price?', Math.min(...PRICES)],
  ['Which product generated the most revenue?', best('product', 'revenue')],
  ['Which product has the highest revenue?', best('product', 'revenue')],
  ['Which region sold the most units?', best('region', 'units')],
  ['In which region were the most units sold?', best('region', 'units')],
  ['What is the most expensive product?', 'Laptop'],
  ['How many orders were returned?', of(({ returned }) => returned).length],
  ['How many of the orders were not returned?', of(({ returned }) => !returned).length],
  ['How many orders had more than 4 units?', of(({ units }) => units > 4).length],
  ['How many orders have at least 8 units?', of(({ units }) => units >= 8).length],
  [
    'How many orders had a revenue between 1000 and 3000?',
    of(({ revenue }) => revenue >= 1000 && revenue <= 3000).length,
  ],
  [
    'What is the total revenue in 2025?',
    sum(
      of((order) => year(order) === 2025),
      'revenue',
    ),
  ],
  [
    'How much revenue was made in March 2024?',
    sum(
      of((order) => year(order) === 2024 && month(order) === 3),
      'revenue',
    ),
  ],
  ['How many orders were placed before 2025?', of((order) => year(order) < 2025).length],
  ['How many different products are there?', PRODUCTS.length],
  [
    'How many phones were sold in the West?',
    sum(
      of(({ product, region }) => product === 'Phone' && region === 'West'),
      'units',
    ),
  ],
  [
    'What is the total revenue for office chairs in the East or the West?',
    sum(
      of(({ product, region }) => product === 'Office Chair' && (region === 'East' || region === 'West')),
      'revenue',
    ),
  ],
  ['What is the average salary in Engineering?', 100000],
  ['What do employees in Engineering earn on average in salary?', 100000],
  ['Who has the highest salary?', 'Carla Rossi'],
  ['Who is the youngest employee?', 'Dan Wu'],
  ['What is the total salary?', 416000],
  ['What is the sum of all salaries?', 416000],
  ['How many employees are older than 40?', 3],
  ['How many employees work in Support?', 2],
  ['What is the median salary?', 82000],
  ['What is the earliest start date?', '2010-11-20'],
];

const OTHERS = [
  'How many planets are in the solar system?',
  'Why did revenue fall in 2024?',
  'What is the average height of employees?',
  'How many employees work in Marketing?',
  'How many late orders were there?',
  'What is the capital of France?',
  'How do I return a laptop?',
  'What is the maximum daily dose of lithium?',
  'How many orders came from Paris?',
];

describe.skipIf(!hasDuckDb())('answers from tables', () => {
  let server: KnowledgeServer;
  let clients: ReturnType<KnowledgeServer['client']>;
  let ids: SourceIds;
  const put = (Key: string, Body: string | Uint8Array) => clients.s3.send(new PutObjectCommand({ Bucket, Key, Body }));
  beforeAll(async () => {
    server = await startKnowledge();
    clients = server.client();
    await clients.s3.send(new CreateBucketCommand({ Bucket }));
    const book = utils.book_new();
    utils.book_append_sheet(book, utils.aoa_to_sheet([['Headcount'], ...STAFF]), 'People 2026');
    await put('orders.csv', ORDERS_CSV);
    await put('orders.csv.metadata.json', JSON.stringify({ metadataAttributes: { tenant: 'a' } }));
    await put('staff.xlsx', Uint8Array.from(write(book, { type: 'buffer', bookType: 'xlsx' }) as Buffer));
    await put('staff.xlsx.metadata.json', JSON.stringify({ metadataAttributes: { tenant: 'b' } }));
    await put('returns.txt', 'To return a laptop, bring it to the shop within 30 days with its receipt.');
    ids = await createKnowledgeBase(clients.agent, 'figures', Bucket);
    await sync(clients.agent, ids);
  }, 60_000);
  afterAll(() => server?.close());

  const ask = (text: string, more: { filter?: RetrievalFilter; template?: string } = {}) =>
    clients.runtime.send(
      new RetrieveAndGenerateCommand({
        input: { text },
        retrieveAndGenerateConfiguration: {
          type: 'KNOWLEDGE_BASE',
          knowledgeBaseConfiguration: {
            knowledgeBaseId: ids.knowledgeBaseId,
            modelArn: 'arn:aws:bedrock:us-east-1::foundation-model/anthropic.claude-v2:1',
            ...(more.filter && { retrievalConfiguration: { vectorSearchConfiguration: { filter: more.filter } } }),
            ...(more.template && {
              generationConfiguration: { promptTemplate: { textPromptTemplate: more.template } },
            }),
          },
        },
      }),
    );
  const referenceOf = (answer: Awaited<ReturnType<typeof ask>>) => answer.citations?.[0]?.retrievedReferences?.[0];
  const sqlOf = (answer: Awaited<ReturnType<typeof ask>>) => referenceOf(answer)?.metadata?.['x-loam-sql'];

  it.each(QUESTIONS)('%s', async (question, expected) => {
    const answer = await ask(question);
    expect(sqlOf(answer), answer.output?.text).toMatch(/^SELECT /);
    const text = answer.output?.text ?? '';
    if (typeof expected === 'string') expect(text).toContain(expected);
    else {
      const numbers = (text.match(/-?\d+(?:\.\d+)?/g) ?? []).map(Number);
      expect(
        numbers.some((number) => Math.abs(number - expected) < 0.0001 * Math.max(1, Math.abs(expected))),
        `${text} (${expected})`,
      ).toBe(true);
    }
  });

  it.each(OTHERS)('leaves to the passages: %s', async (question) => {
    expect(sqlOf(await ask(question))).toBeUndefined();
  });

  it('cites cells, rows and the document, and tells groups', async () => {
    const answer = await ask('What is the average salary per department?');
    expect(answer.output?.text).toBe(
      'The average of Salary per Department: Engineering: 100000; Finance: 82000; Support: 67000.',
    );
    const [citation] = answer.citations ?? [];
    expect(citation?.generatedResponsePart?.textResponsePart?.span).toEqual({
      start: 0,
      end: (answer.output?.text?.length ?? 0) - 1,
    });
    const reference = referenceOf(answer);
    expect(reference?.location).toEqual({ type: 'S3', s3Location: { uri: `s3://${Bucket}/staff.xlsx` } });
    expect(reference?.metadata).toMatchObject({
      'x-loam-cells': "'People 2026'!A3:E7",
      'x-loam-sql':
        'SELECT "Department", avg("Salary") FROM "table_1" GROUP BY 1 ORDER BY 2 DESC NULLS LAST, 1 LIMIT 100',
      'x-amz-bedrock-kb-source-uri': `s3://${Bucket}/staff.xlsx`,
      tenant: 'b',
    });
    expect(reference?.content?.text).toContain(
      'Name | Department | Salary | Age | Start Date\nAnna Meier | Engineering',
    );
  });

  it('asks only tables of documents that pass the filter', async () => {
    const question = 'What is the average salary in Engineering?';
    expect(sqlOf(await ask(question, { filter: { equals: { key: 'tenant', value: 'b' } } }))).toBeDefined();
    const other = await ask(question, { filter: { equals: { key: 'tenant', value: 'a' } } });
    expect(sqlOf(other)).toBeUndefined();
    expect(JSON.stringify(other)).not.toContain('100000');
  });

  it('leaves requests with a prompt of their own to the passages', async () => {
    const template = 'Answer $query$ from $search_results$ $output_format_instructions$';
    expect(sqlOf(await ask('What is the total revenue?', { template }))).toBeUndefined();
  });

  it('lists the tables', async () => {
    const scope = { account: '111111111111', region: 'us-east-1' };
    const { knowledgeBaseId } = ids;
    const listed = await server.knowledge.listTables(scope, { knowledgeBaseId });
    expect(listed.askable).toBe(true);
    expect(listed.tables.map(({ uri, rows }) => [uri, rows])).toEqual([
      [`s3://${Bucket}/orders.csv`, 300],
      [`s3://${Bucket}/staff.xlsx`, 5],
    ]);
    const visible = { operator: 'equals', key: 'tenant', value: 'b' } as const;
    expect((await server.knowledge.listTables(scope, { knowledgeBaseId, visible })).tables).toHaveLength(1);
  });

  it('follows changed and deleted documents', async () => {
    await put('staff.xlsx', Buffer.from('Name,Salary\nAnna,1\nBeat,2\n'));
    await clients.s3.send(new DeleteObjectCommand({ Bucket, Key: 'orders.csv' }));
    await sync(clients.agent, ids);
    expect((await ask('What is the total salary?')).output?.text).toContain('is 3 ');
    expect(sqlOf(await ask('What is the total revenue?'))).toBeUndefined();
  }, 60_000);
});
