/**
 * Tensors without a network, as `safetensors.torch.save_file(net.state_dict(), …)` writes them: of each linear layer `<name>.weight`, in PyTorch
 * (units, inputs), and `<name>.bias`; called `kernel`, as Keras and Flax do, it is (inputs, units). A file keeps no order of layers: they are found
 * by the shapes that the network says, and layers of one shape by the order of their names, in which 10 comes after 9.
 */

import { InvalidDataError } from '../../core/errors.ts'
import { lastAxis } from '../../core/layers/kind.ts'
import type { Weights } from '../../core/layout.ts'
import { shapeText } from '../../core/shape.ts'
import type { TrainSpec } from '../../core/spec.ts'
import { trainSpecSchema } from '../../core/spec.ts'
import { parseSpec } from '../../core/validate.ts'
import { UnsupportedModelError } from '../errors.ts'
import { checkModel } from '../graph.ts'
import { layoutOf, type Model } from '../model.ts'
import type { Tensor } from './tensors.ts'

interface Linear {
  readonly name: string
  readonly kernel: Tensor
  /** Whether the tensor is (units, inputs). */
  readonly transposed: boolean
  readonly bias: Tensor | undefined
}

const KERNEL = /^(?:(.*)\.)?(weight|kernel)$/

/** The linear layers of a file in the order of their names. @throws UnsupportedModelError for a tensor that no linear layer has */
function linearsOf(tensors: ReadonlyMap<string, Tensor>, file: string): Linear[] {
  const used = new Set<string>()
  const linears = [...tensors].flatMap(([key, kernel]): Linear[] => {
    const [, name = '', word] = KERNEL.exec(key) ?? []
    if (word === undefined || kernel.shape.length !== 2) return []
    const bias = name === '' ? 'bias' : `${name}.bias`
    used.add(key).add(bias)
    return [{ name, kernel, transposed: word === 'weight', bias: tensors.get(bias) }]
  })
  const other = [...tensors].find(([key]) => !used.has(key))
  if (other !== undefined)
    throw new UnsupportedModelError(
      `${file}: tensor "${other[0]}" (${shapeText(other[1].shape)}) is of no linear layer, which has a weight of two dimensions and a bias: export the network as ONNX, which says how it is computed`,
    )
  return linears.toSorted((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }))
}

/** What the file holds, for who has not said the network. */
export function withoutNetwork(tensors: ReadonlyMap<string, Tensor>, file: string): UnsupportedModelError {
  const all = [...tensors].map(([key, tensor]) => `"${key}" (${shapeText(tensor.shape)})`)
  const some = `${all.slice(0, 6).join(', ')}${all.length > 6 ? `, … ${all.length} in all` : ''}`
  return new UnsupportedModelError(
    `${file}: was not written by espalier and holds tensors without the network they are of: ${some}; say it, fromSafetensors(bytes, { network: { inputSize, loss, layers } }), or export the network as ONNX`,
  )
}

/** Whether every name has its number where the others have theirs, so that numbers alone order them. */
const numbered = (names: readonly string[]): boolean => new Set(names.map((name) => name.replace(/\d+/g, '#'))).size === 1

function kernelOf({ kernel, transposed }: Linear): Float32Array {
  const [rows = 0, columns = 0] = kernel.shape
  if (!transposed) return kernel.data
  return Float32Array.from({ length: rows * columns }, (_, i) => kernel.data[(i % rows) * columns + Math.floor(i / rows)] ?? Number.NaN)
}

/**
 * The model of tensors and the network that was said.
 * @throws InvalidSpecError for a network that is none; InvalidDataError, UnsupportedModelError where the tensors are not of it
 */
export function modelOfTensors(tensors: ReadonlyMap<string, Tensor>, network: TrainSpec['network'], file: string): Model {
  const spec = parseSpec(trainSpecSchema, { network })
  const left = linearsOf(tensors, file)
  const weights: Weights = layoutOf(spec).layers.map(({ layer, input, output }, i) => {
    const inputs = lastAxis(input).width
    const units = lastAxis(output).width
    if (layer.type !== 'dense')
      throw new UnsupportedModelError(
        `${file}: network.layers[${i}] is a ${layer.type} layer; tensors without a network are read into dense layers alone`,
      )
    const fitting = left.filter(
      ({ kernel: { shape }, transposed }) => shape.join() === (transposed ? [units, inputs] : [inputs, units]).join(),
    )
    const [first] = fitting
    const wanted = `layers[${i}] of the network is ${inputs} x ${units}`
    if (first === undefined)
      throw new InvalidDataError(
        `${file}: ${wanted}, and no tensor left is of that shape; it has ${left.map(({ name, kernel }) => `"${name}" (${shapeText(kernel.shape)})`).join(', ') || 'none'}`,
      )
    if (!numbered(fitting.map(({ name }) => name)))
      throw new UnsupportedModelError(
        `${file}: ${wanted}, and so are ${fitting.map(({ name }) => `"${name}"`).join(' and ')}, whose names do not say which comes first: number them (0, 1, …), or export the network as ONNX`,
      )
    left.splice(left.indexOf(first), 1)
    const { name, bias = { shape: [units], data: new Float32Array(units) } } = first
    if (bias.data.length !== units) throw new InvalidDataError(`${file}: "${name}.bias" has ${bias.data.length} numbers; ${wanted}`)
    return [kernelOf(first), ...(layer.useBias ? [bias.data] : [])]
  })
  if (left.length > 0)
    throw new InvalidDataError(
      `${file}: has tensors of ${left.map(({ name }) => `"${name}"`).join(' and ')}, which the network has no layer for`,
    )
  const model = { spec, weights, data: { transforms: [] } }
  checkModel(model, file)
  return model
}
