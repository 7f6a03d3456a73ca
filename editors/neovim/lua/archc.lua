-- Starts archc-lsp for .arch files: by Neovim's own configuration where it has one (0.11), by hand before that.
local M = {}

local function root(path)
  local folder = vim.fn.fnamemodify(path, ":p:h")
  for _, marker in ipairs({ "archc.toml", ".git" }) do
    for _, found in ipairs({ vim.fn.findfile(marker, folder .. ";"), vim.fn.finddir(marker, folder .. ";") }) do
      if found ~= "" then return vim.fn.fnamemodify(found, ":p"):gsub("/$", ""):match("^(.*)/[^/]*$") end
    end
  end
  return folder
end

-- one server for each root
local clients = {}

local function attach(buffer, options)
  local folder = root(vim.api.nvim_buf_get_name(buffer))
  if not clients[folder] then
    clients[folder] = vim.lsp.start_client({
      name = "archc",
      cmd = options.cmd or { "archc-lsp" },
      root_dir = folder,
      workspace_folders = { { uri = vim.uri_from_fname(folder), name = folder } },
      on_attach = options.on_attach,
      on_exit = function() clients[folder] = nil end,
    })
  end
  if clients[folder] then vim.lsp.buf_attach_client(buffer, clients[folder]) end
end

--- `options.cmd` and `options.on_attach`, both as Neovim has them.
function M.setup(options)
  options = options or {}
  if vim.fn.has("nvim-0.11") == 1 then
    vim.lsp.config("archc", options)
    vim.lsp.enable("archc")
    return
  end
  vim.api.nvim_create_autocmd("FileType", {
    group = vim.api.nvim_create_augroup("archc", { clear = true }),
    pattern = "arch",
    callback = function(event) attach(event.buf, options) end,
  })
end

return M
