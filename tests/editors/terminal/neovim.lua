-- Uses Arch in a headless Neovim, 0.7 or 0.11, as its README says. ARCHC_WORKSPACE is a copy of the test workspace,
-- ARCHC_PLUGIN the folder editors/neovim with the parser built.
local workspace, plugin = vim.env.ARCHC_WORKSPACE, vim.env.ARCHC_PLUGIN
local new = vim.fn.has("nvim-0.11") == 1
local checks, failed = 0, 0

local function is(what, holds, more)
  checks = checks + 1
  if holds then return end
  failed = failed + 1
  io.stdout:write("FAILED neovim: " .. what .. " " .. (more and vim.inspect(more) or "") .. "\n")
end

local function wait(what, condition)
  is(what, vim.wait(15000, condition, 20))
end

local function clients()
  return new and vim.lsp.get_clients({ name = "archc" }) or vim.tbl_values(vim.lsp.buf_get_clients(0))
end

local function run()
  vim.opt.runtimepath:append(plugin)
  vim.cmd("filetype plugin on")
  vim.o.swapfile = false
  if new then vim.lsp.enable("archc") else require("archc").setup() end

  vim.cmd("edit " .. workspace .. "/broken.arch")
  is("the file type", vim.bo.filetype == "arch", vim.bo.filetype)
  is("the indentation", vim.bo.shiftwidth == 2 and vim.bo.expandtab)
  is("the comment", vim.bo.commentstring == "// %s")
  wait("the server is attached", function() return #clients() > 0 end)
  wait("findings", function() return #vim.diagnostic.get(0) > 0 end)
  local codes = {}
  for _, it in ipairs(vim.diagnostic.get(0)) do codes[it.code or it.user_data.lsp.code] = it end
  is("the misspelt attribute is found", codes.E117 ~= nil, vim.tbl_keys(codes))
  is("at its place", codes.E117 and codes.E117.lnum == 3 and codes.E117.col == 19, codes.E117)

  -- a lens tells something, though no extension of ours is there
  local told
  vim.lsp.handlers["window/showMessage"] = function(_, message) told = message.message end
  local here = { textDocument = { uri = vim.uri_from_bufnr(0) } }
  for _, answer in pairs(vim.lsp.buf_request_sync(0, "textDocument/codeLens", here, 10000) or {}) do
    for _, lens in ipairs(answer.result) do
      if lens.command.command == "archc.lsp.findings" then
        vim.lsp.buf_request_sync(0, "workspace/executeCommand", lens.command, 10000)
        break
      end
    end
  end
  wait("a lens tells its findings", function() return told and told:find("E117") ~= nil end)

  -- mending the text takes the finding away
  local line = vim.api.nvim_buf_get_lines(0, 3, 4, false)[1]
  vim.api.nvim_buf_set_lines(0, 3, 4, false, { (line:gsub("replcas", "replicas")) })
  wait("the finding goes", function()
    for _, it in ipairs(vim.diagnostic.get(0)) do
      if (it.code or it.user_data.lsp.code) == "E117" then return false end
    end
    return #vim.diagnostic.get(0) > 0
  end)

  local function ask(method, params)
    local answers = vim.lsp.buf_request_sync(0, method, params, 10000) or {}
    for _, answer in pairs(answers) do return answer.result, answer.err or answer.error end
  end
  local document = { uri = vim.uri_from_bufnr(0) }
  do
    local hover = ask("textDocument/hover", { textDocument = document, position = { line = 3, character = 9 } })
    is("hover", hover ~= nil and vim.inspect(hover):find("checkout") ~= nil, hover)
  end
  do
    vim.api.nvim_buf_set_lines(0, 3, 4, false, { "service checkout { replicas = 3  ti }" })
    local found = ask("textDocument/completion", { textDocument = document, position = { line = 3, character = 34 } })
    is("completion", vim.inspect(found):find("zones") ~= nil)
  end
  do
    vim.api.nvim_buf_set_lines(0, 3, 4, false, { "service   checkout {replicas=3}" })
    local format = new and vim.lsp.buf.format or vim.lsp.buf.formatting_sync
    vim.api.nvim_buf_set_lines(0, 4, 5, false, { "database orders" })
    format()
    is("formatting", vim.api.nvim_buf_get_lines(0, 3, 4, false)[1] == "service checkout { replicas = 3 }", vim.api.nvim_buf_get_lines(0, 3, 4, false))
  end

  vim.cmd("edit! " .. workspace .. "/shop.arch")
  local parser = vim.treesitter.get_parser(0, "arch")
  local tree = parser:parse()[1]
  is("tree-sitter reads it", not tree:root():has_error())
  local query = (vim.treesitter.query.get or vim.treesitter.query.get_query)("arch", "highlights")
  local seen = {}
  for id, node in query:iter_captures(tree:root(), 0, 0, -1) do
    local row, column = node:range()
    seen[row .. ":" .. column] = seen[row .. ":" .. column] or query.captures[id]
  end
  is("a kind is a keyword", seen["8:0"] == "keyword", seen["8:0"])
  is("an attribute is a property", seen["8:27"] == "property", seen["8:27"])
  is("colours are on", vim.treesitter.highlighter.active[vim.api.nvim_get_current_buf()] ~= nil)

  local ids = clients()
  for _, client in ipairs(ids) do client:stop() end
  wait("the server stops", function() return #clients() == 0 end)
end

-- 0.7 has methods of clients as functions
local meta = not new and function(client) return setmetatable({}, { __index = client, __call = nil }) end
if meta then
  local plain = clients
  clients = function()
    return vim.tbl_map(function(client)
      local it = meta(client)
      it.stop = function() client.stop() end
      return it
    end, plain())
  end
end

local fine, problem = xpcall(run, debug.traceback)
is("the test runs to its end", fine, problem)
local version = vim.version()
io.stdout:write(("%d checks of Neovim %d.%d, %d failed\n"):format(checks, version.major, version.minor, failed))
vim.cmd(failed > 0 and "cquit 1" or "qall!")
