// Targets, weights, and what the output layer makes of its sums. Loss rules as assembly/loss.ts. A kernel that uses this has
// `targets`: targets (rows) of class numbers, or (rows, outputs); then sample weights (rows); then the class weights of members;
// and `number` and `set_number` for single numbers of its scratch.

override CLASSES: bool = false; // targets are class numbers
override WEIGHTED: bool = false; // there are sample weights
override SCORED: bool = true; // there are targets
override LOSS: u32 = LOSS_MEAN_SQUARED_ERROR;

const EPSILON: f32 = 1e-7;
const ONE_LESS_EPSILON: f32 = 0.9999999;

fn target_of(row: u32, o: u32) -> f32 {
  if (CLASSES) { return select(0.0, 1.0, u32(targets[row]) == o); }
  return targets[row * shape.outputs + o];
}

fn class_of(row: u32) -> u32 {
  if (CLASSES) { return u32(targets[row]); }
  if (shape.outputs == 1u) { return select(0u, 1u, targets[row] > 0.5); }
  var best = 0u;
  for (var o = 1u; o < shape.outputs; o++) {
    if (target_of(row, o) > target_of(row, best)) { best = o; }
  }
  return best;
}

fn weight_of(own: u32, row: u32, batch: Step) -> f32 {
  let weights = batch.total * select(shape.outputs, 1u, CLASSES);
  var weight = 1.0;
  if (WEIGHTED) { weight = targets[weights + row]; }
  if (own != NONE && batch.training != 0u) { weight *= targets[weights + own + class_of(row)]; }
  return weight;
}

// Sums over a row's outputs are formed of sums of so many, as in assembly/loss.ts.
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

struct Score {
  loss: f32,
  right: f32,
}

// The output activation (in place, from number z), loss and accuracy of a row; in training the deltas, from number d, times `scale`.
fn score(m: u32, clip: bool, row: u32, z: u32, d: u32, scale: f32, training: bool) -> Score {
  let n = shape.outputs;
  var loss = 0.0;
  var losses = Sum(0.0, 0.0);
  var right = 0.0;
  if (LOSS == LOSS_CATEGORICAL_CROSSENTROPY) {
    var largest = number(z);
    var best = 0u;
    var bestTarget = 0u;
    for (var o = 1u; o < n; o++) {
      if (number(z + o) > number(z + best)) { best = o; }
      largest = max(largest, number(z + o));
    }
    var chosen = Sum(0.0, 0.0);
    var exponentials = Sum(0.0, 0.0);
    for (var o = 0u; o < n; o++) {
      let sum = number(z + o) - largest;
      if (SCORED) {
        let y = target_of(row, o);
        if (y > target_of(row, bestTarget)) { bestTarget = o; }
        add_to(&chosen, o, y * sum);
      }
      let e = exp(sum);
      add_to(&exponentials, o, e);
      set_number(z + o, e);
    }
    let total = total_of(exponentials);
    var passing = Sum(0.0, 0.0); // the targets that pass a gradient
    for (var o = 0u; o < n; o++) {
      let p = number(z + o) / total;
      set_number(z + o, p);
      if (SCORED) {
        let y = target_of(row, o);
        if (clip) {
          add_to(&losses, o, -(y * log(clamp(p, EPSILON, ONE_LESS_EPSILON))));
          add_to(&passing, o, select(0.0, y, p >= EPSILON && p <= ONE_LESS_EPSILON));
        } else {
          add_to(&passing, o, y);
        }
      }
    }
    let mass = total_of(passing);
    loss = total_of(losses);
    if (!clip) { loss = mass * log(total) - total_of(chosen); }
    right = select(0.0, 1.0, best == bestTarget);
    if (training) {
      for (var o = 0u; o < n; o++) {
        let p = number(z + o);
        var y = target_of(row, o);
        if (clip && (p < EPSILON || p > ONE_LESS_EPSILON)) { y = 0.0; }
        set_number(d + o, scale * (p * mass - y));
      }
    }
  } else if (LOSS == LOSS_BINARY_CROSSENTROPY) {
    for (var o = 0u; o < n; o++) {
      let sum = number(z + o);
      let e = exp(-abs(sum));
      let larger = 1.0 / (1.0 + e);
      let smaller = e * larger;
      let p = select(smaller, larger, sum >= 0.0);
      let q = select(larger, smaller, sum >= 0.0);
      set_number(z + o, p);
      if (SCORED) {
        let y = target_of(row, o);
        var gradient = p - y;
        if (clip) {
          add_to(&losses, o, -(y * log(clamp(p, EPSILON, ONE_LESS_EPSILON)) + (1.0 - y) * log(clamp(q, EPSILON, ONE_LESS_EPSILON))));
          if (p < EPSILON || q < EPSILON) { gradient = 0.0; }
        } else {
          add_to(&losses, o, max(sum, 0.0) - sum * y + log1p(vec4f(e)).x);
        }
        right += select(0.0, 1.0, (p > 0.5) == (y > 0.5));
        if (training) { set_number(d + o, scale * gradient / f32(n)); }
      }
    }
    loss = total_of(losses) / f32(n);
    right /= f32(n);
  } else if (SCORED) {
    let own = memberLayers[(m + 1u) * shape.layers - 1u];
    for (var o = 0u; o < n; o++) {
      let y = number(z + o);
      let error = y - target_of(row, o);
      add_to(&losses, o, error * error);
      if (training) { set_number(d + o, 2.0 * scale * error / f32(n) * derivative(own.activation, vec4f(y), own.parameter).x); }
    }
    loss = total_of(losses) / f32(n);
  }
  if (training) {
    for (var o = n; o < (n + 3u) / 4u * 4u; o++) { set_number(d + o, 0.0); }
  }
  return Score(loss, right);
}
