;; Two numbers in, their sum out, through Extism's host functions.
(module
  (import "extism:host/env" "input_load_u64" (func $input (param i64) (result i64)))
  (import "extism:host/env" "alloc" (func $alloc (param i64) (result i64)))
  (import "extism:host/env" "store_u64" (func $store (param i64 i64)))
  (import "extism:host/env" "output_set" (func $output (param i64 i64)))
  (memory (export "memory") 1)
  (func (export "add") (result i32)
    (local $at i64)
    (local.set $at (call $alloc (i64.const 8)))
    (call $store (local.get $at)
      (i64.reinterpret_f64 (f64.add
        (f64.reinterpret_i64 (call $input (i64.const 0)))
        (f64.reinterpret_i64 (call $input (i64.const 8))))))
    (call $output (local.get $at) (i64.const 8))
    (i32.const 0)))
