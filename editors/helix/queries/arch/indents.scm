[
  (block)
  (record)
  (list)
  (all)
] @indent

[
  "}"
  "]"
] @outdent
