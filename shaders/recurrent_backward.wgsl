// The way back through the steps of a recurrence, a workgroup for each row and way: the deltas of the gates' sums take the gates' place.
// Dispatch: (rows * ways, 1, runners).

@group(1) @binding(0) var<storage, read> state: array<vec4f>;
@group(1) @binding(1) var<storage, read_write> scratch: array<vec4f>;

const THREADS: u32 = 64u;

// Deltas by the state after step s that come of the layer's outputs.
fn outside(base: u32, b: u32, r: u32, s: u32, block: u32) -> vec4f {
  if (layer.sequences == 0u && s + 1u < layer.inputPositions) { return vec4f(0.0); }
  let o = select(0u, select(s, layer.inputPositions - 1u - s, r == 1u), layer.sequences != 0u);
  if (silent(base, b, o)) { return vec4f(0.0); }
  let row = base + layer.deltas + (b * layer.positions + o) * layer.units4;
  if (layer.merge == MERGE_CONCAT) {
    var d = vec4f(0.0);
    for (var j = 0u; j < 4u; j++) {
      let column = block * 4u + j;
      if (column < layer.stateUnits) { d[j] = number(row, r * layer.stateUnits + column); }
    }
    return d;
  }
  let d = scratch[row + block];
  if (layer.merge == MERGE_AVE) { return 0.5 * d; }
  if (layer.merge == MERGE_MUL) { return d * scratch[hidden_at(base, b, 1u - r, step_of(o, 1u - r)) + block]; }
  return d;
}

// Deltas of gate g's sums, at `start`, times the transpose of its part of the recurrent kernel: four numbers of the state before.
fn back(m: u32, r: u32, g: u32, start: u32, block: u32) -> vec4f {
  var sum = vec4f(0.0);
  for (var j = 0u; j < 4u; j++) {
    let row = block * 4u + j;
    if (row >= layer.stateUnits) { continue; }
    let weights = recurrent_at(m, r) + (g * layer.stateUnits + row) * layer.states4;
    for (var c = 0u; c < layer.states4; c++) { sum[j] += dot(state[weights + c], scratch[start + c]); }
  }
  return sum;
}

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) thread: u32) {
  let i = group.y * groups.x + group.x;
  if (i >= step.rows * layer.ways) { return; }
  let b = i / layer.ways;
  let r = i % layer.ways;
  let m = runners[group.z];
  let own = memberLayers[m * shape.layers + layer.index];
  let base = m * shape.scratch4;
  let carry = base + layer.carry + i * 2u * layer.states4;
  let w = layer.states4;
  for (var block = thread; block < 2u * w; block += THREADS) { scratch[carry + block] = vec4f(0.0); }
  storageBarrier();
  workgroupBarrier();
  for (var back_s = 0u; back_s < layer.inputPositions; back_s++) {
    let s = layer.inputPositions - 1u - back_s;
    let skips = masked(base, b, r, s);
    let values = value_at(base, b, r, s, 0u);
    for (var block = thread; block < w; block += THREADS) {
      let d = scratch[carry + block] + outside(base, b, r, s, block);
      let before = hidden_before(base, b, r, s, block);
      let value = values + block;
      if (skips) {
        for (var slot = 0u; slot < layer.slots; slot++) { scratch[value + slot * w] = vec4f(0.0); }
        scratch[carry + block] = d;
      } else if (layer.cell == CELL_SIMPLE) {
        scratch[value] = d * derivative(own.lift, scratch[value], own.liftParameter);
        scratch[carry + block] = vec4f(0.0);
      } else if (layer.cell == CELL_LSTM) {
        let gate_i = scratch[value];
        let gate_f = scratch[value + w];
        let candidate = scratch[value + 2u * w];
        let gate_o = scratch[value + 3u * w];
        let lifted = scratch[cell_at(base, b, r, s) + w + block];
        var cells = vec4f(0.0);
        if (s > 0u) { cells = scratch[cell_at(base, b, r, s - 1u) + block]; }
        let of_cells = scratch[carry + w + block] + d * gate_o * derivative(own.lift, lifted, own.liftParameter);
        scratch[value] = of_cells * candidate * derivative(own.gates, gate_i, own.gateParameter);
        scratch[value + w] = of_cells * cells * derivative(own.gates, gate_f, own.gateParameter);
        scratch[value + 2u * w] = of_cells * gate_i * derivative(own.lift, candidate, own.liftParameter);
        scratch[value + 3u * w] = d * lifted * derivative(own.gates, gate_o, own.gateParameter);
        scratch[carry + w + block] = of_cells * gate_f;
        scratch[carry + block] = vec4f(0.0);
      } else {
        let candidate = scratch[value];
        let z = scratch[value + w];
        let reset = scratch[value + 2u * w];
        let of_candidate = d * (1.0 - z) * derivative(own.lift, candidate, own.liftParameter);
        scratch[value] = of_candidate;
        scratch[value + w] = d * (before - candidate) * derivative(own.gates, z, own.gateParameter);
        if (layer.cell == CELL_GRU) {
          scratch[value + 2u * w] = of_candidate * scratch[value + 3u * w] * derivative(own.gates, reset, own.gateParameter);
          scratch[value + 3u * w] = of_candidate * reset;
        }
        scratch[carry + block] = d * z;
      }
    }
    storageBarrier();
    workgroupBarrier();
    if (layer.cell == CELL_GRU_BEFORE) {
      for (var block = thread; block < w; block += THREADS) {
        if (!skips) {
          let d = back(m, r, 2u, values, block);
          let reset = scratch[values + 2u * w + block];
          scratch[values + 2u * w + block] = d * hidden_before(base, b, r, s, block) * derivative(own.gates, reset, own.gateParameter);
          scratch[carry + block] += d * reset;
        }
      }
      storageBarrier();
      workgroupBarrier();
    }
    let gates = select(layer.gates, 2u, layer.cell == CELL_GRU_BEFORE);
    for (var block = thread; block < w; block += THREADS) {
      var sum = vec4f(0.0);
      for (var g = 0u; g < gates; g++) { sum += back(m, r, g, values + slot_of(g, true) * w, block); }
      scratch[carry + block] += sum;
    }
    storageBarrier();
    workgroupBarrier();
  }
}
