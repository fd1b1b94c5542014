// Activations over all units of a row, as assembly/rowActivation.ts. A kernel that uses this has `number` and `set_number` for single numbers of its
// scratch, and `factors_of`, dropout's factors of a layer's outputs.

// Sums over a row's outputs are formed of sums of so many, as on WASM.
const BLOCK: u32 = 512u;

struct Sum {
  whole: f32,
  part: f32,
}

// Of output o; outputs come in order.
fn add_to(sum: ptr<function, Sum>, o: u32, value: f32) {
  (*sum).part += value;
  if (o % BLOCK == BLOCK - 1u) {
    (*sum).whole += (*sum).part;
    (*sum).part = 0.0;
  }
}

fn total_of(sum: Sum) -> f32 { return sum.whole + sum.part; }

fn largest_of(z: u32, n: u32) -> f32 {
  var largest = number(z);
  for (var o = 1u; o < n; o++) { largest = max(largest, number(z + o)); }
  return largest;
}

// The sum of e^(z - largest).
fn exponentials_of(z: u32, n: u32, largest: f32) -> f32 {
  var sum = Sum(0.0, 0.0);
  for (var o = 0u; o < n; o++) { add_to(&sum, o, exp(number(z + o) - largest)); }
  return total_of(sum);
}

// What sparsemax takes off every sum, less the largest of them: Michelot's rounds, the mean excess of those above it until none falls below. Each round
// loses one at least, or is the last.
fn sparsemax_threshold(z: u32, n: u32, largest: f32) -> f32 {
  var threshold = -3e38;
  var before = n + 1u;
  for (var round = 0u; round < n; round++) {
    var sum = Sum(0.0, 0.0);
    var above = 0u;
    for (var o = 0u; o < n; o++) {
      let x = number(z + o) - largest;
      let passes = x > threshold;
      add_to(&sum, o, select(0.0, x, passes));
      above += select(0u, 1u, passes);
    }
    if (above == 0u || above >= before) { break; }
    before = above;
    threshold = (total_of(sum) - 1.0) / f32(above);
  }
  return threshold;
}

// In place, of n sums from number z.
fn activate_row(kind: u32, z: u32, n: u32) {
  let largest = largest_of(z, n);
  if (kind == ACTIVATION_SPARSEMAX) {
    let threshold = sparsemax_threshold(z, n, largest);
    for (var o = 0u; o < n; o++) {
      let rest = number(z + o) - largest - threshold;
      set_number(z + o, select(rest, 0.0, rest < 0.0)); // a NaN must show
    }
    return;
  }
  let total = exponentials_of(z, n, largest);
  let logarithm = log(total);
  for (var o = 0u; o < n; o++) {
    let x = number(z + o) - largest;
    if (kind == ACTIVATION_SOFTMAX) { set_number(z + o, exp(x) / total); } else { set_number(z + o, x - logarithm); }
  }
}

// Row `row`'s deltas by outputs, from number d, become those by sums, in place. The outputs are from number y; where dropout took one away it stands in its
// delta's place.
fn differentiate_row(it: Layer, own: MemberLayer, seed: u32, batch: Step, row: u32, d: u32, y: u32) {
  let kind = own.activation;
  var factors = vec4f(1.0);
  var total = Sum(0.0, 0.0);
  var support = 0.0;
  for (var o = 0u; o < it.units; o++) {
    if (o % 4u == 0u) { factors = factors_of(it, own, seed, batch, row, o / 4u); }
    let kept = factors[o % 4u] > 0.0;
    let delta = select(0.0, number(d + o), kept);
    let out = select(number(d + o), number(y + o) * own.keep, kept);
    var term = delta;
    if (kind == ACTIVATION_SOFTMAX) { term = delta * out; }
    if (kind == ACTIVATION_SPARSEMAX && out <= 0.0) { term = 0.0; }
    add_to(&total, o, term);
    support += select(0.0, 1.0, out > 0.0);
  }
  let sum = total_of(total);
  for (var o = 0u; o < it.units4 * 4u; o++) {
    if (o % 4u == 0u) { factors = factors_of(it, own, seed, batch, row, o / 4u); }
    let kept = factors[o % 4u] > 0.0;
    let delta = select(0.0, number(d + o), kept);
    let out = select(number(d + o), number(y + o) * own.keep, kept);
    var result = delta - exp(out) * sum;
    if (kind == ACTIVATION_SOFTMAX) { result = out * (delta - sum); }
    if (kind == ACTIVATION_SPARSEMAX) { result = select(0.0, delta - sum / max(support, 1.0), out > 0.0); }
    set_number(d + o, select(0.0, result, o < it.units));
  }
}

// Row `row`'s outputs, from number y, go to where the deltas will be, from number d, and dropout takes its part of them.
fn drop_row(it: Layer, own: MemberLayer, seed: u32, batch: Step, row: u32, d: u32, y: u32) {
  for (var block = 0u; block < it.units4; block++) {
    let factors = factors_of(it, own, seed, batch, row, block);
    for (var j = 0u; j < 4u; j++) {
      let o = block * 4u + j;
      set_number(d + o, number(y + o));
      set_number(y + o, number(y + o) * factors[j]);
    }
  }
}
