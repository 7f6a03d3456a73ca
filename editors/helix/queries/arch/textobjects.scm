(declaration
  body: (block) @class.inside) @class.around

(connection) @function.around

[
  (comment)
  (doc_comment)
  (block_comment)
] @comment.around
