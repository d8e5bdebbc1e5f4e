import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { LoamError } from '../../core/errors.ts';

/** The part of onnxruntime-node that is used here; the package is an optional one. */
interface Runtime {
  readonly InferenceSession: { create(path: string, options: object): Promise<Session> };
  readonly Tensor: new (type: 'int64', data: BigInt64Array, dimensions: readonly number[]) => unknown;
}

interface Session {
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  run(feeds: Readonly<Record<string, unknown>>): Promise<Readonly<Record<string, Output>>>;
}

interface Output {
  readonly data: Float32Array;
  readonly dims: readonly number[];
}

export interface OnnxModel {
  readonly inputNames: readonly string[];
  /** Runs on rows of equal length, row after row in each input; gives the first output. */
  run(inputs: Readonly<Record<string, BigInt64Array>>, rows: number): Promise<Output>;
}

// Not a literal: a package that may be absent must not be looked for when types are checked.
const PACKAGE: string = 'onnxruntime-node';

/**
 * Opens an ONNX file with onnxruntime-node on one thread.
 *
 * @throws LoamError `package-missing` when that is not installed, `model-file-invalid` when it does not take the file
 */
export async function openOnnxModel(file: string): Promise<OnnxModel> {
  const { InferenceSession, Tensor } = await loadRuntime(file);
  const session = await InferenceSession.create(file, { intraOpNumThreads: 1, interOpNumThreads: 1 }).catch(
    (cause: unknown) => {
      throw new LoamError('model-file-invalid', { file, problem: 'is no model that ONNX Runtime takes' }, { cause });
    },
  );
  const [outputName = ''] = session.outputNames;
  return {
    inputNames: session.inputNames,
    async run(inputs, rows) {
      const feeds = Object.fromEntries(
        Object.entries(inputs).map(([name, data]) => [name, new Tensor('int64', data, [rows, data.length / rows])]),
      );
      const output = (await session.run(feeds))[outputName];
      if (!output) throw new LoamError('model-file-invalid', { file, problem: 'gives no output' });
      return output;
    },
  };
}

// Beside Loam, or above the model's folder: so it can be installed without touching Loam.
async function loadRuntime(file: string): Promise<Runtime> {
  const errors: unknown[] = [];
  for (const resolve of [() => PACKAGE, () => pathToFileURL(createRequire(file).resolve(PACKAGE)).href]) {
    try {
      const loaded = (await import(resolve())) as Runtime & { readonly default?: Runtime };
      return loaded.default ?? loaded;
    } catch (error) {
      errors.push(error);
    }
  }
  const cause = new AggregateError(errors, `${PACKAGE} could not be loaded`);
  throw new LoamError('package-missing', { package: PACKAGE, purpose: 'models in ONNX files' }, { cause });
}
