import { posix } from 'node:path';
import { attribute, walkXml } from './xml-walker.ts';
import type { ZipArchive } from './zip.ts';

export interface Relation {
  readonly id: string;
  /** The last part of the relation's type: `header`, `footnotes`, `slide`, `notesSlide`. */
  readonly type: string;
  /** The name of a part of the same archive. */
  readonly target: string;
}

/**
 * What a part of an Office file refers to inside the file (ECMA-376-2, Open Packaging Conventions, 9.3). External targets
 * are left out. The part `''` is the file itself.
 */
export function relationsOf(archive: ZipArchive, part: string): Relation[] {
  const folder = posix.dirname(part);
  const pieces = archive.stream(posix.join(folder, '_rels', `${posix.basename(part)}.rels`));
  const relations: Relation[] = [];
  walkXml(pieces ?? [], {
    open: {
      Relationship(attributes) {
        const target = attribute(attributes, 'Target') ?? '';
        if (attribute(attributes, 'TargetMode') === 'External' || target === '') return;
        relations.push({
          id: attribute(attributes, 'Id') ?? '',
          type: posix.basename(attribute(attributes, 'Type') ?? ''),
          target: resolve(folder, target),
        });
      },
    },
  });
  return relations;
}

/** A name in the archive; what would lead out of it stays inside. */
export function resolve(folder: string, target: string): string {
  const path = target.startsWith('/') ? target : posix.join('/', folder, target);
  return posix.normalize(path).slice(1);
}
