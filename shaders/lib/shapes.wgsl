// What all kernels know. Rows are vec4f: a row of n numbers is (n + 3) / 4 of them, the padding 0 in parameters and deltas.
// `state` is (P, 1 + slots, parameters4): parameters, then each slot of the optimizer, at the same places.
// `scratch` is (P, scratch4): inputs (R, inputs4), then every layer's outputs (R, units4), then every layer's deltas (B, units4).

struct Shape {
  layers: u32,
  parameters4: u32, // vec4s of a member's parameters
  state4: u32, // vec4s of a member's parameters and slots
  scratch4: u32, // vec4s of a member's scratch
  inputs: u32, // features of a row
  inputs4: u32,
  outputs: u32,
  batch: u32, // rows of a whole batch
}

struct Layer {
  inputs: u32,
  units: u32,
  inputs4: u32,
  units4: u32,
  kernel: u32, // where in a member's parameters: (inputs, units4)
  bias: u32, // (units4)
  source: u32, // where in a member's scratch its inputs are: (R, inputs4)
  outputs: u32, // (R, units4)
  deltas: u32, // (B, units4)
  below: u32, // the deltas of the layer below: (B, inputs4)
  tiles: u32, // where its tiles start in the grouped update
  index: u32,
}

struct MemberLayer {
  activation: u32,
  parameter: f32, // the activation's first number
  l1: f32,
  l2: f32,
  keep: f32, // part of the outputs that dropout keeps
  threshold: u32, // an output stays where its random word is at least this
  second: f32, // numbers of the activation
  third: f32,
}

struct Member {
  seed: u32,
  shuffle: u32,
  clip: u32, // Keras 2.2's cross-entropies and weighted mean
  optimizer: u32,
  nesterov: u32,
  epsilonInsideRoot: u32,
  classWeights: u32, // where in `classWeights`, or NONE
  slots: u32,
  momentum: f32,
  rho: f32,
  restOfRho: f32,
  beta1: f32,
  restOfBeta1: f32,
  beta2: f32,
  restOfBeta2: f32,
  epsilon: f32,
}

// One batch, or `count` of them beginning with it. In training its rows are `first` … of the epoch's order, else of the data.
struct Step {
  epoch: u32,
  step: u32,
  first: u32,
  rows: u32,
  training: u32,
  slot: u32, // where its results go, and which scalars it takes
  total: u32, // rows of the data
  runners: u32, // members of the submission
  count: u32,
  base: u32, // which runner the dispatch begins with
  sums: u32, // where in `numbers` of train_network
  keep: u32, // whether outputs are wanted
}

const NONE: u32 = 0xffffffffu;
