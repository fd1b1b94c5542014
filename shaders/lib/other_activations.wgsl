// The activations that the products leave to a pass of their own (finish_cells.wgsl), of single numbers; formulas as assembly/activation.ts. Value and
// derivative come together, both of the sum: the derivative waits where the layer's deltas will be.

const ROOT_HALF: f32 = 0.7071067811865476;
const ROOT_2_OVER_PI: f32 = 0.7978845608028654;
const DENSITY_AT_0: f32 = 0.3989422804014327; // 1 / sqrt(2 pi)
const GELU_CUBIC: f32 = 0.044715;

struct Lifted {
  value: vec4f,
  slope: vec4f,
}

fn softplus(x: vec4f) -> vec4f { return max(x, vec4f(0.0)) + log1p(exp(-abs(x))); }

fn tanh_of(x: vec4f) -> vec4f {
  let e = expm1(-2.0 * abs(x));
  return sign(x) * (-e / (2.0 + e));
}

// A quotient of polynomials up to 4, where it is 1 in float32: assembly/vector.ts.
fn erf(input: vec4f) -> vec4f {
  let x = clamp(input, vec4f(-4.0), vec4f(4.0));
  let s = x * x;
  let p = ((((((-2.72614225801306e-10 * s + 2.77068142495902e-8) * s - 2.10102402082508e-6) * s - 5.69250639462346e-5) * s - 7.34990630326855e-4) * s - 2.95459980854025e-3) * s - 1.60960333262415e-2);
  let q = ((((-1.45660718464996e-5 * s - 2.13374055278905e-4) * s - 1.68282697438203e-3) * s - 7.37332916720468e-3) * s - 1.42647390514189e-2);
  return x * p / q;
}

