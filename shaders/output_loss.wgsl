// The output layer's activation (in place), loss, accuracy and, in training, deltas. One invocation a row. Dispatch: (rows / 64, 1, runners).
// Loss rules as assembly/loss.ts. `results` is (runners, R) of (weighted loss, right): in training the loss is divided so that the batch's
// sum is its loss; in evaluation it is not divided.

@group(1) @binding(0) var<storage, read> order: array<u32>;
@group(1) @binding(1) var<storage, read> targets: array<f32>; // (rows) class numbers, or (rows, outputs)
@group(1) @binding(2) var<storage, read> weights: array<f32>; // sample weights (rows), then class weights of members
@group(1) @binding(3) var<storage, read_write> scratch: array<f32>;
@group(1) @binding(4) var<storage, read_write> results: array<vec2f>;

override CLASSES: bool = false; // targets are class numbers
override WEIGHTED: bool = false; // there are sample weights
override SCORED: bool = true; // there are targets
override RESULT_ROWS: u32 = 64u; // R

const EPSILON: f32 = 1e-7;
const ONE_LESS_EPSILON: f32 = 0.9999999;

fn target_of(row: u32, o: u32) -> f32 {
  if (CLASSES) { return select(0.0, 1.0, u32(targets[row]) == o); }
  return targets[row * shape.outputs + o];
}

fn row_of(m: u32, b: u32) -> u32 {
  if (step.training != 0u) { return order[m * step.total + step.first + b]; }
  return step.first + b;
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

fn weight_of(m: u32, row: u32) -> f32 {
  var weight = 1.0;
  if (WEIGHTED) { weight = weights[row]; }
  let own = members[m].classWeights;
  if (own != NONE && step.training != 0u) { weight *= weights[own + class_of(row)]; }
  return weight;
}

// What the batch's weighted sum is multiplied by: Keras 2.2 averages over the rows that have a weight.
fn inverse_of(m: u32) -> f32 {
  if (members[m].clip == 0u || (!WEIGHTED && members[m].classWeights == NONE)) { return 1.0 / f32(step.rows); }
  var counted = 0.0;
  for (var b = 0u; b < step.rows; b++) {
    if (weight_of(m, row_of(m, b)) != 0.0) { counted += 1.0; }
  }
  return select(0.0, 1.0 / counted, counted > 0.0);
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let b = id.x;
  if (b >= step.rows) { return; }
  let m = runners[id.z];
  let member = members[m];
  let n = layer.units;
  let z = m * shape.scratch4 * 4u + layer.outputs * 4u + b * layer.units4 * 4u;
  let d = m * shape.scratch4 * 4u + layer.deltas * 4u + b * layer.units4 * 4u;
  let training = step.training != 0u;
  var row = 0u;
  var weight = 0.0;
  var scale = 0.0;
  var factor = 1.0; // of the weighted loss in `results`
  if (SCORED) {
    row = row_of(m, b);
    weight = weight_of(m, row);
  }
  if (training) {
    factor = inverse_of(m);
    scale = weight * factor;
  }
  var loss = 0.0;
  var right = 0.0;

  if (shape.loss == 2u) {
    var largest = scratch[z];
    var best = 0u;
    var bestTarget = 0u;
    for (var o = 1u; o < n; o++) {
      if (scratch[z + o] > scratch[z + best]) { best = o; }
      largest = max(largest, scratch[z + o]);
    }
    var chosen = 0.0;
    var total = 0.0;
    for (var o = 0u; o < n; o++) {
      let sum = scratch[z + o] - largest;
      if (SCORED) {
        let y = target_of(row, o);
        if (y > target_of(row, bestTarget)) { bestTarget = o; }
        chosen += y * sum;
      }
      let e = exp(sum);
      total += e;
      scratch[z + o] = e;
    }
    var mass = 0.0;
    for (var o = 0u; o < n; o++) {
      let p = scratch[z + o] / total;
      scratch[z + o] = p;
      if (SCORED) {
        let y = target_of(row, o);
        if (member.clip != 0u) {
          loss -= y * log(clamp(p, EPSILON, ONE_LESS_EPSILON));
          if (p >= EPSILON && p <= ONE_LESS_EPSILON) { mass += y; }
        } else {
          mass += y;
        }
      }
    }
    if (member.clip == 0u) { loss = mass * log(total) - chosen; }
    right = select(0.0, 1.0, best == bestTarget);
    if (training) {
      for (var o = 0u; o < n; o++) {
        let p = scratch[z + o];
        var y = target_of(row, o);
        if (member.clip != 0u && (p < EPSILON || p > ONE_LESS_EPSILON)) { y = 0.0; }
        scratch[d + o] = scale * (p * mass - y);
      }
    }
  } else if (shape.loss == 1u) {
    for (var o = 0u; o < n; o++) {
      let sum = scratch[z + o];
      let e = exp(-abs(sum));
      let larger = 1.0 / (1.0 + e);
      let smaller = e * larger;
      let p = select(smaller, larger, sum >= 0.0);
      let q = select(larger, smaller, sum >= 0.0);
      scratch[z + o] = p;
      if (SCORED) {
        let y = target_of(row, o);
        var gradient = p - y;
        if (member.clip != 0u) {
          loss -= y * log(clamp(p, EPSILON, ONE_LESS_EPSILON)) + (1.0 - y) * log(clamp(q, EPSILON, ONE_LESS_EPSILON));
          if (p < EPSILON || q < EPSILON) { gradient = 0.0; }
        } else {
          loss += max(sum, 0.0) - sum * y + log1p(vec4f(e)).x;
        }
        right += select(0.0, 1.0, (p > 0.5) == (y > 0.5));
        if (training) { scratch[d + o] = scale * gradient / f32(n); }
      }
    }
    loss /= f32(n);
    right /= f32(n);
  } else if (SCORED) {
    let own = memberLayers[m * shape.layers + layer.index];
    for (var o = 0u; o < n; o++) {
      let y = scratch[z + o];
      let error = y - target_of(row, o);
      loss += error * error;
      if (training) { scratch[d + o] = 2.0 * scale * error / f32(n) * derivative(own.activation, vec4f(y), own.parameter).x; }
    }
    loss /= f32(n);
  }
  if (training) {
    for (var o = n; o < layer.units4 * 4u; o++) { scratch[d + o] = 0.0; }
  }
  results[id.z * RESULT_ROWS + b] = vec2f(loss * weight * factor, right);
}
