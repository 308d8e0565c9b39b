-- What OpenResty's LuaJIT has of Lua 5.2, and Debian's, built without it, has not: plugins count on it. (`#` of tables with __len remains as in 5.1.)
local getmetatable, type, select, next, error, rawpairs, rawipairs = debug.getmetatable, type, select, next, error, pairs, ipairs

table.pack = table.pack or function(...)
  return { n = select("#", ...), ... }
end
table.unpack = table.unpack or unpack

local probe = setmetatable({}, {
  __pairs = function()
    return next, { true }
  end,
})
local has_pairs = false
for _ in pairs(probe) do
  has_pairs = true
end

if not has_pairs then
  function pairs(t)
    local mt = getmetatable(t)
    local f = type(mt) == "table" and mt.__pairs
    if f then
      return f(t)
    end
    if type(t) ~= "table" then
      error("bad argument #1 to 'pairs' (table expected, got " .. (t == nil and "nil" or type(t)) .. ")", 2)
    end
    return rawpairs(t)
  end

  function ipairs(t)
    local mt = getmetatable(t)
    local f = type(mt) == "table" and mt.__ipairs
    if f then
      return f(t)
    end
    if type(t) ~= "table" then
      error("bad argument #1 to 'ipairs' (table expected, got " .. (t == nil and "nil" or type(t)) .. ")", 2)
    end
    return rawipairs(t)
  end
end
