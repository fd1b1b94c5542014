// Exports a network in a chosen format.

import type { Dataset } from '../../data/dataset.ts'
import type { TransformNumbers } from '../../data/transform.ts'
import type { FitResult } from '../../train/result.ts'
import type { ExportName } from '../protocol.ts'

export type ModelFormat = Extract<ExportName, 'model' | 'onnx' | 'tfjs'>

/** The end of the file's name, and its bytes. A page that exports no network loads none of the formats. */
export async function modelFile(
  format: ModelFormat,
  fitted: FitResult,
  { train, transforms }: { readonly train: Dataset; readonly transforms: readonly TransformNumbers[] },
): Promise<{ end: string; bytes: Uint8Array<ArrayBuffer> }> {
  const { modelOf } = await import('../../formats/fitted.ts')
  const model = modelOf(fitted, { data: train, transforms })
  switch (format) {
    case 'model': {
      const { toSafetensors } = await import('../../formats/safetensors/model.ts')
      return { end: 'safetensors', bytes: Uint8Array.from(toSafetensors(model)) }
    }
    case 'onnx': {
      const { toOnnx } = await import('../../formats/onnx/write.ts')
      return { end: 'onnx', bytes: Uint8Array.from(toOnnx(model)) }
    }
    case 'tfjs': {
      const [{ toTfjsFiles }, { zipSync }] = await Promise.all([import('../../formats/tfjs/files.ts'), import('fflate')])
      return { end: 'tfjs.zip', bytes: Uint8Array.from(zipSync(toTfjsFiles(model))) }
    }
  }
}
