// Trains small networks, or evaluates them, each by one workgroup: `step.count` batches beginning with `step`, in one dispatch. What the general kernels keep
// in storage lies in workgroup memory: the parameters in `state`, and `scratch` as one batch of (rows, …) with the gradients (parameters4) and the
// results of rows behind it. The optimizer's slots, which a step touches once, stay in storage, each with the invocation that has the parameter. Sums run over ascending rows and inputs. Products: lib/generated/small_products.wgsl.
// Loops end at their foot, not at their head: SwiftShader executes a body once more, without lanes, to find that none goes on, and an
// untaken branch always. For the same reason what a member does not use is left out by overrides; its own settings alone decide them.
// Dispatch: (members of this pipeline, parts, 1), runners from `step.base`; the parts of an evaluation take turns at its batches.

@group(1) @binding(0) var<storage, read_write> states: array<vec4f>; // (P, state4)
@group(1) @binding(1) var<storage, read> order: array<u32>; // (P, total)
@group(1) @binding(2) var<storage, read> features: array<u32>;
@group(1) @binding(3) var<storage, read> targets: array<f32>; // as lib/loss.wgsl says
// From `step.sums`, (batches, runners): the optimizer's numbers, in whose place come the batch's sums (loss, right, penalty, 0).
// Before them in evaluation, where `step.keep` is 1, the outputs: (runners, total, units4).
@group(1) @binding(4) var<storage, read_write> numbers: array<vec4f>;

override THREADS: u32 = 32u;
override STATE4: u32 = 64u;
override SCRATCH4: u32 = 64u;
override LAYERS: u32 = 1u;
override DROPOUT: bool = true; // some layer has it
override PENALIZED: bool = true; // some layer is
override CLIPPED: bool = true; // Keras 2.2's cross-entropies
override CLASS_WEIGHTED: bool = true;

var<workgroup> state: array<vec4f, STATE4>;
var<workgroup> scratch: array<vec4f, SCRATCH4>;

var<private> home: u32; // where the member's block of `states` is
fn slot(i: u32) -> vec4f { return states[i]; }
fn set_slot(i: u32, value: vec4f) { states[i] = value; }

fn number(i: u32) -> f32 { return scratch[i >> 2u][i & 3u]; }
fn set_number(i: u32, value: f32) { scratch[i >> 2u][i & 3u] = value; }

fn row_of(m: u32, b: u32, batch: Step) -> u32 {
  let i = batch.first + b;
  if (batch.training == 0u) { return i; }
  return order[m * batch.total + i];
}

fn gather(thread: u32, m: u32, batch: Step) {
  let width = shape.inputs4;
  for (var i = thread; i < batch.rows * width; i += THREADS) { scratch[i] = features_of(row_of(m, i / width, batch), i % width); }
}

fn factors_of(it: Layer, own: MemberLayer, seed: u32, batch: Step, row: u32, block: u32) -> vec4f {
  if (!DROPOUT || own.threshold == 0u) { return vec4f(1.0); }
  return dropout_factors(it, own, seed, batch, row, block);
}

// Layer l's activation, if it is of whole rows; backwards its derivative, as in finish_rows. One invocation a row.
fn finish_rows(thread: u32, m: u32, l: u32, seed: u32, batch: Step, backwards: bool) {
  let it = layerTable[l];
  let own = memberLayers[m * shape.layers + l];
  if (!is_of_rows(own.activation)) { return; }
  for (var b = thread; b < batch.rows; b += THREADS) {
    let y = (it.outputs + b * it.units4) * 4u;
    let d = (it.deltas + b * it.units4) * 4u;
    if (backwards) {
      differentiate_row(it, own, seed, batch, b, d, y);
    } else {
      activate_row(own.activation, y, it.units);
      if (DROPOUT) { if (own.threshold > 0u && batch.training != 0u) { drop_row(it, own, seed, batch, b, d, y); } }
    }
  }
}

