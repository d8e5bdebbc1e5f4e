import { refuse } from '../refusal.ts';

const PLACEHOLDER = /\$(\w+)\$/g;

/** Fills `$name$` in one go: what looks like a placeholder inside of a value stays text, as an unknown name does. */
export function fillPlaceholders(template: string, values: Readonly<Record<string, string>>): string {
  return template.replace(PLACEHOLDER, (placeholder, name: string) =>
    Object.hasOwn(values, name) ? (values[name] as string) : placeholder,
  );
}

/** @throws LoamError `parameter-invalid` that names the first placeholder which the template lacks */
export function requirePlaceholders(template: string, path: string, names: readonly string[]): void {
  for (const name of names) {
    if (template.includes(`$${name}$`)) continue;
    const all = names.map((one) => `$${one}$`).join(' and ');
    refuse(path, `does not hold $${name}$`, `a template that holds ${all}`);
  }
}
