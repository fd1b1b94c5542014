import { TASKS } from '../../core/abi.ts'
import { ACTIVATION_KERNELS, type ActivationKernel } from '../../core/activations.ts'
import { inputSizeOf, outputSizeOf } from '../../core/layout.ts'
import { LOSSES, type Loss, takesSums, taskOf } from '../../core/losses.ts'
import { OPTIMIZERS, slotCount } from '../../core/optimizers.ts'
import type { Member, Population, Topology } from '../../core/population.ts'
import { shapesSource } from './kernels.ts'
import type { Plan } from './plan.ts'
import { denseLayersOf } from './support.ts'

/** The structs of shaders/lib/shapes.wgsl as bytes; their layouts are read off the WGSL. */

/** Uniforms bound with a moving offset stand this far apart: WebGPU's own minimum alignment. */
export const UNIFORM_STRIDE = 256
/** As shaders/lib/bindings.wgsl's layerTable. */
export const MAX_LAYERS = 64
const NONE = 0xffffffff

export type Fields = Readonly<Record<string, number>>

/**
 * Every struct there holds scalars of 4 bytes alone, so a field's place is its number. (wgsl_reflect 1.6 and webgpu-utils 2 do not load in
 * Node 20, and webgpu-utils 1 needs WebGPU's globals, which npm `webgpu` does not set.)
 */
function fieldsOf(struct: string): { name: string; type: string }[] {
  const body = new RegExp(`struct ${struct} \\{([^}]*)\\}`).exec(shapesSource)?.[1]
  if (body === undefined) throw new Error(`shapes.wgsl has no struct ${struct}`)
  return [...body.matchAll(/^\s*(\w+): (u32|f32),/gm)].map(([, name = '', type = '']) => ({ name, type }))
}

/** Writes structs one after another, `stride` bytes apart (their own size unless said). Fields left out are 0. */
function structs(name: string, values: readonly Fields[], stride?: number): ArrayBuffer {
  const declared = fieldsOf(name)
  const step = stride ?? declared.length * 4
  const bytes = new DataView(new ArrayBuffer(step * Math.max(1, values.length)))
  declared.forEach((field, place) => {
    values.forEach((fields, i) => {
      const value = fields[field.name] ?? 0
      if (field.type === 'f32') bytes.setFloat32(i * step + place * 4, value, true)
      else bytes.setUint32(i * step + place * 4, value, true)
    })
  })
  return bytes.buffer
}

interface Tables {
  readonly members: ArrayBuffer
  readonly memberLayers: ArrayBuffer
  /** The class weights of all members, where `members` says. */
  readonly classWeights: Float32Array
  readonly penalized: boolean
}

export const isPenalized = (member: Member): boolean => denseLayersOf(member).some(({ l1, l2 }) => l1 > 0 || l2 > 0)

/** Layer l's activation as the kernels know it. output_loss finishes the output layer of a cross-entropy from its sums. */
export const activationOf = (member: Member, l: number, loss: Loss): ActivationKernel => {
  const layers = denseLayersOf(member)
  const kernel = layers[l]?.activation.kernel
  const finished = l === layers.length - 1 && takesSums(loss)
  return kernel === undefined || finished ? 'linear' : kernel
}

/** What the products leave to a pass of its own, of single numbers (`cells`) or whole rows; undefined of what they apply themselves. */
export function finishedLater(kernel: ActivationKernel): 'cells' | 'rows' | undefined {
  const { code, reads } = ACTIVATION_KERNELS[kernel]
  if (code <= ACTIVATION_KERNELS.hardSigmoid.code) return undefined
  return reads === 'row' ? 'rows' : 'cells'
}

/** The overrides of shaders/lib/loss.wgsl that say a topology's loss. */
export const lossConstants = (loss: Loss): Record<string, number> => ({
  LOSS: LOSSES[loss.name].code,
  TASK: TASKS[taskOf(loss)],
  LOGITS: Number(loss.fromLogits),
  SMOOTHING: Math.fround(loss.labelSmoothing),
  LOSS_PARAMETER: Math.fround(loss.parameter),
  GAMMA: Math.fround(loss.gamma),
  BALANCED: Number(loss.applyClassBalancing),
})

/** `sampleWeights` of them come before the class weights in the buffer they share. */
export function tablesOf({ topology, members }: Population, sampleWeights: number): Tables {
  const classWeights: number[] = []
  const memberFields = members.map((member): Fields => {
    const { optimizer } = member
    const at = member.classWeights === undefined ? NONE : sampleWeights + classWeights.length
    classWeights.push(...(member.classWeights ?? []))
    return {
      seed: member.seed,
      shuffle: Number(member.shuffle),
      clip: Number(member.dialect === 'keras2.2'),
      optimizer: OPTIMIZERS[optimizer.name].code,
      nesterov: Number(optimizer.nesterov),
      epsilonInsideRoot: Number(optimizer.epsilonInsideRoot),
      classWeights: at,
      slots: slotCount(optimizer),
      momentum: optimizer.momentum,
      rho: optimizer.rho,
      restOfRho: 1 - optimizer.rho,
      beta1: optimizer.beta1,
      restOfBeta1: 1 - optimizer.beta1,
      beta2: optimizer.beta2,
      restOfBeta2: 1 - optimizer.beta2,
      epsilon: optimizer.epsilon,
    }
  })
  const memberLayers = members.flatMap((member) =>
    denseLayersOf(member).map(
      ({ activation, l1, l2, dropout }, l): Fields => ({
        activation: ACTIVATION_KERNELS[activationOf(member, l, topology.loss)].code,
        parameter: activation.numbers[0],
        second: activation.numbers[1],
        third: activation.numbers[2],
        l1,
        l2,
        keep: 1 - dropout,
        threshold: Math.floor(dropout * 2 ** 32),
      }),
    ),
  )
  return {
    members: structs('Member', memberFields),
    memberLayers: structs('MemberLayer', memberLayers),
    classWeights: Float32Array.from(classWeights),
    penalized: members.some(isPenalized),
  }
}

interface Places {
  readonly shape: ArrayBuffer
  /** Packed, for `layerTable`. */
  readonly layerTable: ArrayBuffer
  /** UNIFORM_STRIDE apart, for `layer`. */
  readonly layers: ArrayBuffer
}

/** Where things lie: of the general kernels' plan, or another's. */
export function placesOf(topology: Topology, plan: Plan): Places {
  const layerFields = plan.layers.map((layer): Fields => ({ ...layer }))
  const shape: Fields = {
    layers: plan.layers.length,
    parameters4: plan.parameters4,
    state4: plan.state4,
    scratch4: plan.scratch4,
    inputs: inputSizeOf(topology),
    inputs4: plan.inputs4,
    outputs: outputSizeOf(topology),
    batch: topology.batchSize,
  }
  return {
    shape: structs('Shape', [shape]),
    layerTable: structs('Layer', [...layerFields, ...Array.from({ length: MAX_LAYERS - layerFields.length }, () => ({}))]),
    layers: structs('Layer', layerFields, UNIFORM_STRIDE),
  }
}

/** Batches, UNIFORM_STRIDE apart. */
export const stepUniforms = (steps: readonly Fields[]): ArrayBuffer => structs('Step', steps, UNIFORM_STRIDE)
