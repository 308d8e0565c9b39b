-- cjson.safe: the same, with nil and the error in the place of raising it.
local G = ...
local cjson = require("cjson")

local function safe_of(from)
  local safe = {}
  for name, value in pairs(from) do
    safe[name] = value
  end

  function safe.encode(...)
    local ok, text = pcall(from.encode, ...)
    if ok then
      return text
    end
    return nil, text
  end

  function safe.decode(...)
    local ok, value = pcall(from.decode, ...)
    if ok then
      return value
    end
    return nil, value
  end

  function safe.new()
    return safe_of(from.new())
  end
  return safe
end

return safe_of(cjson.new())
