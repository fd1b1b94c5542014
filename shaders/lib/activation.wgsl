// Activations and their derivatives from the OUTPUT: those that the products apply themselves. Formulas as assembly/activation.ts. Of the others a product
// keeps the sums, and a pass of its own finishes the layer: of single numbers lib/other_activations.wgsl, of whole rows lib/row_activations.wgsl.

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

// The kinds a pipeline knows, one bit each: SwiftShader executes all of them for every number, or those that are compiled in.
override ACTIVATIONS: u32 = 0xffffffffu;
override CELLS: bool = true; // one that is finished later, of single numbers, is among them
override ROWS: bool = true; // one of whole rows is

fn finished_later(kind: u32) -> bool { return kind > ACTIVATION_HARD_SIGMOID; }
fn is_of_rows(kind: u32) -> bool { return kind == ACTIVATION_SOFTMAX || kind == ACTIVATION_LOG_SOFTMAX || kind == ACTIVATION_SPARSEMAX; }

// The delta of a layer that was finished later: of `sum`, its deltas by its outputs, dropout's `factors`, and what was kept in its place. That is the
// derivative, dropout in it; of an activation of rows an output that dropout took away, which its derivative reads (row_activations.wgsl).
fn later_delta(own: MemberLayer, sum: vec4f, factors: vec4f, kept: vec4f) -> vec4f {
  if (is_of_rows(own.activation)) { return select(kept, sum * factors, factors > vec4f(0.0)); }
  return sum * kept;
}

fn activate(kind: u32, x: vec4f, a: f32) -> vec4f {
  let zero = vec4f(0.0);
  var y = x;
  if ((ACTIVATIONS & (1u << ACTIVATION_RELU)) != 0u) { if (kind == ACTIVATION_RELU) { y = max(x, zero); } }
  if ((ACTIVATIONS & (1u << ACTIVATION_LEAKY_RELU)) != 0u) { if (kind == ACTIVATION_LEAKY_RELU) { y = select(a * x, x, x > zero); } }
  if ((ACTIVATIONS & (1u << ACTIVATION_ELU)) != 0u) { if (kind == ACTIVATION_ELU) { y = select(a * expm1(min(x, zero)), x, x > zero); } }
  if ((ACTIVATIONS & (1u << ACTIVATION_SELU)) != 0u) { if (kind == ACTIVATION_SELU) { y = SELU_SCALE * select(SELU_ALPHA * expm1(min(x, zero)), x, x > zero); } }
  if ((ACTIVATIONS & (1u << ACTIVATION_SOFTPLUS)) != 0u) { if (kind == ACTIVATION_SOFTPLUS) { y = max(x, zero) + log1p(exp(-abs(x))); } }
  if ((ACTIVATIONS & (1u << ACTIVATION_SOFTSIGN)) != 0u) { if (kind == ACTIVATION_SOFTSIGN) { y = x / (1.0 + abs(x)); } }
  if ((ACTIVATIONS & (1u << ACTIVATION_TANH)) != 0u) {
    if (kind == ACTIVATION_TANH) {
      // tanh |x| = -expm1(-2 |x|) / (2 + expm1(-2 |x|)); WGSL's own tanh may be 1e-5 off.
      let e = expm1(-2.0 * abs(x));
      y = sign(x) * (-e / (2.0 + e));
    }
  }
  if ((ACTIVATIONS & (1u << ACTIVATION_SIGMOID)) != 0u) { if (kind == ACTIVATION_SIGMOID) { y = sigmoid(x); } }
  if ((ACTIVATIONS & (1u << ACTIVATION_HARD_SIGMOID)) != 0u) { if (kind == ACTIVATION_HARD_SIGMOID) { y = clamp(a * x + 0.5, zero, vec4f(1.0)); } }
  return y;
}

fn derivative(kind: u32, y: vec4f, a: f32) -> vec4f {
  let zero = vec4f(0.0);
  let one = vec4f(1.0);
  var d = one;
  if ((ACTIVATIONS & (1u << ACTIVATION_RELU)) != 0u) { if (kind == ACTIVATION_RELU) { d = select(zero, one, y > zero); } }
  if ((ACTIVATIONS & (1u << ACTIVATION_LEAKY_RELU)) != 0u) { if (kind == ACTIVATION_LEAKY_RELU) { d = select(vec4f(a), one, y > zero); } }
  if ((ACTIVATIONS & (1u << ACTIVATION_ELU)) != 0u) { if (kind == ACTIVATION_ELU) { d = select(y + a, one, y > zero); } }
  if ((ACTIVATIONS & (1u << ACTIVATION_SELU)) != 0u) { if (kind == ACTIVATION_SELU) { d = select(y + SELU_SCALE * SELU_ALPHA, vec4f(SELU_SCALE), y > zero); } }
  if ((ACTIVATIONS & (1u << ACTIVATION_SOFTPLUS)) != 0u) { if (kind == ACTIVATION_SOFTPLUS) { d = -expm1(-y); } }
  if ((ACTIVATIONS & (1u << ACTIVATION_SOFTSIGN)) != 0u) { if (kind == ACTIVATION_SOFTSIGN) { d = (1.0 - abs(y)) * (1.0 - abs(y)); } }
  if ((ACTIVATIONS & (1u << ACTIVATION_TANH)) != 0u) { if (kind == ACTIVATION_TANH) { d = 1.0 - y * y; } }
  if ((ACTIVATIONS & (1u << ACTIVATION_SIGMOID)) != 0u) { if (kind == ACTIVATION_SIGMOID) { d = y * (1.0 - y); } }
  if ((ACTIVATIONS & (1u << ACTIVATION_HARD_SIGMOID)) != 0u) { if (kind == ACTIVATION_HARD_SIGMOID) { d = select(zero, vec4f(a), (y > zero) & (y < one)); } }
  return d;
}
