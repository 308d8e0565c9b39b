-- kong.db: an object for each kind of entity, made when it is first asked for.
local G = ...
local native, settle = G.native, G.settle
local type, error, setmetatable = type, error, setmetatable

local dao = {}

local function check_table(value, message)
  if type(value) ~= "table" then
    error(message, 3)
  end
end

local function check_options(options)
  if options ~= nil and type(options) ~= "table" then
    error("options must be a table when specified", 3)
  end
end

function dao:select(primary_key, options)
  check_table(primary_key, "primary_key must be a table")
  check_options(options)
  return settle(2, native.entity_select(self.name, primary_key, options))
end

function dao:select_by_cache_key(key, options)
  if type(key) == "table" then
    key = self:cache_key(key)
  end
  return settle(2, native.entity_select_by_cache_key(self.name, key, options))
end

function dao:insert(entity, options)
  check_table(entity, "entity must be a table")
  check_options(options)
  return settle(2, native.entity_insert(self.name, entity, options))
end

function dao:update(primary_key, entity, options)
  check_table(primary_key, "primary_key must be a table")
  check_table(entity, "entity must be a table")
  check_options(options)
  return settle(2, native.entity_update(self.name, primary_key, entity, options))
end

function dao:upsert(primary_key, entity, options)
  check_table(primary_key, "primary_key must be a table")
  check_table(entity, "entity must be a table")
  check_options(options)
  return settle(2, native.entity_upsert(self.name, primary_key, entity, options))
end

function dao:delete(primary_key, options)
  check_table(primary_key, "primary_key must be a table")
  check_options(options)
  return settle(2, native.entity_delete(self.name, primary_key, options))
end

function dao:page(size, offset, options)
  if size ~= nil and type(size) ~= "number" then
    error("size must be a number", 2)
  end
  if offset ~= nil and type(offset) ~= "string" then
    error("offset must be a string", 2)
  end
  check_options(options)
  return settle(2, native.entity_page(self.name, size or 0, offset, options))
end

function dao:each(size, options)
  local rows, err, err_t, offset = self:page(size, nil, options)
  local at, page = 0, 1
  return function()
    if not rows then
      return false, err, err_t
    end
    at = at + 1
    while rows[at] == nil do
      if not offset then
        return nil
      end
      rows, err, err_t, offset = self:page(size, offset, options)
      at, page = 1, page + 1
      if not rows then
        return false, err, err_t
      end
    end
    return rows[at], nil, page
  end
end

-- cache_key(v1 … v5, workspace) or cache_key(entity)
function dao:cache_key(...)
  return settle(2, native.entity_cache_key(self.name, ...))
end

local function by_field(field)
  return function(self, value, options)
    local kind = type(value)
    if kind ~= "string" and kind ~= "number" and kind ~= "table" then
      error(field .. " must be a string", 2)
    end
    check_options(options)
    return settle(2, native.entity_select_by(self.name, field, value, options))
  end
end

-- A change by another field than the id: the entity is looked for first.
local function change_by(field, change)
  return function(self, value, ...)
    local entity, err, err_t = settle(3, native.entity_select_by(self.name, field, value))
    if not entity then
      if change == "delete" and not err then
        return true
      end
      return nil, err or "could not find the entity with '{" .. field .. "=\"" .. tostring(value) .. "\"}'", err_t
    end
    return self[change](self, { id = entity.id }, ...)
  end
end

local function each_for(field)
  return function(self, foreign_key, size, options)
    check_table(foreign_key, "foreign_key must be a table")
    local rows = settle(3, native.entity_page_for(self.name, field, foreign_key, options))
    local at = 0
    return function()
      at = at + 1
      return rows[at], nil, 1
    end
  end
end

local function page_for(field)
  return function(self, foreign_key, size, offset, options)
    check_table(foreign_key, "foreign_key must be a table")
    return settle(2, native.entity_page_for(self.name, field, foreign_key, options))
  end
end

-- The methods that are named for fields are made when they are first called for.
local function method(name)
  local field = name:match("^select_by_(.+)$")
  if field then
    return by_field(field)
  end
  local change
  change, field = name:match("^(%l+)_by_(.+)$")
  if change == "update" or change == "upsert" or change == "delete" then
    return change_by(field, change)
  end
  field = name:match("^each_for_(.+)$")
  if field then
    return each_for(field)
  end
  field = name:match("^page_for_(.+)$")
  return field and page_for(field) or nil
end

local dao_mt = {
  __index = function(self, name)
    local found = dao[name]
    if found == nil and type(name) == "string" then
      found = method(name)
      dao[name] = found
    end
    return found
  end,
}

local db = {}

db.connector = {
  query = function()
    return nil, "there is no database behind the gateway that takes SQL"
  end,
  connect = function()
    return true
  end,
  escape_literal = function(_, text)
    return type(text) == "number" and tostring(text) or "'" .. tostring(text):gsub("'", "''") .. "'"
  end,
  escape_identifier = function(_, text)
    return '"' .. tostring(text):gsub('"', '""') .. '"'
  end,
}

return setmetatable(db, {
  __index = function(self, name)
    if name == "strategy" then
      return kong.configuration.database
    end
    if type(name) ~= "string" or not native.entities_exist(name) then
      return nil
    end
    local made = setmetatable({ name = name, schema = { name = name } }, dao_mt)
    rawset(self, name, made)
    return made
  end,
})
