-- Neovim 0.11 and later: vim.lsp.enable("archc")
return {
  cmd = { "archc-lsp" },
  filetypes = { "arch" },
  root_markers = { "archc.toml", ".git" },
}
