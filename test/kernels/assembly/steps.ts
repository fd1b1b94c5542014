// What assembly/update.ts makes of an optimizer's settings before every step, for test/kernels/steps.test.ts.

import { add_member, begin, lay_out, member, numbers, set_layer } from '../../../assembly/memory'
import { set_learning_rate } from '../../../assembly/settings'
import { start_update } from '../../../assembly/update'

export { product1, product2, product3, set_optimizer } from '../../../assembly/settings'

/** One member, of one weight. */
export function open_one(rate: f64): void {
  begin(1, 1, 0, false, false)
  set_layer(0, 0, 1, 1, 1, 1, 1, false, false, true, false)
  lay_out(1, 1, 1, false)
  add_member(0)
  set_learning_rate(0, rate)
}

/** A step forward. */
export function advance(): void { start_update(member(0)) }

export function rate(): f32 { return numbers.rate }
export function decayed(): f32 { return numbers.decayed }
export function gradient_factor(): f32 { return numbers.gradientFactor }
export function moment_factor(): f32 { return numbers.momentFactor }
export function second_factor(): f32 { return numbers.secondFactor }
