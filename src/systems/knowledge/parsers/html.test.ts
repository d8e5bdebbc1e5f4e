import { describe, expect, it } from 'vitest';
import { processorTime } from '../../../../test/fixtures/processor-time.ts';
import { html } from './html.ts';

const parse = (text: string | Uint8Array, mediaType?: string) =>
  html.parse(Buffer.from(text as string), { name: 'a.html', ...(mediaType !== undefined && { mediaType }) });

describe('html', () => {
  it('reads what a reader of the page sees', async () => {
    const page = `<!doctype html><html><head><title> A
      page </title><style>p{}</style><script>var a="<p>no</p>"</script></head><body>
      <nav><a href="/">Home</a></nav>
      <h1>Dosing &amp; safety</h1><p>Take <b>5&nbsp;mg</b> daily<br>with water.<p>Second &lt;one&gt;.
      <div hidden>secret</div><p style="display: none">gone</p><span aria-hidden="true">x</span><noscript>no</noscript>
      <ul><li>first<li><p>second</p></ul><ol><li>one</li><li>two</li></ol>
      <pre>  let a = 1;
  let b;</pre>Tail</body></html>`;
    expect(await parse(page)).toEqual({
      title: 'A page',
      blocks: [
        { kind: 'heading', level: 1, text: 'Dosing & safety' },
        { kind: 'paragraph', text: 'Take 5 mg daily\nwith water.' },
        { kind: 'paragraph', text: 'Second <one>.' },
        { kind: 'list-item', text: '• first' },
        { kind: 'list-item', text: '• second' },
        { kind: 'list-item', text: '1. one' },
        { kind: 'list-item', text: '2. two' },
        { kind: 'code', text: '  let a = 1;\n  let b;' },
        { kind: 'paragraph', text: 'Tail' },
      ],
    });
  });

  it('makes a block of a data table and paragraphs of a layout table', async () => {
    const { blocks } = await parse(
      `<table><caption>Doses</caption><tr><th>Drug<th>Dose<tr><td><p>A</p><p>B</p><td>5 mg</table>
       <table><tr><td>Menu<td><table><tr><td>x<td>y</table><p>Prose.</table>
       <table><tr><td>never closed`,
    );
    expect(blocks).toEqual([
      { kind: 'paragraph', text: 'Doses' },
      { kind: 'table', text: 'Drug | Dose\nA B | 5 mg' },
      { kind: 'paragraph', text: 'Menu' },
      { kind: 'table', text: 'x | y' },
      { kind: 'paragraph', text: 'Prose.' },
      { kind: 'paragraph', text: 'never closed' },
    ]);
  });

  it('tells how many lines of a table name its columns', async () => {
    const { blocks } = await parse(
      `<table><thead><tr><td>Dose<td>Dose<tr><th>day<th>night</thead><tr><td>1<td>2</table>
       <table><tr><th>Sponsor<td>Acme<tr><th>Phase<td>II</table><table><tr><td>a<td>b<tr><td>1<td>2</table>`,
    );
    expect(blocks).toEqual([
      { kind: 'table', text: 'Dose | Dose\nday | night\n1 | 2', table: { headerRows: 2 } },
      { kind: 'table', text: 'Sponsor | Acme\nPhase | II', table: { headerRows: 0 } },
      { kind: 'table', text: 'a | b\n1 | 2' },
    ]);
  });

  it('leaves out navigation and notices about cookies, unless they are most of the page', async () => {
    const beside = '<nav><ul><li>Home<li>News</ul></nav><div class="cookie-banner"><p>We use cookies.</div>';
    const around = await parse(`<body>${beside}<p>The text that the page was made for.</p><footer>Imprint</footer>`);
    expect(around.blocks.map(({ text }) => text)).toEqual(['The text that the page was made for.', 'Imprint']);
    const links = await parse(`<body>${beside}<p>Links`);
    expect(links.blocks.map(({ text }) => text)).toEqual(['• Home', '• News', 'We use cookies.', 'Links']);
  });

  it('counts from where a list says', async () => {
    expect((await parse('<ol start="4"><li>a<li>b</ol>')).blocks.map(({ text }) => text)).toEqual(['4. a', '5. b']);
  });

  it('parts paragraphs that are written with two line breaks', async () => {
    expect((await parse('<body>One.<br><br>Two.')).blocks.map(({ text }) => text)).toEqual(['One.', 'Two.']);
  });

  it.each([
    ['its meta element', '<meta charset="windows-1251"><p>'],
    ['the older meta element', '<meta http-equiv=content-type content="text/html; charset=windows-1251"><p>'],
    ['its XML declaration', '<?xml version="1.0" encoding="windows-1251"?><html><p>'],
  ])('takes its charset from %s', async (_name, head) => {
    const bytes = Buffer.concat([Buffer.from(head), Uint8Array.of(0xc4, 0xee, 0xe7, 0xe0)]);
    expect((await parse(bytes)).blocks[0]?.text).toBe('Доза');
  });

  it('believes the media type before the page', async () => {
    const bytes = Buffer.concat([Buffer.from('<meta charset=utf-8><p>'), Uint8Array.of(0xc4, 0xee, 0xe7, 0xe0)]);
    expect((await parse(bytes, 'text/html; charset=windows-1251')).blocks[0]?.text).toBe('Доза');
  });

  it('reads deep nesting, endless tables and broken tags in linear time', async () => {
    for (const unit of ['<div>', '<table><tr><td>', '<ul><li>', '<b', '<!--', '&', '<p hidden>', '<a href="', '<tr>']) {
      const time = await processorTime(() => parse(`<body>${unit.repeat(15_000)}text`));
      expect(time, unit).toBeLessThan(2000);
    }
  });
});
