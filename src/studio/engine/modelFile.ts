import { encodeSafetensors, type Tensor } from '../../formats/safetensors/tensors.ts'
import type { Network } from './network.ts'

/** The network as `espalier train` saves one: safetensors, with the spec and how rows become features in its metadata. */
export function modelFile({ fitted, spec, data: { train, transforms } }: Network): Uint8Array<ArrayBuffer> {
  const tensors = new Map<string, Tensor>()
  let inputs = spec.network.inputSize
  for (const [i, { units }] of spec.network.layers.entries()) {
    const [kernel, bias] = fitted.weights[i] ?? []
    if (kernel === undefined || bias === undefined) throw new Error('a network has a kernel and a bias for each layer')
    tensors.set(`layers.${i}.kernel`, { shape: [inputs, units], data: kernel })
    tensors.set(`layers.${i}.bias`, { shape: [units], data: bias })
    inputs = units
  }
  const { task, classNames, targetNames, encoding, scale } = train
  const data = { task, classNames, targetNames, ...(encoding && { columns: encoding.features }), scale, transforms }
  const metadata = { format: 'espalier-model', version: '1', spec: JSON.stringify(spec), data: JSON.stringify(data) }
  return Uint8Array.from(encodeSafetensors({ tensors, metadata }))
}
