// The types of what the modules export; assembly/index.ts is the list.

/** What assembly/initial.ts exports. Addresses are bytes into `memory`. */
export interface InitialExports {
  readonly memory: WebAssembly.Memory
  allocate(bytes: number): number
  mark(): number
  release(end: number): void
  // Initial weights, elements first … last - 1 of what starts at `to`.
  fill_constant(to: number, count: number, value: number): void
  fill_uniform(to: number, first: number, last: number, low: number, high: number, seed: number, stream: number): void
  fill_normal(to: number, first: number, last: number, mean: number, stddev: number, seed: number, stream: number): void
  fill_truncated_normal(to: number, first: number, last: number, mean: number, stddev: number, seed: number, stream: number): void
  orthogonal_scratch(rows: number, columns: number): number
  orthogonal_reflection(k: number, rows: number, columns: number, seed: number, stream: number, scratch: number): void
  orthogonal_strip(first: number, to: number, rows: number, columns: number, gain: number, scratch: number): void
}

/** The ABI of the whole module: what assembly/index.ts exports. A `Rows` is the address of a data set. */
export interface Exports extends InitialExports {
  // Laying a session out, in this order.
  begin(layers: number, batchSize: number, loss: number, plain: boolean, special: boolean): void
  set_loss(
    task: number,
    targetsPerRow: number,
    takesSums: boolean,
    fromLogits: boolean,
    labelSmoothing: number,
    parameter: number,
    gamma: number,
    balanced: boolean,
  ): void
  set_layer(
    layer: number,
    kind: number,
    inputs: number,
    inputPositions: number,
    units: number,
    positions: number,
    rows: number,
    bias: boolean,
    scale: boolean,
    trained: boolean,
    keepsSums: boolean,
  ): void
  set_recurrence(
    layer: number,
    cell: number,
    units: number,
    resetAfter: boolean,
    backwards: boolean,
    both: boolean,
    merge: number,
    sequences: boolean,
  ): void
  set_mask(layer: number, embedding: number): void
  /** Of kinds with windows, after `set_layer`; sizes down, then across. Only the full builds keep them. */
  set_window(
    layer: number,
    columns: number,
    outColumns: number,
    height: number,
    width: number,
    strideY: number,
    strideX: number,
    dilationY: number,
    dilationX: number,
    top: number,
    left: number,
  ): void
  lay_out(members: number, evaluationRows: number, trainRows: number, whole: boolean): void
  add_rows(
    rows: number,
    inputSize: number,
    featureBytes: 1 | 4,
    scale: number,
    classes: boolean,
    weighted: boolean,
    classified: boolean,
  ): number
  add_predictions(rows: number): void
  add_member(slots: number): number
  set_member(member: number, seed: number, shuffle: boolean, clip: boolean, classWeights: number): void
  /** What a layer reads, where that is not the one before it; -1 is the network's inputs. */
  set_sources(layer: number, count: number): void
  set_source(layer: number, index: number, from: number): void
  /** Of a layer normalization. */
  set_groups(layer: number, groups: number, matrices: number): void
  set_member_layer(
    member: number,
    layer: number,
    activation: number,
    reads: number,
    a: number,
    b: number,
    c: number,
    l1: number,
    l2: number,
    dropout: number,
    momentum: number,
    epsilon: number,
    undecayed: number,
  ): void
  set_gates(member: number, layer: number, activation: number, a: number, b: number, c: number): void
  set_optimizer(
    member: number,
    optimizer: number,
    momentum: number,
    nesterov: boolean,
    rho: number,
    beta1: number,
    beta2: number,
    epsilon: number,
    scheduleDecay: number,
    weightDecay: number,
    epsilonInsideRoot: boolean,
  ): void
  set_whole(
    member: number,
    centered: boolean,
    amsgrad: boolean,
    clipValue: number,
    clipNorm: number,
    globalClipNorm: number,
    accumulated: number,
    beta2Decay: number,
    epsilon1: number,
    epsilon2: number,
    clipThreshold: number,
  ): void
  // Running it.
  set_learning_rate(member: number, rate: number): void
  start_epoch(member: number, rows: number, epoch: number): void
  /** 0 when a loss was not finite. */
  train(member: number, rows: number, epoch: number, firstStep: number, lastStep: number): number
  /** The end of a step of kernels that are made; 0 when its loss was not finite. */
  end_step(member: number, step: number, rows: number, weighted: number, right: number, gradients: number): number
  evaluate(member: number, rows: number, first: number, last: number): void
  predict(member: number, rows: number, count: number): void
  penalties(member: number): number
  loss_sum(member: number): number
  correct_sum(member: number): number
  // State.
  read_parameters(member: number, slot: number): void
  write_parameters(member: number, slot: number): void
  read_states(member: number): void
  write_states(member: number): void
  steps(member: number): number
  pending(member: number): number
  product1(member: number): number
  product2(member: number): number
  product3(member: number): number
  set_progress(member: number, steps: number, pending: number, product1: number, product2: number, product3: number): void
  // Where things are.
  transfer_address(): number
  step_losses_address(): number
  /** 0 unless the network is small (assembly/small.ts). */
  parameters_address(member: number): number
  order_address(): number
  features_address(rows: number): number
  targets_address(rows: number): number
  weights_address(rows: number): number
  class_of_row_address(rows: number): number
  predictions_address(rows: number): number
}

/** What lays a network and its members out by numbers alone. */
type Setting =
  | 'begin'
  | 'set_loss'
  | 'set_layer'
  | 'set_recurrence'
  | 'set_mask'
  | 'set_window'
  | 'set_sources'
  | 'set_source'
  | 'set_groups'
  | 'set_member_layer'
  | 'set_gates'
  | 'set_optimizer'
  | 'set_whole'

/** A call of the module as data: its name, then its numbers. */
export type ModuleCall = { [S in Setting]: readonly [S, ...Parameters<Exports[S]>] }[Setting]
