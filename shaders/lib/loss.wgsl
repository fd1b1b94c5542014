// Targets, weights, and what the output layer makes of its sums. Loss rules as assembly/loss.ts. A kernel that uses this has
// `targets`: targets (rows) of class numbers, or (rows, outputs), of a Gaussian likelihood half as many; then sample weights (rows); then the class weights of members;
// and `number` and `set_number` for single numbers of its scratch.

override CLASSES: bool = false; // targets are class numbers
override WEIGHTED: bool = false; // there are sample weights
override SCORED: bool = true; // there are targets
override LOSS: u32 = LOSS_MEAN_SQUARED_ERROR;
override TASK: u32 = TASK_REGRESSION;
override LOGITS: bool = false; // the outputs are a cross-entropy's sums
override SMOOTHING: f32 = 0.0;
override LOSS_PARAMETER: f32 = 0.0; // huber's delta, quantile's quantile, the focal ones' alpha
override GAMMA: f32 = 0.0;
override BALANCED: bool = false;

const EPSILON: f32 = 1e-7;
const ONE_LESS_EPSILON: f32 = 0.9999999;

fn targets_per_row() -> u32 {
  if (LOSS == LOSS_GAUSSIAN_LIKELIHOOD) { return shape.outputs / 2u; }
  return shape.outputs;
}

fn target_of(row: u32, o: u32) -> f32 {
  if (CLASSES) { return select(0.0, 1.0, u32(targets[row]) == o); }
  return targets[row * targets_per_row() + o];
}

// A target with label smoothing.
fn smoothed(y: f32) -> f32 {
  if (SMOOTHING == 0.0) { return y; }
  return y * (1.0 - SMOOTHING) + SMOOTHING / select(f32(shape.outputs), 2.0, TASK == TASK_BINARY);
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
  let weights = batch.total * select(targets_per_row(), 1u, CLASSES);
  var weight = 1.0;
  if (WEIGHTED) { weight = targets[weights + row]; }
  if (own != NONE && batch.training != 0u) { weight *= targets[weights + own + class_of(row)]; }
  return weight;
}

struct Score {
  loss: f32,
  right: f32,
}

// The derivative of the output layer's activation at output y, unless it is of whole rows; `kept` where its delta will be.
fn output_derivative(own: MemberLayer, y: f32, kept: f32) -> f32 {
  if (CELLS) { if (finished_later(own.activation) && !is_of_rows(own.activation)) { return kept; } }
  return derivative(own.activation, vec4f(y), own.parameter).x;
}

// The output activation of a cross-entropy (in place, from number z), loss and accuracy of a row of the data, the batch's `b`th; in training the deltas,
// from number d, times `scale`.
fn score(m: u32, clip: bool, row: u32, b: u32, z: u32, d: u32, scale: f32, batch: Step) -> Score {
  let n = shape.outputs;
  let training = batch.training != 0u;
  let own = memberLayers[m * shape.layers + shape.last];
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
        add_to(&chosen, o, smoothed(y) * sum);
      }
      let e = exp(sum);
      add_to(&exponentials, o, e);
      if (!LOGITS) { set_number(z + o, e); }
    }
    let total = total_of(exponentials);
    var passing = Sum(0.0, 0.0); // the targets that pass a gradient
    for (var o = 0u; o < n; o++) {
      var p = number(z + o);
      if (LOGITS) { p = exp(p - largest); }
      p = p / total;
      if (!LOGITS) { set_number(z + o, p); }
      if (SCORED) {
        let y = smoothed(target_of(row, o));
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
        var p = number(z + o);
        if (LOGITS) { p = exp(p - largest) / total; }
        var y = smoothed(target_of(row, o));
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
      if (!LOGITS) { set_number(z + o, p); }
      if (SCORED) {
        let given = target_of(row, o);
        let y = smoothed(given);
        var gradient = p - y;
        if (clip) {
          add_to(&losses, o, -(y * log(clamp(p, EPSILON, ONE_LESS_EPSILON)) + (1.0 - y) * log(clamp(q, EPSILON, ONE_LESS_EPSILON))));
          if (p < EPSILON || q < EPSILON) { gradient = 0.0; }
        } else {
          add_to(&losses, o, max(sum, 0.0) - sum * y + log1p(vec4f(e)).x);
        }
        right += select(0.0, 1.0, (p > 0.5) == (given > 0.5));
        if (training) { set_number(d + o, scale * gradient / f32(n)); }
      }
    }
    loss = total_of(losses) / f32(n);
    right /= f32(n);
  } else if (LOSS == LOSS_MEAN_SQUARED_ERROR) {
    if (SCORED) {
      for (var o = 0u; o < n; o++) {
        let y = number(z + o);
        let error = y - target_of(row, o);
        add_to(&losses, o, error * error);
        if (training) { set_number(d + o, 2.0 * scale * error / f32(n) * output_derivative(own, y, number(d + o))); }
      }
      loss = total_of(losses) / f32(n);
    }
  } else if (SCORED) {
    loss = row_loss(own, row, z, d, scale, training);
    right = right_of(row, z);
  }
  if (training) {
    for (var o = n; o < (n + 3u) / 4u * 4u; o++) { set_number(d + o, 0.0); }
    if (ROWS) { if (is_of_rows(own.activation)) { differentiate_row(layerTable[shape.last], own, 0u, batch, b, d, z); } }
  }
  return Score(loss, right);
}
