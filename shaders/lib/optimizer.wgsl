// The optimizers: src/core/optimizers.ts has the formulas. `scalars` are the step's numbers of the member, computed in float64 outside:
// rate (bias corrections included), nadam's factors of the gradient, of the first moment, of the second; for adamw the first factor is
// what weight decay leaves. `at` is a parameter in `state`; its slots are at `slots` and `slots` + parameters4 by the kernel's `slot` and
// `set_slot`.

// ANY_OPTIMIZER, or the only one a pipeline knows: on a software adapter there is one pipeline an optimizer, which leaves the members of
// others alone, for SwiftShader executes every case of a switch on members' own numbers (290 in place of 100 ms of processor time a step of
// 784-512-128-32-10). On a device it is always the same pipeline for a member, so always the same bits.
override OPTIMIZER: u32 = 255u;
const ANY_OPTIMIZER: u32 = 255u;

// Whether the members of the pipeline need the gradient of the whole network first (lib/whole.wgsl), as all do that use what optimizers got after 0.1.0.
override WHOLE: bool = false;

fn root(a: vec4f, member: Member) -> vec4f {
  if (member.epsilonInsideRoot != 0u) { return sqrt(a + member.epsilon); }
  return sqrt(a) + member.epsilon;
}

// Of an rmsprop with momentum, or centered, or both. Slots: mean square `a`, then momentum, then mean.
fn extended_change(a: vec4f, slots: u32, g: vec4f, member: Member, rate: f32) -> vec4f {
  let pushed = member.momentum > 0.0;
  let other = slots + shape.parameters4;
  var spread = a;
  if (member.centered != 0u) {
    let place = select(other, other + shape.parameters4, pushed);
    let mean = member.rho * slot(place) + member.restOfRho * g;
    set_slot(place, mean);
    spread -= mean * mean;
  }
  var change = rate * g / root(spread, member);
  if (pushed) {
    change += member.momentum * slot(other);
    set_slot(other, change);
  }
  return change;
}

fn optimize(at: u32, slots: u32, g: vec4f, member: Member, scalars: vec4f) {
  let other = slots + shape.parameters4;
  let w = state[at];
  let rate = scalars.x;
  let kind = select(OPTIMIZER, member.optimizer, OPTIMIZER == ANY_OPTIMIZER);
  switch (kind) {
    case OPTIMIZER_SGD: {
      if (member.slots == 0u) {
        state[at] = w - rate * g;
      } else {
        let velocity = member.momentum * slot(slots) - rate * g;
        set_slot(slots, velocity);
        state[at] = w + select(velocity, member.momentum * velocity - rate * g, member.nesterov != 0u);
      }
    }
    case OPTIMIZER_RMSPROP: {
      let a = member.rho * slot(slots) + member.restOfRho * g * g;
      set_slot(slots, a);
      if (WHOLE) {
        state[at] = w - extended_change(a, slots, g, member, rate);
      } else {
        state[at] = w - rate * g / root(a, member);
      }
    }
    case OPTIMIZER_ADAGRAD: {
      let a = slot(slots) + g * g;
      set_slot(slots, a);
      state[at] = w - rate * g / root(a, member);
    }
    case OPTIMIZER_ADADELTA: {
      let a = member.rho * slot(slots) + member.restOfRho * g * g;
      let d = slot(other);
      let change = g * sqrt(d + member.epsilon) / sqrt(a + member.epsilon);
      set_slot(slots, a);
      set_slot(other, member.rho * d + member.restOfRho * change * change);
      state[at] = w - rate * change;
    }
    case OPTIMIZER_ADAMAX: {
      let first = member.beta1 * slot(slots) + member.restOfBeta1 * g;
      let largest = max(abs(g), member.beta2 * slot(other));
      set_slot(slots, first);
      set_slot(other, largest);
      state[at] = w - rate * first / (largest + member.epsilon);
    }
    case OPTIMIZER_LION: {
      if (WHOLE) {
        let first = slot(slots);
        set_slot(slots, member.beta2 * first + member.restOfBeta2 * g);
        state[at] = w - rate * sign(member.beta1 * first + member.restOfBeta1 * g);
      }
    }
    case OPTIMIZER_ADAM, OPTIMIZER_ADAMW, OPTIMIZER_NADAM, default: {
      let first = member.beta1 * slot(slots) + member.restOfBeta1 * g;
      let square = member.beta2 * slot(other) + member.restOfBeta2 * g * g;
      set_slot(slots, first);
      set_slot(other, square);
      if (kind == OPTIMIZER_NADAM) {
        state[at] = w - rate * (scalars.y * g + scalars.z * first) / (sqrt(square * scalars.w) + member.epsilon);
      } else {
        var largest = square;
        if (WHOLE) {
          if (member.amsgrad != 0u) {
            largest = max(square, slot(other + shape.parameters4));
            set_slot(other + shape.parameters4, largest);
          }
        }
        state[at] = w * scalars.y - rate * first / (sqrt(largest) + member.epsilon);
      }
    }
  }
}
