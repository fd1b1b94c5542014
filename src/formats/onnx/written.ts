// What the writers of kinds build: the nodes of a graph, and what each writer is given.

import type { LayerType } from '../../core/layers/index.ts'
import type { LayerLayout } from '../../core/layout.ts'
import type { MemberLayer, TopologyLayer } from '../../core/population.ts'
import type { Tensor } from '../safetensors/tensors.ts'
import type { Attributes, PlannedNode } from './plan.ts'

/** Builds the nodes of a graph; each operation returns the name of what it gives. */
export class Nodes {
  readonly nodes: PlannedNode[] = []
  readonly constants = new Map<string, Tensor>()

  op(operator: string, inputs: readonly string[], attributes: Attributes = {}): string {
    const output = `${operator}_${this.nodes.length}`
    this.nodes.push({ operator, inputs, output, attributes })
    return output
  }

  /** A constant of this graph's own. */
  number(value: number): string {
    const name = `number.${value}`
    this.constants.set(name, { shape: [], data: Float32Array.of(value) })
    return name
  }

  /** Numbers from 0, each one more than the one before. */
  counted(count: number): string {
    const name = `counted.${count}`
    this.constants.set(name, { shape: [count], data: Float32Array.from({ length: count }, (_, i) => i) })
    return name
  }

  zeros(count: number): string {
    const name = `zeros.${count}`
    this.constants.set(name, { shape: [count], data: new Float32Array(count) })
    return name
  }

  shape(values: readonly number[]): string {
    return this.op('Constant', [], { value_ints: values })
  }

  /** Columns first … last - 1, counted along `axis`. */
  slice(x: string, axis: number, first: number, last: number): string {
    return this.op('Slice', [x, this.shape([first]), this.shape([last]), this.shape([axis])])
  }

  sum(x: string, axis: number): string {
    return this.op('ReduceSum', [x, this.shape([axis])], { keepdims: 1 })
  }
}

/** What an entry of the table is given. */
export interface ToWrite<K extends LayerType> {
  readonly layer: Extract<TopologyLayer, { readonly type: K }>
  readonly own: Extract<MemberLayer, { readonly type: K }>
  readonly layout: LayerLayout
  readonly graph: Nodes
  /** The names of what it reads. */
  readonly x: string
  readonly all: readonly string[]
  /** The tokens that mask its steps, (rows, steps), where they are masked. */
  readonly tokens: string | undefined
  /** The name of one of its weights, by core's name. */
  readonly weight: (name: string) => string
  readonly where: string
}
