const TONES: Readonly<Record<string, string>> = {
  ACTIVE: 'good',
  COMPLETE: 'good',
  FAILED: 'bad',
  STOPPED: 'bad',
};

/** A status as a word with a tone; the word alone carries the meaning. */
export function Status({ value }: { value: string | undefined }) {
  const text = (value ?? 'unknown').toLowerCase().replaceAll('_', ' ');
  return <span className={`status ${TONES[value ?? ''] ?? 'busy'}`}>{text}</span>;
}

/** A moment in the reader's own time zone and language. */
export function Moment({ value }: { value: string | undefined }) {
  if (!value) return <span>–</span>;
  const text = new Date(value).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' });
  return <time dateTime={value}>{text}</time>;
}
