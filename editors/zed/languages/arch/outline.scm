(declaration
  kind: (identifier) @context
  name: (identifier) @name) @item
