// The numbers of src/core/names.ts. A test compares the two.

export namespace Activation {
  export const LINEAR: i32 = 0
  export const RELU: i32 = 1
  export const LEAKY_RELU: i32 = 2
  export const ELU: i32 = 3
  export const SELU: i32 = 4
  export const SOFTPLUS: i32 = 5
  export const SOFTSIGN: i32 = 6
  export const TANH: i32 = 7
  export const SIGMOID: i32 = 8
  export const HARD_SIGMOID: i32 = 9
  export const SOFTMAX: i32 = 10
}

export namespace Loss {
  export const MEAN_SQUARED_ERROR: i32 = 0
  export const BINARY_CROSSENTROPY: i32 = 1
  export const CATEGORICAL_CROSSENTROPY: i32 = 2
}

export namespace Optimizer {
  export const SGD: i32 = 0
  export const RMSPROP: i32 = 1
  export const ADAGRAD: i32 = 2
  export const ADADELTA: i32 = 3
  export const ADAM: i32 = 4
  export const ADAMAX: i32 = 5
  export const NADAM: i32 = 6
  export const ADAMW: i32 = 7
}

// The low byte of a random key's second word; the layer stands above it.
export namespace Purpose {
  export const SHUFFLE: u32 = 1
  export const KERNEL: u32 = 2
  export const BIAS: u32 = 3
  export const DROPOUT: u32 = 4
}
