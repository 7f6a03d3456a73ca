-- How an .arch file is edited: indentation, comments, and colours where the tree-sitter parser is installed.
vim.bo.commentstring = "// %s"
vim.bo.comments = "s1:/*,mb:*,ex:*/,:///,://"
vim.bo.expandtab = true
vim.bo.shiftwidth = 2
vim.bo.softtabstop = 2
vim.opt_local.iskeyword:append("-")
vim.b.undo_ftplugin = "setlocal commentstring< comments< expandtab< shiftwidth< softtabstop< iskeyword<"

if vim.fn.has("nvim-0.9") == 1 and pcall(vim.treesitter.start) then
  vim.opt_local.foldexpr = "v:lua.vim.treesitter.foldexpr()"
elseif vim.fn.has("nvim-0.9") == 0 and #vim.api.nvim_get_runtime_file("parser/arch.so", false) > 0 then
  local found, parser = pcall(vim.treesitter.get_parser, 0, "arch")
  if found then vim.treesitter.highlighter.new(parser) end
end
