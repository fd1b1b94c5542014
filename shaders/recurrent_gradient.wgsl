// The gradient of a recurrent layer's parameters, penalties included: sums over rows and steps, in order. An invocation makes four numbers.
// Dispatch: (ways * gates * (inputs + stateUnits + biases) * states4 / 64, 1, runners).

@group(1) @binding(0) var<storage, read_write> state: array<vec4f>;
@group(1) @binding(1) var<storage, read> scratch: array<vec4f>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = id.y * groups.x * 64u + id.x;
  let r = i / layer.way4;
  if (r >= layer.ways) { return; }
  let m = runners[id.z];
  let own = memberLayers[m * shape.layers + layer.index];
  let base = m * shape.scratch4;
  let row = i % layer.way4 / layer.states4;
  let block = i % layer.states4;
  let of_inputs = row < layer.gates * layer.inputs;
  let of_bias = row >= layer.gates * (layer.inputs + layer.stateUnits);
  var sum = vec4f(0.0);
  if (of_bias) {
    let place_of_row = row - layer.gates * (layer.inputs + layer.stateUnits);
    let slot = slot_of(place_of_row / layer.biases, place_of_row % layer.biases == 1u);
    for (var b = 0u; b < step.rows; b++) {
      for (var s = 0u; s < layer.inputPositions; s++) { sum += scratch[value_at(base, b, r, s, slot) + block]; }
    }
  } else if (of_inputs) {
    let slot = slot_of(row / layer.inputs, false);
    let k = row % layer.inputs;
    for (var b = 0u; b < step.rows; b++) {
      for (var s = 0u; s < layer.inputPositions; s++) {
        sum += number(input_at(base, b, r, s), k) * scratch[value_at(base, b, r, s, slot) + block];
      }
    }
    let w = state[kernel_at(m, r) + i % layer.way4];
    sum += own.l1 * sign(w) + 2.0 * own.l2 * w;
  } else {
    let of_state = row - layer.gates * layer.inputs;
    let g = of_state / layer.stateUnits;
    let k = of_state % layer.stateUnits;
    let slot = slot_of(g, true);
    for (var b = 0u; b < step.rows; b++) {
      for (var s = 1u; s < layer.inputPositions; s++) {
        var h = hidden_at(base, b, r, s - 1u);
        if (layer.cell == CELL_GRU_BEFORE && g == 2u) { h = value_at(base, b, r, s, 3u); }
        sum += number(h, k) * scratch[value_at(base, b, r, s, slot) + block];
      }
    }
  }
  state[m * shape.state4 + shape.gradients + layer.kernel + i] = sum;
}
