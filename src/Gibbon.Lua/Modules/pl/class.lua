-- pl.class: classes with single inheritance, and mixins.
local M = {}

local function is_a(self, class)
  if class == nil then
    return getmetatable(self)
  end
  local at = getmetatable(self)
  while at do
    if at == class then
      return true
    end
    at = rawget(at, "_base")
  end
  return false
end

local function class_of(class, object)
  return type(object) == "table" and is_a(object, class) or false
end

local function cast(class, object)
  return setmetatable(object, class)
end

local function call_init(class, object, ...)
  local init = class._init
  if not init then
    return nil
  end
  -- super is there while the initialiser runs, and means the base's.
  local before = rawget(object, "super")
  local base = rawget(class, "_base")
  while base and base._init == init do
    base = rawget(base, "_base")
  end
  rawset(object, "super", base and function(self, ...)
    return call_init(base, self, ...)
  end or nil)
  local result = init(object, ...)
  rawset(object, "super", before)
  return result
end

local function new(class, ...)
  local create = rawget(class, "_create") or class._create
  local object = create and create(...) or {}
  setmetatable(object, class)
  local result = call_init(class, object, ...)
  if result and result ~= object then
    object = setmetatable(result, getmetatable(result) or class)
  end
  local post = class._post_init
  if post then
    post(object)
  end
  return object
end

-- What a class does not have, its handler is asked for.
local function falling_back(class, handler)
  return function(object, key)
    local value = class[key]
    if value == nil then
      return handler(object, key)
    end
    return value
  end
end

local function make(base, definition)
  local class = definition or {}
  if base then
    for key, value in pairs(base) do
      if class[key] == nil and key ~= "_base" and key ~= "_name" and key ~= "__index" then
        class[key] = value
      end
    end
    rawset(class, "_base", base)
  end
  class.__index = class
  if base and rawget(base, "_handler") or class._handler then
    local handler = class._handler
    class.__index = falling_back(class, handler)
  end
  class.is_a, class.class_of, class.cast, class._class = is_a, class_of, cast, class
  function class.catch(handler)
    if type(handler) == "table" then
      local t = handler
      handler = function(_, key)
        return t[key]
      end
    end
    class._handler = handler
    class.__index = falling_back(class, handler)
  end
  return setmetatable(class, { __call = new })
end

-- class(), class(Base), class{ _base = Base, method = ... }, class(nil, { ... }), and class.Name() for a global.
local function define(base, definition)
  if base and not definition and getmetatable(base) == nil then
    definition = base
    base = rawget(definition, "_base")
  end
  return make(base, definition)
end

return setmetatable(M, {
  __call = function(_, base, definition)
    return define(base, definition)
  end,
  __index = function(_, key)
    if key == "class" then
      return define
    end
    return function(...)
      local class = define(...)
      class._name = key
      rawset(_G, key, class)
      return class
    end
  end,
})