fn lift(own: MemberLayer, x: vec4f) -> Lifted {
  let zero = vec4f(0.0);
  let one = vec4f(1.0);
  let kind = own.activation;
  let a = own.parameter;
  var y = x;
  var d = one;
  if ((ACTIVATIONS & (1u << ACTIVATION_BOUNDED_RELU)) != 0u) {
    if (kind == ACTIVATION_BOUNDED_RELU) {
      let above = x > vec4f(own.third);
      y = min(select(a * (x - own.third), x, above), vec4f(own.second));
      d = select(vec4f(a), select(zero, one, x < vec4f(own.second)), above);
    }
  }
  if ((ACTIVATIONS & (1u << ACTIVATION_RELU6)) != 0u) {
    if (kind == ACTIVATION_RELU6) {
      y = clamp(x, zero, vec4f(6.0));
      d = select(zero, one, (x > zero) & (x < vec4f(6.0)));
    }
  }
  if ((ACTIVATIONS & (1u << ACTIVATION_CELU)) != 0u) {
    if (kind == ACTIVATION_CELU) {
      let e = expm1(min(x, zero) / a);
      y = select(a * e, x, x > zero);
      d = select(e + 1.0, one, x > zero);
    }
  }
  if ((ACTIVATIONS & (1u << ACTIVATION_EXPONENTIAL)) != 0u) {
    if (kind == ACTIVATION_EXPONENTIAL) {
      y = exp(x);
      d = y;
    }
  }
  if ((ACTIVATIONS & (1u << ACTIVATION_HARD_TANH)) != 0u) {
    if (kind == ACTIVATION_HARD_TANH) {
      y = clamp(x, -one, one);
      d = select(zero, one, abs(x) < one);
    }
  }
  if ((ACTIVATIONS & (1u << ACTIVATION_HARD_SHRINK)) != 0u) {
    if (kind == ACTIVATION_HARD_SHRINK) {
      d = select(zero, one, abs(x) > vec4f(a));
      y = x * d;
    }
  }
  if ((ACTIVATIONS & (1u << ACTIVATION_SOFT_SHRINK)) != 0u) {
    if (kind == ACTIVATION_SOFT_SHRINK) {
      y = x - clamp(x, vec4f(-a), vec4f(a));
      d = select(zero, one, abs(x) > vec4f(a));
    }
  }
  if ((ACTIVATIONS & (1u << ACTIVATION_LOG_SIGMOID)) != 0u) {
    if (kind == ACTIVATION_LOG_SIGMOID) {
      y = -softplus(-x);
      d = sigmoid(-x);
    }
  }
  if ((ACTIVATIONS & (1u << ACTIVATION_SPARSE_SIGMOID)) != 0u) {
    if (kind == ACTIVATION_SPARSE_SIGMOID) {
      y = clamp(0.5 * x + 0.5, zero, one);
      d = select(zero, vec4f(0.5), abs(x) < one);
    }
  }
  if ((ACTIVATIONS & (1u << ACTIVATION_SILU)) != 0u) {
    if (kind == ACTIVATION_SILU) {
      let s = sigmoid(x);
      y = x * s;
      d = s * (1.0 + x * (1.0 - s));
    }
  }
  if ((ACTIVATIONS & (1u << ACTIVATION_HARD_SWISH)) != 0u) {
    if (kind == ACTIVATION_HARD_SWISH) {
      y = x * clamp(x / 6.0 + 0.5, zero, one);
      d = select(select(zero, one, x > zero), x / 3.0 + 0.5, abs(x) < vec4f(3.0));
    }
  }
  if ((ACTIVATIONS & (1u << ACTIVATION_GELU)) != 0u) {
    if (kind == ACTIVATION_GELU) {
      let below = 0.5 * (1.0 + erf(ROOT_HALF * x));
      y = x * below;
      d = below + x * DENSITY_AT_0 * exp(-0.5 * x * x);
    }
  }
  if ((ACTIVATIONS & (1u << ACTIVATION_TANH_GELU)) != 0u) {
    if (kind == ACTIVATION_TANH_GELU) {
      let t = tanh_of(ROOT_2_OVER_PI * (x + GELU_CUBIC * x * x * x));
      y = 0.5 * x * (1.0 + t);
      d = 0.5 * (1.0 + t) + 0.5 * x * (1.0 - t * t) * ROOT_2_OVER_PI * (1.0 + 3.0 * GELU_CUBIC * x * x);
    }
  }
  if ((ACTIVATIONS & (1u << ACTIVATION_MISH)) != 0u) {
    if (kind == ACTIVATION_MISH) {
      // tanh(softplus(x)) = n / (n + 2), n = e^x (e^x + 2); it is 1 in float32 from 10 on.
      let e = exp(min(x, vec4f(20.0)));
      let n = e * (e + 2.0);
      let t = n / (n + 2.0);
      y = x * t;
      d = t + x * (1.0 - t * t) * sigmoid(x);
    }
  }
  if ((ACTIVATIONS & (1u << ACTIVATION_TANH_SHRINK)) != 0u) {
    if (kind == ACTIVATION_TANH_SHRINK) {
      let t = tanh_of(x);
      y = x - t;
      d = t * t;
    }
  }
  if ((ACTIVATIONS & (1u << ACTIVATION_SQUAREPLUS)) != 0u) {
    if (kind == ACTIVATION_SQUAREPLUS) {
      // The root is kept off 0, where a is 0 and so is the sum.
      let root = max(sqrt(x * x + a), vec4f(1e-30));
      y = 0.5 * (x + root);
      d = 0.5 * (1.0 + x / root);
    }
  }
  if ((ACTIVATIONS & (1u << ACTIVATION_SPARSE_PLUS)) != 0u) {
    if (kind == ACTIVATION_SPARSE_PLUS) {
      d = clamp(0.5 * x + 0.5, zero, one);
      y = select(d * d, x, x >= one);
    }
  }
  if ((ACTIVATIONS & (1u << ACTIVATION_THRESHOLD)) != 0u) {
    if (kind == ACTIVATION_THRESHOLD) {
      y = select(vec4f(own.second), x, x > vec4f(a));
      d = select(zero, one, x > vec4f(a));
    }
  }
  return Lifted(y, d);
}
