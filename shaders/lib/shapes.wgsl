// What all kernels know. Rows are vec4f: a row of n numbers is (n + 3) / 4 of them, the padding 0 in parameters and deltas.
// `state` is (P, state4): of each member its parameters, each slot of the optimizer and, where something needs it, their gradient, (parameters4) each with
// everything at the same places; then the squared lengths of that gradient's tensors; then what is kept and not trained.
// `scratch` is (P, scratch4): inputs (R, inputs4), then layer by layer its outputs (R, units4), deltas (B, units4) and what else its kind needs.
// A row of several positions is so many rows here: R and B count them.

struct Shape {
  layers: u32,
  parameters4: u32, // vec4s of a member's parameters
  state4: u32, // vec4s of a member's parameters and slots
  scratch4: u32, // vec4s of a member's scratch
  inputs: u32, // features of a position
  inputs4: u32,
  outputs: u32,
  batch: u32, // rows of a whole batch
  positions: u32, // of a row, `inputs` features each
  gradients: u32, // where in a member's state
  lengths: u32, // and (layers, 2) of the squared lengths of its tensors' gradients, in x
  more: u32, // where in `scalars` a step's other numbers are
  last: u32, // the number of the output layer; what follows it in the table are tensors of layers that have more than two
}

// Its size is a multiple of 16 bytes, as WGSL asks of what a uniform array holds.
struct Layer {
  @align(16) inputs: u32,
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
  kind: u32,
  inputPositions: u32, // of a row, each a row of inputs
  positions: u32, // and of outputs
  rows: u32, // of its first tensor, each (units4); that is `kernel`, the second `bias`; NONE is no place
  trained: u32, // 1: the first tensor is; 2: the second is; 4: the first has two axes; 8: the second has the shape of the first
  trainable: u32, // 1: training moves what is kept beside them
  moving: u32, // where in a member's state: means (units4), variances (units4)
  reads: u32, // the index of the layer whose outputs it reads
  merged: u32, // where that layer's deltas are, if others read its outputs as well, and NONE if not; then `below` is where this layer writes its own
  sum: u32, // and this where they are added up
  way: u32, // of a block: which of its ways, one a Layer
  offset: u32, // and the column where that begins in the block's outputs
  groups: u32, // of a layer normalization: lib/groups.wgsl
  gates: u32, // of a recurrent layer and of its tensors, whose columns lie gate by gate; else 1
  cell: u32, // this and what follows: lib/recurrent.wgsl
  slots: u32,
  biases: u32,
  stateUnits: u32,
  states4: u32,
  ways: u32,
  way4: u32, // vec4s of a way's parameters
  merge: u32,
  backwards: u32,
  sequences: u32,
  values: u32,
  hidden: u32,
  cells: u32,
  carry: u32,
  mask: u32, // in scratch: the tokens that mask its inputs, (R, mask4), or NONE
  mask4: u32,
  statistics: u32, // in scratch: means, 1 / deviations, sums of deltas and of deltas times normalized inputs (4, units4)
  imageRows: u32, // of kinds with windows, as assembly/structures.ts's Window
  columns: u32,
  outColumns: u32,
  height: u32, // cells of a window
  width: u32,
  strideY: u32,
  strideX: u32,
  dilationY: u32,
  dilationX: u32,
  top: u32, // cells of padding before the first
  left: u32,
  matrices: u32, // that its first tensor is: of more than two axes the last two are one each
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
  momentum: f32, // of moving means
  epsilon: f32,
  undecayed: u32, // 1, 2: weight decay takes nothing off the first, the second tensor
  lift: u32, // the activation of a recurrent layer's state, with its number, and that of its gates; or what lies outside of images that are moved
  liftParameter: f32,
  gates: u32,
  gateParameter: f32,
  spatial: u32, // whether dropout has one mask for all positions of a row
}

struct Member {
  seed: u32,
  shuffle: u32,
  clip: u32, // Keras 2.2's cross-entropies and weighted mean
  optimizer: u32,
  nesterov: u32,
  epsilonInsideRoot: u32,
  classWeights: u32, // where in `classWeights`, or NONE
  slots: u32, // of the optimizer itself
  whole: u32, // whether an update needs the gradient of the whole network first
  centered: u32,
  amsgrad: u32,
  gathered: u32, // batches an update; of several the slot after `slots` holds the sum of gradients
  share: f32, // 1 / gathered
  clipValue: f32, // 0 is none, as of the next two
  clipNorm: f32,
  globalClipNorm: f32,
  epsilon1: f32,
  epsilon2: f32,
  clipThreshold: f32,
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
