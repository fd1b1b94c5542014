import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { KINDS } from '../../src/backend/webgpu/kinds.ts'
import { DIRECT } from '../../src/backend/webgpu/products.ts'
import { upperCase } from '../../src/core/abi.ts'
import { ACTIVATION_KERNELS, ACTIVATIONS } from '../../src/core/activations.ts'
import { LAYER_TYPES, LAYERS } from '../../src/core/layers/index.ts'
import { LOSSES } from '../../src/core/losses.ts'
import { isLowered } from '../../src/core/lower.ts'
import { OPTIMIZERS } from '../../src/core/optimizers.ts'
import { layerCases } from '../contract/backend.ts'
import { layersCases } from '../golden/layers.ts'

/**
 * The files that a kind of layer, an activation, a loss and an optimizer touch, each with an entry for it. What the compiler checks (tables keyed by the
 * names, in src/backend/wasm/layers.ts and test/support/oracle*.ts) is not here; what is written in AssemblyScript, or for people, is.
 */

const read = (path: string): string => readFileSync(fileURLToPath(new URL(`../../${path}`, import.meta.url)), 'utf8')
const docs = read('docs/layers.md')

/** Kinds whose numbers are this package's own, or random. */
const WITHOUT_GOLDEN = [
  'glu',
  'gaussianNoise',
  'spatialDropout1d',
  'spatialDropout2d',
  ...LAYER_TYPES.filter((type) => type.startsWith('random')),
]

/** The body of a function of AssemblyScript, up to the brace that ends it. */
const functionOf = (source: string, name: string): string =>
  [...source.matchAll(new RegExp(`function ${name}\\([\\s\\S]*?\\n\\}`, 'g'))].map(([body]) => body).join()
/** The tables of kinds, of all builds and of the full ones. */
const tables = read('assembly/kinds.ts') + read('assembly/moreKinds.ts')

/** Kinds that share their files, in src/core/layers and in assembly/layers; any other has files of its own name. */
const FAMILIES: Readonly<Record<string, string>> = {
  conv1d: 'conv',
  conv2d: 'conv',
  depthwiseConv2d: 'depthwise',
  ...Object.fromEntries(LAYER_TYPES.filter((type) => /Pooling[12]d$/.test(type)).map((type) => [type, 'pooling'])),
  reshape: 'arrange',
  zeroPadding2d: 'arrange',
  cropping2d: 'arrange',
  upSampling2d: 'arrange',
  simpleRnn: 'recurrent',
  gru: 'recurrent',
  lstm: 'recurrent',
  bidirectional: 'recurrent',
  ...Object.fromEntries(LAYER_TYPES.filter((type) => type.startsWith('random')).map((type) => [type, 'augment'])),
  spatialDropout1d: 'spatialDropout',
  spatialDropout2d: 'spatialDropout',
}

/** Fields that kinds ask for. */
const GIVEN = { units: 2, filters: 2, kernelSize: 2, targetShape: [4] }

it('leaves no kernels to a kind that backends see as others', () => {
  const lowered = LAYER_TYPES.filter((type) => !isLowered(type))
  expect(lowered).toEqual(['separableConv2d'])
  for (const type of lowered) expect(docs).toContain(`| \`${type}\``)
})

