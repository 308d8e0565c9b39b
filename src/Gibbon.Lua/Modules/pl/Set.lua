-- pl.Set
local utils, tablex = require("pl.utils"), require("pl.tablex")
local Set = utils.stdmt.Set
Set.__index = Set

local function new(members)
  return setmetatable(members, Set)
end

setmetatable(Set, {
  __call = function(_, source)
    local members = {}
    if getmetatable(source) == Set or getmetatable(source) == utils.stdmt.Map then
      for key in pairs(source) do
        members[key] = true
      end
    elseif type(source) == "table" then
      for _, value in ipairs(source) do
        members[value] = true
      end
    elseif source ~= nil then
      members[source] = true
    end
    return new(members)
  end,
})

Set.values = tablex.keys

function Set.map(set, f, ...)
  f = utils.function_arg(1, f)
  local members = {}
  for key in pairs(set) do
    members[f(key, ...)] = true
  end
  return new(members)
end

function Set.union(a, b) return new(tablex.merge(tablex.copy(a), b, true)) end

local function add(a, b)
  if getmetatable(b) == Set then
    return Set.union(a, b)
  end
  local members = tablex.copy(a)
  members[b] = true
  return new(members)
end

function Set.intersection(a, b) return new(tablex.merge(tablex.copy(a), b, false)) end
function Set.difference(a, b) return new(tablex.difference(tablex.copy(a), b)) end
function Set.symmetric_difference(a, b) return new(tablex.difference(tablex.copy(a), b, true)) end

function Set.issubset(a, b)
  for key in pairs(a) do
    if not b[key] then
      return false
    end
  end
  return true
end

function Set.isempty(set) return next(set) == nil end
function Set.isdisjoint(a, b) return Set.isempty(Set.intersection(a, b)) end
function Set.len(set) return tablex.size(set) end

Set.__add, Set.__mul, Set.__sub, Set.__pow, Set.__lt = add, Set.intersection, Set.difference, Set.symmetric_difference, Set.issubset
Set.__len = Set.len

function Set.__eq(a, b) return Set.issubset(a, b) and Set.issubset(b, a) end

function Set:__tostring()
  local parts = {}
  for key in pairs(self) do
    parts[#parts + 1] = tostring(key)
  end
  table.sort(parts)
  return "[" .. table.concat(parts, ",") .. "]"
end

return Set
