// The functions of assembly/vector.ts over arrays of n floats (n a multiple of 4), for test/kernels/vectors.test.ts.

import { exp, expm1, log, log1p, sigmoid, softplus, tanh } from '../../../assembly/vector'

/** Room for two arrays of up to 8,192 floats. */
export const input: usize = memory.data(32768, 16)
export const output: usize = memory.data(32768, 16)

export function apply_exp(n: i32): void { for (let i: usize = 0; i < <usize>n * 4; i += 16) v128.store(output + i, exp(v128.load(input + i))) }
export function apply_expm1(n: i32): void { for (let i: usize = 0; i < <usize>n * 4; i += 16) v128.store(output + i, expm1(v128.load(input + i))) }
export function apply_log(n: i32): void { for (let i: usize = 0; i < <usize>n * 4; i += 16) v128.store(output + i, log(v128.load(input + i))) }
export function apply_log1p(n: i32): void { for (let i: usize = 0; i < <usize>n * 4; i += 16) v128.store(output + i, log1p(v128.load(input + i))) }
export function apply_sigmoid(n: i32): void { for (let i: usize = 0; i < <usize>n * 4; i += 16) v128.store(output + i, sigmoid(v128.load(input + i))) }
export function apply_softplus(n: i32): void { for (let i: usize = 0; i < <usize>n * 4; i += 16) v128.store(output + i, softplus(v128.load(input + i))) }
export function apply_tanh(n: i32): void { for (let i: usize = 0; i < <usize>n * 4; i += 16) v128.store(output + i, tanh(v128.load(input + i))) }
