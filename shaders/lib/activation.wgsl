// Activations and their derivatives from the OUTPUT; the numbers are src/core/names.ts's. Formulas as assembly/activation.ts.

const SELU_ALPHA: f32 = 1.6732632423543772;
const SELU_SCALE: f32 = 1.0507009873554805;

// e^x - 1: where x is small the series keeps the digits that exp(x) - 1 would lose (below 0.5 its next term is under 1e-9).
fn expm1(x: vec4f) -> vec4f {
  let series = x * (1.0 + x * (1.0 / 2.0 + x * (1.0 / 6.0 + x * (1.0 / 24.0 + x * (1.0 / 120.0 + x * (1.0 / 720.0 + x * (1.0 / 5040.0 + x / 40320.0)))))));
  return select(exp(x) - 1.0, series, abs(x) < vec4f(0.5));
}

// log(1 + x) for x in [0, 1], as assembly/vector.ts.
fn log1p(x: vec4f) -> vec4f {
  let series = x * (1.0 - x * (1.0 / 2.0 - x * (1.0 / 3.0 - x * (1.0 / 4.0 - x * (1.0 / 5.0)))));
  return select(log(1.0 + x), series, x < vec4f(0.03));
}

fn sigmoid(x: vec4f) -> vec4f {
  let e = exp(-abs(x));
  let larger = 1.0 / (1.0 + e);
  return select(e * larger, larger, x >= vec4f(0.0));
}

fn activate(kind: u32, x: vec4f, a: f32) -> vec4f {
  let zero = vec4f(0.0);
  switch (kind) {
    case 1u: { return max(x, zero); }
    case 2u: { return select(a * x, x, x > zero); }
    case 3u: { return select(a * expm1(min(x, zero)), x, x > zero); }
    case 4u: { return SELU_SCALE * select(SELU_ALPHA * expm1(min(x, zero)), x, x > zero); }
    case 5u: { return max(x, zero) + log1p(exp(-abs(x))); }
    case 6u: { return x / (1.0 + abs(x)); }
    case 7u: {
      // tanh |x| = -expm1(-2 |x|) / (2 + expm1(-2 |x|)); WGSL's own tanh may be 1e-5 off.
      let e = expm1(-2.0 * abs(x));
      return sign(x) * (-e / (2.0 + e));
    }
    case 8u: { return sigmoid(x); }
    case 9u: { return clamp(a * x + 0.5, zero, vec4f(1.0)); }
    default: { return x; }
  }
}

fn derivative(kind: u32, y: vec4f, a: f32) -> vec4f {
  let zero = vec4f(0.0);
  let one = vec4f(1.0);
  switch (kind) {
    case 1u: { return select(zero, one, y > zero); }
    case 2u: { return select(vec4f(a), one, y > zero); }
    case 3u: { return select(y + a, one, y > zero); }
    case 4u: { return select(y + SELU_SCALE * SELU_ALPHA, vec4f(SELU_SCALE), y > zero); }
    case 5u: { return -expm1(-y); }
    case 6u: { let rest = 1.0 - abs(y); return rest * rest; }
    case 7u: { return 1.0 - y * y; }
    case 8u: { return y * (1.0 - y); }
    case 9u: { return select(zero, vec4f(a), (y > zero) & (y < one)); }
    default: { return one; }
  }
}
