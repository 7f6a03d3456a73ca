[
  (block)
  (record)
  (list)
  (block_comment)
  (text_block)
] @fold
