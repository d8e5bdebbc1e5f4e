import { accessSync, constants } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';

/** Tesseract, as it is called for pages that are images. */
export interface TextRecognition {
  /** The program's absolute path: worker processes have no search path. */
  readonly command: string;
  /** As its option `-l` takes them: `eng`, `deu+fra`. */
  readonly languages: string;
}

const PROGRAM = process.platform === 'win32' ? 'tesseract.exe' : 'tesseract';

/**
 * Where text recognition is installed, if it is.
 *
 * @param setting `auto` looks for the program on the search path, `off` does without, anything else is its absolute path.
 */
export function findTextRecognition(
  { setting, languages }: { setting: string; languages: string },
  searchPath: string = process.env.PATH ?? '',
): TextRecognition | undefined {
  if (setting === 'off') return undefined;
  const places = setting === 'auto' ? searchPath.split(delimiter).map((folder) => join(folder, PROGRAM)) : [setting];
  const command = places.find((place) => isAbsolute(place) && isProgram(place));
  return command === undefined ? undefined : { command, languages };
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error) return false;
    throw error;
  }
}
