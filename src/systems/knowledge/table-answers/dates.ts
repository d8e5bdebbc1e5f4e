import type { CellValue } from '../parsers/contract.ts';

const ISO = /^(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ](\d{1,2}):(\d{2})(?::(\d{2}))?)?/;
const YEAR_FIRST = /^(\d{4})[/.](\d{1,2})[/.](\d{1,2})/;
const PARTS = /^(\d{1,2})([/.])(\d{1,2})[/.](\d{2,4})(?: (\d{1,2}):(\d{2})(?::(\d{2}))?(?: ?([AP])M)?)?/i;
const DAY_MONTH = /^(\d{1,2})[- ]([a-z]{3})[a-z]*\.?[- ,]+(\d{2,4})$/i;
const MONTH_DAY = /^([a-z]{3})[a-z]*\.? (\d{1,2}),? (\d{4})$/i;
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const CENTURY_BREAK = 70;

/**
 * How the dates of one column are read: `03/04/2026` is of April where some date of the column has its day in front, else of
 * March; with points the day comes first. What is no day of the calendar is nothing.
 */
export function dateReader(column: readonly CellValue[]): (value: CellValue) => string | null {
  const parts = column.flatMap((value) => PARTS.exec(String(value)) ?? []);
  const firsts = column.map((value) => Number(PARTS.exec(String(value))?.[1] ?? 0));
  const seconds = column.map((value) => Number(PARTS.exec(String(value))?.[3] ?? 0));
  const isDayFirst = firsts.some((first) => first > 12) || (parts[2] === '.' && !seconds.some((second) => second > 12));
  return (value) => (typeof value === 'string' ? readDate(value, isDayFirst) : null);
}

function readDate(text: string, isDayFirst: boolean): string | null {
  const iso = ISO.exec(text);
  if (iso) return moment(iso.slice(1, 4), iso.slice(4, 7));
  const yearFirst = YEAR_FIRST.exec(text);
  if (yearFirst) return moment(yearFirst.slice(1, 4), []);
  const parts = PARTS.exec(text);
  if (parts) {
    const [, first, , second, year, hour, minute, seconds, half] = parts;
    const date = isDayFirst ? [year, second, first] : [year, first, second];
    return moment(date, hour === undefined ? [] : [hourOf(hour, half), minute, seconds]);
  }
  const dayMonth = DAY_MONTH.exec(text);
  if (dayMonth) return moment([dayMonth[3], monthOf(dayMonth[2]), dayMonth[1]], []);
  const monthDay = MONTH_DAY.exec(text);
  return monthDay ? moment([monthDay[3], monthOf(monthDay[1]), monthDay[2]], []) : null;
}

function moment(date: readonly (string | undefined)[], time: readonly (string | undefined)[]): string | null {
  const [year = 0, month = 0, day = 0] = date.map(Number);
  const full = year >= 100 ? year : year + (year < CENTURY_BREAK ? 2000 : 1900);
  const at = new Date(Date.UTC(full, month - 1, day));
  if (at.getUTCMonth() !== month - 1 || at.getUTCDate() !== day || month < 1) return null;
  const pad = (number: number): string => String(number).padStart(2, '0');
  const written = `${String(full).padStart(4, '0')}-${pad(month)}-${pad(day)}`;
  const [hour, minute, second] = time;
  if (hour === undefined) return written;
  return `${written}T${pad(Number(hour))}:${pad(Number(minute ?? 0))}:${pad(Number(second ?? 0))}`;
}

function hourOf(hour: string, half: string | undefined): string {
  if (half === undefined) return hour;
  return String((Number(hour) % 12) + (/p/i.test(half) ? 12 : 0));
}

function monthOf(name: string | undefined): string {
  return String(MONTHS.indexOf((name ?? '').toLowerCase()) + 1);
}
