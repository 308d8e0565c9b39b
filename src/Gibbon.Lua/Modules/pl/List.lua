-- pl.List
local utils, tablex = require("pl.utils"), require("pl.tablex")
local List = utils.stdmt.List
List.__index = List
local insert, remove = table.insert, table.remove

local function new(items)
  return setmetatable(items or {}, List)
end

function List.new(source)
  local list = {}
  if type(source) == "table" then
    for i, item in ipairs(source) do
      list[i] = item
    end
  elseif type(source) == "function" then
    for item in source do
      list[#list + 1] = item
    end
  elseif type(source) == "string" then
    for char in source:gmatch(".") do
      list[#list + 1] = char
    end
  elseif source ~= nil then
    list[1] = source
  end
  return new(list)
end

setmetatable(List, {
  __call = function(_, source)
    return List.new(source)
  end,
})

function List:clone() return new(tablex.copy(self)) end
function List:is_a(class) return class == List end
function List.class_of(value) return getmetatable(value) == List end

function List:append(item)
  self[#self + 1] = item
  return self
end
List.push = insert

function List:extend(other)
  for i = 1, #other do
    self[#self + 1] = other[i]
  end
  return self
end

function List:insert(at, item)
  insert(self, at, item)
  return self
end

function List:put(item) return self:insert(1, item) end

function List:remove(at)
  remove(self, at)
  return self
end
List.delete = List.remove

function List:remove_value(value)
  for i = 1, #self do
    if self[i] == value then
      remove(self, i)
      return self
    end
  end
  return self
end

function List:pop(at)
  return remove(self, at)
end
function List.get(self) return self end

function List:index(value, from)
  return tablex.find(self, value, from)
end

function List:contains(value)
  return tablex.find(self, value) ~= nil
end

function List:count(value)
  local n = 0
  for i = 1, #self do
    if self[i] == value then
      n = n + 1
    end
  end
  return n
end

function List:sort(f)
  table.sort(self, f and utils.function_arg(1, f))
  return self
end

function List:sorted(f) return self:clone():sort(f) end

function List:reverse()
  local n = #self
  for i = 1, math.floor(n / 2) do
    self[i], self[n - i + 1] = self[n - i + 1], self[i]
  end
  return self
end

function List:minmax()
  local least, most = math.huge, -math.huge
  for i = 1, #self do
    least, most = self[i] < least and self[i] or least, self[i] > most and self[i] or most
  end
  return least, most
end

function List:slice(from, to) return tablex.sub(self, from, to) end

function List:clear()
  for i = 1, #self do
    self[i] = nil
  end
  return self
end

function List:len() return #self end

function List:chop(from, to)
  return tablex.removevalues(self, from < 0 and #self + from + 1 or from, to and (to < 0 and #self + to + 1 or to) or from)
end

function List:splice(at, list) return tablex.insertvalues(self, at, list) end

function List.range(from, to, step)
  if not to then
    from, to = 1, from
  end
  return new(tablex.range(from, to, step))
end

function List.split(text, pattern) return new(utils.split(text, pattern)) end

function List:concat(separator) return table.concat(self, separator) end

function List:join(separator)
  local parts = {}
  for i = 1, #self do
    parts[i] = tostring(self[i])
  end
  return table.concat(parts, separator)
end

function List:foreach(f, ...)
  f = utils.function_arg(1, f)
  for i = 1, #self do
    f(self[i], ...)
  end
end

function List:foreachm(name, ...)
  for i = 1, #self do
    self[i][name](self[i], ...)
  end
end

function List:map(f, ...) return tablex.imap(f, self, ...) end
function List:map2(f, other, ...) return new(tablex.imap2(f, self, other, ...)) end
function List:mapm(name, ...) return tablex.mapmethod(self, name, ...) end
function List:filter(f, argument) return new(tablex.filter(self, f, argument)) end
function List:reduce(f, start) return tablex.reduce(f, self, start) end

function List:transform(f, ...)
  tablex.transform(f, self, ...)
  return self
end

function List:partition(f, ...)
  f = utils.function_arg(1, f)
  local groups = {}
  for i = 1, #self do
    local key = f(self[i], ...)
    if key == nil then
      key = "<nil>"
    end
    groups[key] = groups[key] or new()
    groups[key]:append(self[i])
  end
  return setmetatable(groups, require("pl.Map"))
end

function List:iter()
  local at = 0
  return function()
    at = at + 1
    return self[at]
  end
end
List.iterate = function(source) return List.new(source):iter() end

function List.__concat(a, b) return new(tablex.copy(a)):extend(b) end

function List.__eq(a, b)
  if #a ~= #b then
    return false
  end
  for i = 1, #a do
    if a[i] ~= b[i] then
      return false
    end
  end
  return true
end

function List:__tostring()
  return "{" .. self:map(function(item)
    return type(item) == "string" and item or tostring(item)
  end):concat(",") .. "}"
end

return List
