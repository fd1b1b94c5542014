// Settings of members and places of layers as the bytes of structs in WGSL.

import { TASKS } from '../../core/abi.ts'
import { at } from '../../core/at.ts'
import { lastAxis } from '../../core/layers/kind.ts'
import { outputSizeOf, type TensorLayout } from '../../core/layout.ts'
import { LOSSES, type Loss, taskOf } from '../../core/losses.ts'
import { isUndecayed, needsWholeGradient, OPTIMIZERS, type Optimizer, ownSlotCount } from '../../core/optimizers.ts'
import type { Member, Population, Topology } from '../../core/population.ts'
import { shapesSource } from './kernels.ts'
import { settingsOf } from './kinds.ts'
import { isSecond, type Plan } from './plan.ts'

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
function fieldsOf(struct: string): { fields: { name: string; type: string }[]; bytes: number } {
  const body = new RegExp(`struct ${struct} \\{([^}]*)\\}`).exec(shapesSource)?.[1]
  if (body === undefined) throw new Error(`shapes.wgsl has no struct ${struct}`)
  const fields = [...body.matchAll(/^\s*(?:@align\(16\) )?(\w+): (u32|f32),/gm)].map(([, name = '', type = '']) => ({ name, type }))
  const align = body.includes('@align(16)') ? 16 : 4
  return { fields, bytes: Math.ceil((fields.length * 4) / align) * align }
}

/** Writes structs one after another, `stride` bytes apart (their own size by default). Fields left out are 0. */
function structs(name: string, values: readonly Fields[], stride?: number): ArrayBuffer {
  const { fields: declared, bytes: size } = fieldsOf(name)
  const step = stride ?? size
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

export const isPenalized = (member: Member): boolean =>
  member.layers.some((layer) => {
    const own = layer.type === 'bidirectional' ? layer.layer : layer
    return 'l1' in own && (own.l1 > 0 || own.l2 > 0)
  })

/** Bit t: weight decay takes nothing off the first, the second tensor of a layer. */
function undecayedOf(optimizer: Optimizer, type: string, tensors: readonly TensorLayout[]): number {
  return tensors.reduce((bits, { name }) => {
    const excluded = isUndecayed(optimizer, type, name)
    return excluded ? bits | (isSecond(name) ? 2 : 1) : bits
  }, 0)
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
export function tablesOf({ topology, members }: Population, { layout, extras }: Plan, sampleWeights: number): Tables {
  const classWeights: number[] = []
  const memberFields = members.map((member): Fields => {
    const { optimizer } = member
    const place = member.classWeights === undefined ? NONE : sampleWeights + classWeights.length
    classWeights.push(...(member.classWeights ?? []))
    return {
      seed: member.seed,
      shuffle: Number(member.shuffle),
      clip: Number(member.dialect === 'keras2.2'),
      optimizer: OPTIMIZERS[optimizer.name].code,
      nesterov: Number(optimizer.nesterov),
      epsilonInsideRoot: Number(optimizer.epsilonInsideRoot),
      classWeights: place,
      slots: ownSlotCount(optimizer),
      whole: Number(needsWholeGradient(optimizer)),
      centered: Number(optimizer.centered),
      amsgrad: Number(optimizer.amsgrad),
      gathered: optimizer.gradientAccumulationSteps,
      share: 1 / optimizer.gradientAccumulationSteps,
      clipValue: optimizer.clipValue,
      clipNorm: optimizer.clipNorm,
      globalClipNorm: optimizer.globalClipNorm,
      epsilon1: optimizer.epsilon1,
      epsilon2: optimizer.epsilon2,
      clipThreshold: optimizer.clipThreshold,
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
  const memberLayers = members.flatMap((member) => {
    const penaltiesOf = (l: number): Fields => {
      const { l1 = 0, l2 = 0 } = settingsOf(member, l, topology)
      // A frozen layer's penalty is not in the loss.
      return layout.layers[l]?.tensors.some(({ trained }) => trained) === true ? { l1, l2 } : { l1: 0, l2: 0 }
    }
    return [
      ...layout.layers.map(({ layer, tensors }, l): Fields => {
        return { ...settingsOf(member, l, topology), ...penaltiesOf(l), undecayed: undecayedOf(member.optimizer, layer.type, tensors) }
      }),
      ...extras.map(({ layer: l, tensor }): Fields => {
        const { layer, tensors } = at(layout.layers, l)
        const own = at(tensors, tensor)
        const excluded = isUndecayed(member.optimizer, layer.type, own.name)
        return { ...(own.name.endsWith('recurrentKernel') || own.name.endsWith('bias') ? {} : penaltiesOf(l)), undecayed: Number(excluded) }
      }),
    ]
  })
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

/**
 * Where things lie: of the general kernels' plan, or another's.
 * @param more where the second half of `scalars` begins
 */
export function placesOf(topology: Topology, plan: Plan, more: number): Places {
  const first = lastAxis(topology.inputShape)
  // The tensors of a recurrent layer are the entries that follow.
  const ofLayers = plan.layers.map(
    ({ type: _, window, ...fields }): Fields => ({ ...fields, ...window, ...(fields.ways > 0 ? { rows: 0 } : {}) }),
  )
  const layerFields = [...ofLayers, ...plan.extras.map(({ fields }) => fields)]
  const ways = plan.ways.flat().sort((a, b) => a.place - b.place)
  const wayFields = ways.map(({ type: _, window, opens: _opens, closes: _closes, ...fields }): Fields => ({ ...fields, ...window }))
  const shape: Fields = {
    layers: layerFields.length,
    last: plan.layers.length - 1,
    parameters4: plan.parameters4,
    state4: plan.state4,
    scratch4: plan.scratch4,
    inputs: first.width,
    positions: first.positions,
    gradients: plan.gradients,
    lengths: plan.lengths,
    more,
    inputs4: plan.inputs4,
    outputs: outputSizeOf(topology),
    batch: topology.batchSize,
  }
  return {
    shape: structs('Shape', [shape]),
    layerTable: structs('Layer', [...layerFields, ...Array.from({ length: MAX_LAYERS - layerFields.length }, () => ({}))]),
    layers: structs('Layer', wayFields, UNIFORM_STRIDE),
  }
}

/** Batches, UNIFORM_STRIDE apart. */
export const stepUniforms = (steps: readonly Fields[]): ArrayBuffer => structs('Step', steps, UNIFORM_STRIDE)
