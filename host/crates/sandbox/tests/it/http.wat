;; The future of a request to https://AUTHORITY/PATH. `method`: 0 get, 2 post. A POST has the first `body` bytes of
;; memory from 131072 as its body, in writes of 4,096. 0 when the request was refused at once; the code is at 2056.
(func $fetch (param $method i32) (param $authority i32) (param $authority-length i32) (param $path i32) (param $path-length i32) (param $body i32) (result i32)
  (local $request i32) (local $out i32) (local $stream i32) (local $future i32)
  (local.set $request (call $request (call $fields)))
  (drop (call $set-method (local.get $request) (local.get $method) (i32.const 0) (i32.const 0)))
  (drop (call $set-scheme (local.get $request) (i32.const 1) (i32.const 1) (i32.const 0) (i32.const 0)))
  (drop (call $set-authority (local.get $request) (i32.const 1) (local.get $authority) (local.get $authority-length)))
  (drop (call $set-path (local.get $request) (i32.const 1) (local.get $path) (local.get $path-length)))
  (if (local.get $body) (then
    (call $request-body (local.get $request) (i32.const 2048))
    (local.set $out (i32.load (i32.const 2052)))
    (call $body-write (local.get $out) (i32.const 2048))
    (local.set $stream (i32.load (i32.const 2052)))))
  (call $handle (local.get $request) (i32.const 0) (i32.const 0) (i32.const 2048))
  (if (i32.load8_u (i32.const 2048)) (then (return (i32.const 0))))
  (local.set $future (i32.load (i32.const 2056)))
  (if (local.get $body) (then
    (block $written (loop $next
      (br_if $written (i32.eqz (local.get $body)))
      (call $write (local.get $stream) (i32.const 131072) (i32.const 4096) (i32.const 2048))
      (br_if $written (i32.load8_u (i32.const 2048)))
      (local.set $body (i32.sub (local.get $body) (i32.const 4096)))
      (br $next)))
    (call $output-drop (local.get $stream))
    (call $body-finish (local.get $out) (i32.const 0) (i32.const 0) (i32.const 2048))))
  (local.get $future))

;; Waits for the response: its status, or 1000 and the error's case. The response is then at 3000.
(func $wait (param $future i32) (result i32)
  (call $block (call $response-ready (local.get $future)))
  (call $response-get (local.get $future) (i32.const 2048))
  (if (i32.load8_u (i32.const 2064)) (then (return (i32.add (i32.const 1000) (i32.load8_u (i32.const 2072))))))
  (i32.store (i32.const 3000) (i32.load (i32.const 2072)))
  (call $response-status (i32.load (i32.const 3000))))

;; Reads the body of the response at 3000 to its end: its bytes, or -1 when it broke off.
(func $drain (result i32)
  (local $stream i32) (local $sum i32)
  (call $response-body (i32.load (i32.const 3000)) (i32.const 2048))
  (call $body-stream (i32.load (i32.const 2052)) (i32.const 2048))
  (local.set $stream (i32.load (i32.const 2052)))
  (loop $next
    (global.set $free (i32.const 65536))
    (call $read (local.get $stream) (i64.const 65536) (i32.const 2048))
    (if (i32.load8_u (i32.const 2048)) (then
      ;; 1 is closed: the end.
      (if (i32.load8_u (i32.const 2052)) (then (return (local.get $sum))))
      (return (i32.const -1))))
    (local.set $sum (i32.add (local.get $sum) (i32.load (i32.const 2056))))
    (br $next))
  (unreachable))
