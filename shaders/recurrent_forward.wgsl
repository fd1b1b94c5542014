// All steps of a recurrence, a workgroup for each row and way: an invocation makes four numbers of the state a step, and the workgroup waits for all of them.
// Dispatch: (rows * ways, 1, runners).

@group(1) @binding(0) var<storage, read> state: array<vec4f>;
@group(1) @binding(1) var<storage, read_write> scratch: array<vec4f>;

const THREADS: u32 = 64u;

fn of_inputs(m: u32, r: u32, x: u32, g: u32, block: u32) -> vec4f {
  var sum = vec4f(0.0);
  let start = kernel_at(m, r) + g * layer.inputs * layer.states4 + block;
  for (var k = 0u; k < layer.inputs; k++) { sum += number(x, k) * state[start + k * layer.states4]; }
  return sum;
}

// `h` is where the state before is; there is none before the first step.
fn of_state(m: u32, r: u32, h: u32, there: bool, g: u32, block: u32) -> vec4f {
  var sum = vec4f(0.0);
  if (!there) { return sum; }
  let start = recurrent_at(m, r) + g * layer.stateUnits * layer.states4 + block;
  for (var k = 0u; k < layer.stateUnits; k++) { sum += number(h, k) * state[start + k * layer.states4]; }
  return sum;
}

fn bias_of(m: u32, r: u32, g: u32, row: u32, block: u32) -> vec4f {
  if (row >= layer.biases) { return vec4f(0.0); }
  return state[bias_at(m, r) + (g * layer.biases + row) * layer.states4 + block];
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
  for (var s = 0u; s < layer.inputPositions; s++) {
    let x = input_at(base, b, r, s);
    let h = hidden_at(base, b, r, max(s, 1u) - 1u);
    let there = s > 0u;
    let to = hidden_at(base, b, r, s);
    let skips = masked(base, b, r, s);
    for (var block = thread; block < layer.states4; block += THREADS) {
      let before = hidden_before(base, b, r, s, block);
      let value = value_at(base, b, r, s, 0u) + block;
      if (layer.cell == CELL_SIMPLE) {
        let sum = of_inputs(m, r, x, 0u, block) + of_state(m, r, h, there, 0u, block) + bias_of(m, r, 0u, 0u, block);
        let y = activate(own.lift, sum, own.liftParameter);
        scratch[value] = y;
        scratch[to + block] = select(y, before, skips);
      } else if (layer.cell == CELL_LSTM) {
        var gates: array<vec4f, 4>;
        for (var g = 0u; g < 4u; g++) {
          let sum = of_inputs(m, r, x, g, block) + of_state(m, r, h, there, g, block) + bias_of(m, r, g, 0u, block);
          if (g == 2u) { gates[g] = activate(own.lift, sum, own.liftParameter); } else { gates[g] = activate(own.gates, sum, own.gateParameter); }
          scratch[value + g * layer.states4] = gates[g];
        }
        var cells = vec4f(0.0);
        if (there) { cells = scratch[cell_at(base, b, r, s - 1u) + block]; }
        let next = select(gates[1] * cells + gates[0] * gates[2], cells, skips);
        let lifted = activate(own.lift, next, own.liftParameter);
        scratch[cell_at(base, b, r, s) + block] = next;
        scratch[cell_at(base, b, r, s) + layer.states4 + block] = lifted;
        scratch[to + block] = select(gates[3] * lifted, before, skips);
      } else {
        for (var g = 0u; g < 2u; g++) {
          let sum = of_inputs(m, r, x, g, block) + of_state(m, r, h, there, g, block) + bias_of(m, r, g, 0u, block) + bias_of(m, r, g, 1u, block);
          scratch[value + (g + 1u) * layer.states4] = activate(own.gates, sum, own.gateParameter);
        }
        let z = scratch[value + layer.states4];
        let reset = scratch[value + 2u * layer.states4];
        if (layer.cell == CELL_GRU) {
          let part = of_state(m, r, h, there, 2u, block) + bias_of(m, r, 2u, 1u, block);
          let sum = of_inputs(m, r, x, 2u, block) + bias_of(m, r, 2u, 0u, block) + reset * part;
          let candidate = activate(own.lift, sum, own.liftParameter);
          scratch[value] = candidate;
          scratch[value + 3u * layer.states4] = part;
          scratch[to + block] = select(z * (before - candidate) + candidate, before, skips);
        } else {
          scratch[value + 3u * layer.states4] = reset * before;
        }
      }
    }
    storageBarrier();
    workgroupBarrier();
    if (layer.cell == CELL_GRU_BEFORE) {
      for (var block = thread; block < layer.states4; block += THREADS) {
        let before = hidden_before(base, b, r, s, block);
        let value = value_at(base, b, r, s, 0u) + block;
        let sum = of_inputs(m, r, x, 2u, block) + of_state(m, r, value_at(base, b, r, s, 3u), there, 2u, block) + bias_of(m, r, 2u, 0u, block);
        let candidate = activate(own.lift, sum, own.liftParameter);
        let z = scratch[value + layer.states4];
        scratch[value] = candidate;
        scratch[to + block] = select(z * (before - candidate) + candidate, before, skips);
      }
      storageBarrier();
      workgroupBarrier();
    }
  }
}
