import type { Log } from '../../../core/log.ts';
import type { Fetch } from '../../../core/outbound/index.ts';
import type { WorkerPool } from '../../../workers/index.ts';
import { createHookTransformation, type HookSetting } from './call-hook.ts';
import type { Transformation, Transformations } from './contract.ts';
import { createModuleTransformation, type ModuleSetting } from './run-module.ts';

export type TransformationSetting = ModuleSetting | HookSetting;

export interface TransformationsOptions {
  /** By the ARN of the function that each stands for. */
  readonly settings: Readonly<Record<string, TransformationSetting>>;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly workers: WorkerPool;
  /** The guarded way out. */
  readonly fetch: Fetch;
  readonly log: Log;
}

/** The transformations that the configuration registers. */
export function createTransformations(options: TransformationsOptions): Transformations {
  const byArn = new Map<string, Transformation>();
  for (const [arn, setting] of Object.entries(options.settings)) byArn.set(arn, open(setting, options));
  return { find: (arn) => byArn.get(arn) ?? byArn.get(withoutQualifier(arn)) };
}

function open(setting: TransformationSetting, options: TransformationsOptions): Transformation {
  if ('module' in setting) return createModuleTransformation(setting, options);
  const { secretVariable } = setting;
  return createHookTransformation(
    setting,
    secretVariable === undefined ? undefined : options.environment[secretVariable],
    options,
  );
}

/** `arn:aws:lambda:us-east-1:111122223333:function:name:alias` without its last part. */
function withoutQualifier(arn: string): string {
  return arn.split(':').slice(0, 7).join(':');
}
