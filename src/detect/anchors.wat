;; The first pass over a long text: where two bytes in a row may be part of something.
;;
;; Memory: at 0, what each pair of bytes begins, by the number that a load of both gives (the second byte is the high
;; one). At 0x10000 and at 0x20000, by that kind and the byte before the pair, and the byte behind it, bits of which some
;; must agree. At 0x30000, two bytes from before the text, the text, at most 0x8000 bytes, and the byte behind it. At
;; 0x39000, what was found: offsets of the pairs' second bytes from the text's beginning, 16 bits each.
;;
;; No branch depends on a byte, as it would be guessed wrong too often: each place is noted, and the note is written over
;; by the next one where the place is nothing.
(module
  (memory (export "memory") 5)

  ;; How many were found in a text of so many bytes.
  (func (export "find") (param $length i32) (result i32)
    (local $at i32) (local $from i32) (local $to i32) (local $end i32)
    (local.set $end (i32.const 0x39000))
    (loop $pair
      (if (i32.lt_u (local.get $at) (local.get $length))
        (then
          (i32.store16 (local.get $end) (local.get $at))
          (local.set $end
            (i32.add
              (local.get $end)
              (i32.shl
                (i32.ne (i32.load8_u (i32.load16_u offset=0x30001 (local.get $at))) (i32.const 0))
                (i32.const 1))))
          (local.set $at (i32.add (local.get $at) (i32.const 1)))
          (br $pair))))

    ;; Of these, those whose neighbours agree.
    (local.set $from (i32.const 0x39000))
    (local.set $to (i32.const 0x39000))
    (loop $note
      (if (i32.lt_u (local.get $from) (local.get $end))
        (then
          (local.set $at (i32.load16_u (local.get $from)))
          (i32.store16 (local.get $to) (local.get $at))
          (local.set $to
            (i32.add
              (local.get $to)
              (i32.shl
                (i32.ne (call $agree (local.get $at)) (i32.const 0))
                (i32.const 1))))
          (local.set $from (i32.add (local.get $from) (i32.const 2)))
          (br $note))))
    (i32.shr_u (i32.sub (local.get $to) (i32.const 0x39000)) (i32.const 1)))

  (func $agree (param $at i32) (result i32)
    (local $kind i32)
    (local.set $kind (i32.shl (i32.load8_u (i32.load16_u offset=0x30001 (local.get $at))) (i32.const 8)))
    (i32.and
      (i32.load8_u offset=0x10000 (i32.or (local.get $kind) (i32.load8_u offset=0x30000 (local.get $at))))
      (i32.load8_u offset=0x20000 (i32.or (local.get $kind) (i32.load8_u offset=0x30003 (local.get $at)))))))
