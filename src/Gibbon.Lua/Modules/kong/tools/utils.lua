-- kong.tools.utils: what the other tools have, under one name.
local M = {}

for _, name in ipairs({ "table", "string", "uuid", "rand", "time", "http", "ip", "sha256", "gzip" }) do
  for key, value in pairs(require("kong.tools." .. name)) do
    if M[key] == nil then
      M[key] = value
    end
  end
end

function M.get_hostname()
  return kong.node.get_hostname()
end

-- A module if it can be found; an error in it is an error.
function M.load_module_if_exists(name)
  local ok, loaded = xpcall(function()
    return require(name)
  end, debug.traceback)
  if ok then
    return true, loaded
  end
  if type(loaded) == "string" and loaded:find("module '" .. name .. "' not found", 1, true) then
    return false, loaded
  end
  error("error loading module '" .. name .. "':\n" .. tostring(loaded))
end

return M
