import type { FitResult } from 'espalier'
import { modelOf, toOnnx, toSafetensors } from 'espalier/formats'
import type { Prepared } from './data.ts'

/** The network as a file; the scaling of rows goes along, so that whoever loads it feeds it raw rows. */
export function save(result: FitResult, { all, transform }: Prepared, format: 'onnx' | 'safetensors'): void {
  const model = modelOf(result, { data: all, transforms: [transform] })
  const bytes = format === 'onnx' ? toOnnx(model) : toSafetensors(model)
  const link = document.createElement('a')
  link.href = URL.createObjectURL(new Blob([bytes]))
  link.download = `network.${format}`
  link.click()
  URL.revokeObjectURL(link.href)
}
