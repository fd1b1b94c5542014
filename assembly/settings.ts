// Small accessors of the ABI: a member's numbers in, its sums and state out.

import { FULL } from './full'
import { layer, layerCount, lossTask, member, memberGates, memberLayer, order, stepLosses, transfer } from './memory'
import { Task } from './generated/names'
import { power } from './power'
import { small } from './small'
import { Rows } from './structures'

export function set_member_layer(
  number: i32,
  l: i32,
  activation: i32,
  reads: i32,
  a: f32,
  b: f32,
  c: f32,
  l1: f32,
  l2: f32,
  dropout: f64,
  momentum: f32,
  epsilon: f32,
  undecayed: u32,
): void {
  const own = memberLayer(member(number), l)
  own.activation = activation
  own.reads = reads
  own.a = a
  own.b = b
  own.c = c
  own.l1 = l1
  own.l2 = l2
  own.keep = <f32>(1 - dropout)
  own.threshold = <u32>Math.floor(dropout * 4294967296.0)
  own.momentum = momentum
  own.epsilon = epsilon
  own.undecayed = undecayed
}

/** The activation of a recurrent layer's gates. */
export function set_gates(number: i32, l: i32, activation: i32, a: f32, b: f32, c: f32): void {
  if (!FULL) return
  const gates = memberGates(member(number), l)
  gates.activation = activation
  gates.a = a
  gates.b = b
  gates.c = c
}

export function set_member(number: i32, seed: u32, shuffle: bool, clip: bool, classWeights: usize): void {
  const m = member(number)
  m.seed = seed
  m.shuffle = shuffle
  m.clip = clip
  m.classWeights = classWeights
}

export function set_optimizer(
  number: i32,
  optimizer: i32,
  momentum: f64,
  nesterov: bool,
  rho: f64,
  beta1: f64,
  beta2: f64,
  epsilon: f64,
  scheduleDecay: f64,
  weightDecay: f64,
  epsilonInsideRoot: bool,
): void {
  const m = member(number)
  m.optimizer = optimizer
  m.momentum = momentum
  m.nesterov = nesterov
  m.rho = rho
  m.beta1 = beta1
  m.beta2 = beta2
  m.epsilon = epsilon
  m.scheduleBase = power(0.96, scheduleDecay)
  m.weightDecay = weightDecay
  m.epsilonInsideRoot = epsilonInsideRoot
}

/** What an optimizer does that needs the gradient of the whole network; 0 is none. */
export function set_whole(
  number: i32,
  centered: bool,
  amsgrad: bool,
  clipValue: f32,
  clipNorm: f32,
  globalClipNorm: f32,
  accumulated: i32,
  beta2Decay: f64,
  epsilon1: f32,
  epsilon2: f32,
  clipThreshold: f32,
): void {
  const m = member(number)
  m.whole = true
  m.centered = centered
  m.amsgrad = amsgrad
  m.clipValue = clipValue
  m.clipNorm = clipNorm
  m.globalClipNorm = globalClipNorm
  m.accumulated = accumulated
  m.beta2Decay = beta2Decay
  m.epsilon1 = epsilon1
  m.epsilon2 = epsilon2
  m.clipThreshold = clipThreshold
}

export function set_learning_rate(number: i32, rate: f64): void { member(number).learningRate = rate }

export function set_progress(number: i32, steps: f64, pending: i32, product1: f64, product2: f64, product3: f64): void {
  const m = member(number)
  m.steps = steps
  m.pending = pending
  m.product1 = product1
  m.product2 = product2
  m.product3 = product3
}

export function steps(number: i32): f64 { return member(number).steps }
export function pending(number: i32): i32 { return member(number).pending }
export function product1(number: i32): f64 { return member(number).product1 }
export function product2(number: i32): f64 { return member(number).product2 }
export function product3(number: i32): f64 { return member(number).product3 }
export function loss_sum(number: i32): f64 { return member(number).lossSum }
/** In rows. A whole number is divided, once: the bits do not depend on where slices ended. */
export function correct_sum(number: i32): f64 {
  const perRow = lossTask == Task.BINARY ? layer(layerCount - 1).units : 1
  return member(number).correctSum / <f64>perRow
}

export function transfer_address(): usize { return transfer }
export function step_losses_address(): usize { return stepLosses }
/** 0 unless the network is one of small.ts. */
export function parameters_address(number: i32): usize { return small ? member(number).parameters : 0 }
export function order_address(): usize { return order }
export function features_address(data: Rows): usize { return data.features }
export function targets_address(data: Rows): usize { return data.targets }
export function weights_address(data: Rows): usize { return data.weights }
export function class_of_row_address(data: Rows): usize { return data.classOfRow }
export function predictions_address(data: Rows): usize { return data.predictions }