describe.each(LAYER_TYPES.filter(isLowered))('the kind %s', (type) => {
  const constant = `LayerKind.${upperCase(type)}`

  it('has a file in core, one of kernels, a case in their table, and an export of its own number', () => {
    const isThere = (name: string) => existsSync(fileURLToPath(new URL(`../../${name}.ts`, import.meta.url)))
    for (const folder of ['src/core/layers', 'assembly/layers'])
      expect(
        [type, FAMILIES[type] ?? type].some((name) => isThere(`${folder}/${name}`)),
        `${folder}/${type}.ts`,
      ).toBe(true)
    expect(functionOf(tables, 'forward_(?:layer|more)')).toContain(`case ${constant}:`)
    expect(functionOf(tables, 'input_gradient_of(?:_more)?')).toContain(`case ${constant}:`)
  })

  it('updates its parameters, if it has any', () => {
    const shape = LAYERS[type].resolveShape(GIVEN)
    const tensors = LAYERS[type].tensors(shape as never, [4])
    expect(functionOf(tables, 'update_(?:layer|more)').includes(`case ${constant}:`)).toBe(tensors.length > 0)
  })

  it('has shaders that the table of WebGPU names, and a gradient there if it has parameters', () => {
    const kernels = ['generalKernels', 'betweenKernels', 'moreKernels'].map((name) => read(`src/backend/webgpu/${name}.ts`)).join('')
    const { forward, inputGradient, gradient } = KINDS[type]
    const own = typeof gradient === 'string' ? [DIRECT.update] : gradient === undefined ? [] : [gradient.kernel]
    for (const name of [forward(DIRECT).kernel, inputGradient(DIRECT).kernel, ...own]) {
      const [, file] = new RegExp(`import ${name} from '../../../(shaders/.*)'`).exec(kernels) ?? []
      expect(file, name).toBeDefined()
      expect(existsSync(fileURLToPath(new URL(`../../${file}`, import.meta.url))), file).toBe(true)
    }
    const shape = LAYERS[type].resolveShape(GIVEN)
    expect(gradient !== undefined).toBe(LAYERS[type].tensors(shape as never, [4]).length > 0)
  })

  it('is compared with the float64 oracle, with Keras where that has it, and described', () => {
    const word = type === 'batchNormalization' ? 'batch normalization' : type === 'flatten' ? 'steps' : type
    expect(layerCases.some(({ name }) => name.includes(word))).toBe(true)
    const isOfKind = ({ spec }: (typeof layersCases)[number]) => JSON.stringify(spec.network.layers).includes(`"type":"${type}"`)
    expect(layersCases.some(isOfKind) || WITHOUT_GOLDEN.includes(type), 'a golden case').toBe(true)
    expect(docs).toContain(`| \`${type}\``)
  })
})

describe.each(Object.keys(ACTIVATION_KERNELS))('the activation kernel %s', (kernel) => {
  const constant = `Activation.${upperCase(kernel)}`

  it('has a value and a derivative', () => {
    const row = ACTIVATION_KERNELS[kernel as keyof typeof ACTIVATION_KERNELS].reads === 'row'
    const source = read(row ? 'assembly/rowActivation.ts' : 'assembly/activation.ts')
    const [values, derivatives] = row ? ['activate_rows', 'differentiate_rows'] : ['(value|otherValue)', '(derivative|otherDerivative)']
    const bodies = (names: string) =>
      [...source.matchAll(new RegExp(`function ${names}\\([\\s\\S]*?\\n\\}`, 'g'))].map(([body]) => body).join()
    // linear is what is left; sparsemax's derivative is the last of the three.
    if (kernel === 'linear') return
    expect(bodies(values ?? '')).toContain(constant)
    if (kernel !== 'sparsemax') expect(bodies(derivatives ?? '')).toContain(constant)
  })

  it('has them in the shaders too: fused, or in a pass of its own', () => {
    const { code, reads } = ACTIVATION_KERNELS[kernel as keyof typeof ACTIVATION_KERNELS]
    const name = `kind == ACTIVATION_${upperCase(kernel)}`
    const activation = read('shaders/lib/activation.wgsl')
    if (kernel === 'linear') return
    if (reads === 'row') expect(activation).toContain(name)
    else if (code > ACTIVATION_KERNELS.hardSigmoid.code) expect(read('shaders/lib/other_activations.wgsl')).toContain(name)
    else for (const of of ['fn activate', 'fn derivative']) expect(activation.slice(activation.indexOf(of))).toContain(name)
  })
})

describe('names', () => {
  it.each(Object.keys(ACTIVATIONS))('the activation %s is described, and compared with Keras', (name) => {
    expect(docs).toMatch(new RegExp(`\`${name}\``))
    expect(layersCases.some(({ spec }) => JSON.stringify(spec.network.layers).includes(`"${name}"`))).toBe(true)
  })

  it.each(Object.entries(LOSSES))('the loss %s has a kernel, and is described', (name, { code }) => {
    expect(docs).toContain(`\`${name}\``)
    const constant = `Loss.${upperCase(Object.keys(LOSSES).find((other) => LOSSES[other as keyof typeof LOSSES].code === code) ?? '')}`
    expect(read('assembly/loss.ts') + read('assembly/losses.ts')).toContain(constant)
    const shader = `LOSS == ${constant.replace('Loss.', 'LOSS_')}`
    expect(read('shaders/lib/loss.wgsl') + read('shaders/lib/other_losses.wgsl')).toContain(shader)
  })

  it.each(Object.keys(OPTIMIZERS))('the optimizer %s has a kernel, and is described', (name) => {
    expect(docs).toContain(`\`${name}\``)
    expect(read('assembly/update.ts') + read('assembly/whole.ts')).toContain(`Optimizer.${upperCase(name)}`)
    expect(read('shaders/lib/optimizer.wgsl') + read('shaders/lib/whole.wgsl')).toContain(`OPTIMIZER_${upperCase(name)}`)
  })
})
