// The output layer's activation (in place), loss, accuracy and, in training, deltas. One invocation a row. Dispatch: (rows / 64, 1, runners).
// `results` is (runners, R) of (weighted loss, right): in training the loss is divided so that the batch's sum is its loss; in evaluation
// it is not divided.

@group(1) @binding(0) var<storage, read> order: array<u32>;
@group(1) @binding(1) var<storage, read> targets: array<f32>; // as lib/loss.wgsl says
@group(1) @binding(2) var<storage, read_write> scratch: array<f32>;
@group(1) @binding(3) var<storage, read_write> results: array<vec2f>;

override RESULT_ROWS: u32 = 64u; // R

fn number(i: u32) -> f32 { return scratch[i]; }
fn set_number(i: u32, value: f32) { scratch[i] = value; }

// The output layer drops nothing.
fn factors_of(it: Layer, own: MemberLayer, seed: u32, batch: Step, row: u32, block: u32) -> vec4f { return vec4f(1.0); }

fn row_of(m: u32, b: u32) -> u32 {
  if (step.training != 0u) { return order[m * step.total + step.first + b]; }
  return step.first + b;
}

// What the batch's weighted sum is multiplied by: Keras 2.2 averages over the rows that have a weight.
fn inverse_of(m: u32, member: Member) -> f32 {
  if (member.clip == 0u || (!WEIGHTED && member.classWeights == NONE)) { return 1.0 / f32(step.rows); }
  var counted = 0.0;
  for (var b = 0u; b < step.rows; b++) {
    if (weight_of(member.classWeights, row_of(m, b), step) != 0.0) { counted += 1.0; }
  }
  return select(0.0, 1.0 / counted, counted > 0.0);
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let b = id.x;
  if (b >= step.rows) { return; }
  let m = runners[id.z];
  let member = members[m];
  let z = (m * shape.scratch4 + layer.outputs + b * layer.units4) * 4u;
  let d = (m * shape.scratch4 + layer.deltas + b * layer.units4) * 4u;
  let training = step.training != 0u;
  var row = 0u;
  var weight = 0.0;
  var factor = 1.0; // of the weighted loss in `results`
  if (SCORED) {
    row = row_of(m, b);
    weight = weight_of(member.classWeights, row, step);
  }
  if (training) { factor = inverse_of(m, member); }
  let got = score(m, member.clip != 0u, row, b, z, d, weight * factor, step);
  results[id.z * RESULT_ROWS + b] = vec2f(got.loss * weight * factor, got.right);
}
