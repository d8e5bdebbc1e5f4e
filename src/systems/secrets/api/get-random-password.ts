import type { GetRandomPasswordCommand } from '@aws-sdk/client-secrets-manager';
import type { Handler } from '../../../wire/operation.ts';
import { type CharacterKind, makePassword } from '../random-password.ts';

const DEFAULT_LENGTH = 32;

export function getRandomPasswordOperation(): Handler<GetRandomPasswordCommand> {
  return async (input) => {
    const wanted: readonly (readonly [CharacterKind, boolean])[] = [
      ['lower', !input.ExcludeLowercase],
      ['upper', !input.ExcludeUppercase],
      ['digits', !input.ExcludeNumbers],
      ['punctuation', !input.ExcludePunctuation],
      ['space', input.IncludeSpace === true],
    ];
    const RandomPassword = makePassword({
      length: input.PasswordLength ?? DEFAULT_LENGTH,
      kinds: wanted.filter(([, isWanted]) => isWanted).map(([kind]) => kind),
      excluded: input.ExcludeCharacters ?? '',
      requireEach: input.RequireEachIncludedType ?? true,
    });
    return { RandomPassword };
  };
}