// The loss. One invocation a row.
fn finish(thread: u32, m: u32, member: Member, batch: Step) {
  let it = layerTable[shape.layers - 1u];
  let classWeights = select(NONE, member.classWeights, CLASS_WEIGHTED);
  let results = shape.scratch4 + shape.parameters4;
  var b = thread;
  loop {
    if (b < batch.rows) {
      let row = row_of(m, b, batch);
      var factor = 1.0;
      if (batch.training != 0u) { factor = 1.0 / f32(batch.rows); }
      if (CLIPPED && (WEIGHTED || CLASS_WEIGHTED) && batch.training != 0u) {
        var counted = 0.0;
        for (var other = 0u; other < batch.rows; other++) {
          if (weight_of(classWeights, row_of(m, other, batch), batch) != 0.0) { counted += 1.0; }
        }
        factor = select(0.0, 1.0 / counted, counted > 0.0);
      }
      let scale = weight_of(classWeights, row, batch) * factor;
      let z = (it.outputs + b * it.units4) * 4u;
      let d = (it.deltas + b * it.units4) * 4u;
      let got = score(m, CLIPPED, row, b, z, d, scale, batch);
      scratch[results + b] = vec4f(got.loss * scale, got.right, 0.0, 0.0);
    }
    b += THREADS;
    continuing { break if b >= batch.rows; }
  }
}

// A member's penalty is added up in so many parts, and these in their order, whatever THREADS is: that is the device's, and no bit may hang on it.
const PENALTY_PARTS: u32 = 32u;

fn penalty_part(part: u32, m: u32) -> f32 {
  var penalty = 0.0;
  for (var l = 0u; l < LAYERS; l++) {
    let it = layerTable[l];
    let own = memberLayers[m * shape.layers + l];
    for (var i = part; i < it.inputs * it.units4; i += PENALTY_PARTS) {
      let w = state[it.kernel + i];
      penalty += own.l1 * dot(abs(w), vec4f(1.0)) + own.l2 * dot(w, w);
    }
  }
  return penalty;
}

fn keep_outputs(thread: u32, runner: u32, batch: Step) {
  let it = layerTable[LAYERS - 1u];
  let at = (runner * batch.total + batch.first) * it.units4;
  for (var i = thread; i < batch.rows * it.units4; i += THREADS) { numbers[at + i] = scratch[it.outputs + i]; }
}

@compute @workgroup_size(THREADS)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) thread: u32,
) {
  let runner = step.base + group.x;
  let m = runners[runner];
  let member = members[m];
  let results = shape.scratch4 + shape.parameters4;
  home = m * shape.state4;
  for (var i = thread; i < shape.parameters4; i += THREADS) { state[i] = states[home + i]; }
  workgroupBarrier();
  var batch = step;
  var s = group.y;
  loop {
    batch.step = step.step + s;
    batch.first = batch.step * shape.batch;
    batch.rows = min(shape.batch, batch.total - batch.first);
    let slot = step.sums + s * step.runners + runner;
    gather(thread, m, batch);
    workgroupBarrier();
    var l = 0u;
    loop {
      forward(thread, m, l, member.seed, batch);
      workgroupBarrier();
      if (ROWS) {
        finish_rows(thread, m, l, member.seed, batch, false);
        workgroupBarrier();
      }
      l++;
      continuing { break if l >= LAYERS; }
    }
    finish(thread, m, member, batch);
    // Each by the invocation that has written the row's result there.
    if (PENALIZED) { for (var part = thread; part < PENALTY_PARTS; part += THREADS) { scratch[results + part].z = penalty_part(part, m); } }
    workgroupBarrier();
    if (step.training != 0u) {
      if (LAYERS > 1u) {
        l = LAYERS - 1u;
        loop {
          spread(thread, m, l, member.seed, batch);
          workgroupBarrier();
          if (ROWS) {
            finish_rows(thread, m, l - 1u, member.seed, batch, true);
            workgroupBarrier();
          }
          l--;
          continuing { break if l == 0u; }
        }
      }
      l = 0u;
      loop {
        gather_gradients(thread, m, l, batch);
        l++;
        continuing { break if l >= LAYERS; }
      }
      workgroupBarrier();
      move_all(thread, m, member, slot);
      workgroupBarrier();
      storageBarrier();
    } else if (step.keep != 0u) {
      keep_outputs(thread, runner, batch);
    }
    if (thread == 0u) {
      var sum = vec4f(0.0);
      for (var b = 0u; b < batch.rows; b++) { sum += vec4f(scratch[results + b].xy, 0.0, 0.0); }
      if (PENALIZED) { for (var part = 0u; part < PENALTY_PARTS; part++) { sum.z += scratch[results + part].z; } }
      numbers[slot] = sum;
    }
    s += groups.y;
    continuing { break if s >= step.count; }
  }
  if (step.training == 0u) { return; }
  for (var i = thread; i < shape.parameters4; i += THREADS) { states[home + i] = state[i]; }
}
