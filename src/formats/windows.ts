// Layers with windows, and those that put numbers elsewhere, as a spec that resolves to them.

import type { Activation, ActivationSpec } from '../core/activations.ts'
import type { Initializer, InitializerSpec } from '../core/initializers.ts'
import type { ZeroPadding2dShape } from '../core/layers/arrange.ts'
import type { LayerSpec } from '../core/layers/index.ts'
import type { Window } from '../core/layers/window.ts'
import type { MemberLayer, TopologyLayer } from '../core/population.ts'

/** How parts of a layer become a spec. */
export interface Writers {
  readonly activation: (given: Activation) => ActivationSpec
  readonly initializer: (given: Initializer) => InitializerSpec
}

const windowOf = ({ strides, padding }: Window) => ({ strides: [...strides], padding })
const kernelOf = (window: Window) => ({ kernelSize: [...window.size], ...windowOf(window), dilationRate: [...window.dilation] })

const sidesOf = ([[above, below], [left, right]]: ZeroPadding2dShape['sides']): [[number, number], [number, number]] => [
  [above, below],
  [left, right],
]

/** The halves of a layer as one; undefined for a kind without windows. */
export function windowSpec(layer: TopologyLayer, own: MemberLayer, to: Writers): LayerSpec | undefined {
  switch (own.type) {
    case 'conv1d':
    case 'conv2d': {
      if (layer.type !== own.type) return undefined
      const { filters, useBias, trainable } = layer
      const { type, activation, initializer, biasInitializer, l1, l2 } = own
      const fields = { filters, ...kernelOf(layer), useBias, trainable, activation: to.activation(activation), l1, l2 }
      return { type, ...fields, initializer: to.initializer(initializer), biasInitializer: to.initializer(biasInitializer) }
    }
    case 'depthwiseConv2d': {
      if (layer.type !== own.type) return undefined
      const { depthMultiplier, useBias, trainable } = layer
      const { type, activation, initializer, biasInitializer } = own
      const fields = { ...kernelOf(layer), depthMultiplier, useBias, trainable, activation: to.activation(activation) }
      return { type, ...fields, initializer: to.initializer(initializer), biasInitializer: to.initializer(biasInitializer) }
    }
    case 'separableConv2d': {
      if (layer.type !== own.type) return undefined
      const { filters, depthMultiplier, useBias, trainable } = layer
      const { type, activation, depthwiseInitializer, pointwiseInitializer, biasInitializer } = own
      return {
        ...{ type, filters, ...kernelOf(layer), depthMultiplier, useBias, trainable, activation: to.activation(activation) },
        depthwiseInitializer: to.initializer(depthwiseInitializer),
        pointwiseInitializer: to.initializer(pointwiseInitializer),
        biasInitializer: to.initializer(biasInitializer),
      }
    }
    case 'maxPooling1d':
    case 'maxPooling2d':
    case 'averagePooling1d':
    case 'averagePooling2d':
      return layer.type === own.type ? { type: own.type, poolSize: [...layer.size], ...windowOf(layer) } : undefined
    case 'globalMaxPooling1d':
    case 'globalMaxPooling2d':
    case 'globalAveragePooling1d':
    case 'globalAveragePooling2d':
      return { type: own.type }
    case 'reshape':
      return layer.type === own.type ? { type: own.type, targetShape: [...layer.targetShape] } : undefined
    case 'zeroPadding2d':
      return layer.type === own.type ? { type: own.type, padding: sidesOf(layer.sides) } : undefined
    case 'cropping2d':
      return layer.type === own.type ? { type: own.type, cropping: sidesOf(layer.sides) } : undefined
    case 'randomFlip':
      return { type: own.type, mode: own.mode }
    case 'randomTranslation':
    case 'randomRotation':
    case 'randomZoom':
      return { ...own }
    case 'randomCrop':
      return layer.type === own.type ? { type: own.type, height: layer.height, width: layer.width } : undefined
    case 'upSampling2d':
      return layer.type === own.type ? { type: own.type, size: [...layer.size] } : undefined
    default:
      return undefined
  }
}
