// Where the numbers of a recurrent layer are. A layer has one recurrence or two (`ways`), each with its parameters, gate by gate: kernel (gates, inputs, states4),
// recurrent kernel (gates, stateUnits, states4), bias (gates, biases, states4). In scratch, of a row of the batch and a way: `values` (steps, slots, states4), its gates
// after their activation, and backwards the deltas of their sums; `hidden` (steps, states4), the states after the steps; of an lstm `cells` (steps, 2, states4), its cells and
// their activation; `carry` (2, states4), deltas of the state and of the cells.
// Slots: lstm i f candidate o; simpleRnn its state; gru candidate, z, r, and what r multiplies of the candidate (resetAfter) or r times the state.

const CELL_SIMPLE: u32 = 0u;
const CELL_GRU_BEFORE: u32 = 1u;
const CELL_GRU: u32 = 2u;
const CELL_LSTM: u32 = 3u;
const MERGE_CONCAT: u32 = 1u;
const MERGE_AVE: u32 = 3u;
const MERGE_MUL: u32 = 4u;

fn number(at: u32, k: u32) -> f32 { return scratch[at + (k >> 2u)][k & 3u]; }

// Which step of the sequence step s of a way reads, or the other way round.
fn place(s: u32, r: u32) -> u32 { return select(s, layer.inputPositions - 1u - s, (layer.backwards != 0u) != (r == 1u)); }

// The step whose state a way's output at place o is.
fn step_of(o: u32, r: u32) -> u32 {
  if (layer.sequences == 0u) { return layer.inputPositions - 1u; }
  return select(o, layer.inputPositions - 1u - o, r == 1u);
}

fn row_of(b: u32, r: u32, s: u32) -> u32 { return (b * layer.ways + r) * layer.inputPositions + s; }
fn value_at(base: u32, b: u32, r: u32, s: u32, slot: u32) -> u32 { return base + layer.values + (row_of(b, r, s) * layer.slots + slot) * layer.states4; }
fn hidden_at(base: u32, b: u32, r: u32, s: u32) -> u32 { return base + layer.hidden + row_of(b, r, s) * layer.states4; }
fn cell_at(base: u32, b: u32, r: u32, s: u32) -> u32 { return base + layer.cells + row_of(b, r, s) * 2u * layer.states4; }
fn input_at(base: u32, b: u32, r: u32, s: u32) -> u32 { return base + layer.source + (b * layer.inputPositions + place(s, r)) * layer.inputs4; }

fn kernel_at(m: u32, r: u32) -> u32 { return m * shape.state4 + layer.kernel + r * layer.way4; }
fn recurrent_at(m: u32, r: u32) -> u32 { return kernel_at(m, r) + layer.gates * layer.inputs * layer.states4; }
fn bias_at(m: u32, r: u32) -> u32 { return recurrent_at(m, r) + layer.gates * layer.stateUnits * layer.states4; }

// The slot where what gate g has of the inputs stands, or of the state.
fn slot_of(g: u32, of_state: bool) -> u32 {
  if (layer.cell == CELL_SIMPLE || layer.cell == CELL_LSTM) { return g; }
  if (g < 2u) { return g + 1u; }
  return select(0u, 3u, of_state && layer.cell == CELL_GRU);
}

fn masked(base: u32, b: u32, r: u32, s: u32) -> bool {
  if (layer.mask == NONE) { return false; }
  return number(base + layer.mask + b * layer.mask4, place(s, r)) == 0.0;
}

// Whether place o of the outputs is 0: where two recurrences meet at a masked step, as in Keras; one by itself repeats its last output.
fn silent(base: u32, b: u32, o: u32) -> bool { return layer.ways == 2u && layer.sequences != 0u && masked(base, b, 0u, o); }

fn hidden_before(base: u32, b: u32, r: u32, s: u32, block: u32) -> vec4f {
  if (s == 0u) { return vec4f(0.0); }
  return scratch[hidden_at(base, b, r, s - 1u) + block];
}
