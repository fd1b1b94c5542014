// The optimizers: src/core/optimizers.ts has the formulas. `scalars` are the step's numbers of the member, computed in float64 outside:
// rate (bias corrections included), nadam's factors of the gradient, of the first moment, of the second; for adamw the first factor is
// what weight decay leaves. `at` is a parameter; its slots lie parameters4 and 2 parameters4 further.

// ANY_OPTIMIZER, or the only one a pipeline knows: on a software adapter there is one pipeline an optimizer, which leaves the members of
// others alone, for SwiftShader executes every case of a switch on members' own numbers (290 in place of 100 ms of processor time a step of
// 784-512-128-32-10). On a device it is always the same pipeline for a member, so always the same bits.
override OPTIMIZER: u32 = 255u;
const ANY_OPTIMIZER: u32 = 255u;

fn root(a: vec4f, member: Member) -> vec4f {
  if (member.epsilonInsideRoot != 0u) { return sqrt(a + member.epsilon); }
  return sqrt(a) + member.epsilon;
}

fn optimize(at: u32, g: vec4f, member: Member, scalars: vec4f) {
  let slot = at + shape.parameters4;
  let second = slot + shape.parameters4;
  let w = state[at];
  let rate = scalars.x;
  let kind = select(OPTIMIZER, member.optimizer, OPTIMIZER == ANY_OPTIMIZER);
  switch (kind) {
    case 0u: {
      if (member.slots == 0u) {
        state[at] = w - rate * g;
      } else {
        let velocity = member.momentum * state[slot] - rate * g;
        state[slot] = velocity;
        state[at] = w + select(velocity, member.momentum * velocity - rate * g, member.nesterov != 0u);
      }
    }
    case 1u: {
      let a = member.rho * state[slot] + member.restOfRho * g * g;
      state[slot] = a;
      state[at] = w - rate * g / root(a, member);
    }
    case 2u: {
      let a = state[slot] + g * g;
      state[slot] = a;
      state[at] = w - rate * g / root(a, member);
    }
    case 3u: {
      let a = member.rho * state[slot] + member.restOfRho * g * g;
      let d = state[second];
      let change = g * sqrt(d + member.epsilon) / sqrt(a + member.epsilon);
      state[slot] = a;
      state[second] = member.rho * d + member.restOfRho * change * change;
      state[at] = w - rate * change;
    }
    case 5u: {
      let first = member.beta1 * state[slot] + member.restOfBeta1 * g;
      let largest = max(abs(g), member.beta2 * state[second]);
      state[slot] = first;
      state[second] = largest;
      state[at] = w - rate * first / (largest + member.epsilon);
    }
    default: {
      let first = member.beta1 * state[slot] + member.restOfBeta1 * g;
      let square = member.beta2 * state[second] + member.restOfBeta2 * g * g;
      state[slot] = first;
      state[second] = square;
      if (kind == 6u) {
        state[at] = w - rate * (scalars.y * g + scalars.z * first) / (sqrt(square * scalars.w) + member.epsilon);
      } else {
        state[at] = w * scalars.y - rate * first / (sqrt(square) + member.epsilon);
      }
    }
  }
}
