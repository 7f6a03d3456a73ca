[
  (block)
  (record)
  (list)
  (all)
] @indent.begin

[
  "}"
  "]"
] @indent.branch @indent.end

(block_comment) @indent.auto
(text_block) @indent.ignore
