-- kong.db: an object for each kind of entity, made when it is first asked for.
local G = ...
local native, settle = G.native, G.settle
local type, error, setmetatable, rawset, rawget, pairs, ipairs, tostring = type, error, setmetatable, rawset, rawget, pairs, ipairs, tostring
local floor = math.floor

local DEFAULT_SIZE, LARGEST_SIZE = 1000, 50000

-- err_t as text.
local error_mt = {
  __tostring = function(err_t)
    return err_t.strategy and "[" .. err_t.strategy .. "] " .. err_t.message or err_t.message
  end,
}

local function finish(first, err, err_t, ...)
  if first == G.FAILED then
    error(err, 2)
  end
  if type(err_t) == "table" then
    setmetatable(err_t, error_mt)
  end
  return first, err, err_t, ...
end

local function call(first, ...)
  if first == G.PENDING then
    return finish(settle(3, first, ...))
  end
  return finish(first, ...)
end

-- nil, the text and err_t of a failure that is found out here.
function G.entity_error(kind, argument, name)
  return call(native.entity_error(kind, argument, name))
end

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

local function check_page(size, offset)
  if size ~= nil and type(size) ~= "number" then
    error("size must be a number", 3)
  end
  if offset ~= nil and type(offset) ~= "string" then
    error("offset must be a string", 3)
  end
end

-- The size of a page as it is asked for; false and a failure when it is none.
local function size_of(size, options)
  local pagination = options and type(options.pagination) == "table" and options.pagination or {}
  local most = type(pagination.max_page_size) == "number" and pagination.max_page_size or LARGEST_SIZE
  if size == nil then
    size = pagination.page_size or DEFAULT_SIZE
  end
  if type(size) ~= "number" or floor(size) ~= size or size < 1 or size > most then
    return false, "size must be an integer between 1 and " .. most
  end
  return size
end

local dao = {}

function dao:select(primary_key, options)
  check_table(primary_key, "primary_key must be a table")
  check_options(options)
  return call(native.entity_select(self.name, primary_key, options))
end

function dao:select_by_cache_key(key, options)
  check_options(options)
  if not self.schema.cache_key then
    error("entity does not have a cache_key defined", 2)
  end
  if type(key) == "table" then
    key = self:cache_key(key)
  end
  return call(native.entity_select_by_cache_key(self.name, key, options))
end

function dao:insert(entity, options)
  check_table(entity, "entity must be a table")
  check_options(options)
  return call(native.entity_insert(self.name, entity, options))
end

function dao:update(primary_key, entity, options)
  check_table(primary_key, "primary_key must be a table")
  check_table(entity, "entity must be a table")
  check_options(options)
  return call(native.entity_update(self.name, primary_key, entity, options))
end

function dao:upsert(primary_key, entity, options)
  check_table(primary_key, "primary_key must be a table")
  check_table(entity, "entity must be a table")
  check_options(options)
  return call(native.entity_upsert(self.name, primary_key, entity, options))
end

function dao:delete(primary_key, options)
  check_table(primary_key, "primary_key must be a table")
  check_options(options)
  return call(native.entity_delete(self.name, primary_key, options))
end

function dao:page(size, offset, options)
  check_page(size, offset)
  check_options(options)
  local wanted, err = size_of(size, options)
  if not wanted then
    return G.entity_error("invalid_size", err)
  end
  return call(native.entity_page(self.name, wanted, offset, options))
end

-- Goes through pages; what fetches the next one gets the mark where it begins.
local function rows_of(fetch)
  local rows, err, err_t, offset = fetch(nil)
  local at, page = 0, 1
  return function()
    if not rows then
      if rows == false then
        return nil
      end
      rows = false
      return false, err, err_t
    end
    at = at + 1
    while rows[at] == nil do
      if not offset then
        return nil
      end
      rows, err, err_t, offset = fetch(offset)
      at, page = 1, page + 1
      if not rows then
        rows = false
        return false, err, err_t
      end
    end
    return rows[at], nil, page
  end
end

function dao:each(size, options)
  check_page(size)
  check_options(options)
  local wanted, err = size_of(size, options)
  if not wanted then
    return G.entity_error("invalid_size", err)
  end
  return rows_of(function(offset)
    return call(native.entity_page(self.name, wanted, offset, options))
  end)
end

dao.each_for_export = dao.each

-- cache_key(v1 … v5, workspace) or cache_key(entity)
function dao:cache_key(key, ...)
  if type(key) ~= "string" and type(key) ~= "table" then
    error("key must be a string or an entity table", 2)
  end
  return call(native.entity_cache_key(self.name, key, ...))
end

function dao:truncate()
  for row, err, err_t in self:each() do
    if not row then
      return nil, err, err_t
    end
    local ok
    ok, err, err_t = self:delete(row)
    if not ok then
      return nil, err, err_t
    end
  end
  return true
end

local types = { string = "string", number = "number", integer = "number", boolean = "boolean" }

local function check_unique(value, field, definition)
  local wanted = types[definition.type] or "table"
  if type(value) ~= wanted then
    error(field .. " must be a " .. wanted, 3)
  end
end

local function by_field(field, definition)
  return function(self, value, options)
    check_unique(value, field, definition)
    check_options(options)
    return call(native.entity_select_by(self.name, field, value, options))
  end
end

-- Without a database whoever named the entity by a field is told so.
local function named(field, ok, err, err_t)
  if type(err_t) == "table" and err_t.code == 12 then
    err_t.message = err_t.message:gsub(" entities when", " entities by '" .. field .. "' when")
    err = tostring(err_t)
  end
  return ok, err, err_t
end

local changes = {}

function changes.update(field, definition)
  return function(self, value, entity, options)
    check_unique(value, field, definition)
    check_table(entity, "entity must be a table")
    check_options(options)
    local found, err, err_t = call(native.entity_select_by(self.name, field, value))
    if err then
      return nil, err, err_t
    end
    if not found then
      return G.entity_error("not_found_by_field", { [field] = value })
    end
    return named(field, call(native.entity_update(self.name, found, entity, options)))
  end
end

function changes.upsert(field, definition)
  return function(self, value, entity, options)
    check_unique(value, field, definition)
    check_table(entity, "entity must be a table")
    check_options(options)
    local found, err, err_t = call(native.entity_select_by(self.name, field, value))
    if err then
      return nil, err, err_t
    end
    local whole = {}
    for name, item in pairs(entity) do
      whole[name] = item
    end
    whole[field] = value
    return named(field, call(native.entity_upsert(self.name, found or { id = whole.id or native.uuid() }, whole, options)))
  end
end

function changes.delete(field, definition)
  return function(self, value, options)
    check_unique(value, field, definition)
    check_options(options)
    local found, err, err_t = call(native.entity_select_by(self.name, field, value))
    if err then
      return nil, err, err_t
    end
    if not found then
      return true
    end
    return named(field, call(native.entity_delete(self.name, found, options)))
  end
end

local function each_for(field)
  return function(self, foreign_key, size, options)
    check_table(foreign_key, "foreign_key must be a table")
    check_page(size)
    check_options(options)
    local wanted, err = size_of(size, options)
    if not wanted then
      return G.entity_error("invalid_size", err)
    end
    return rows_of(function(offset)
      return call(native.entity_page_for(self.name, field, foreign_key, wanted, offset, options))
    end)
  end
end

local function page_for(field)
  return function(self, foreign_key, size, offset, options)
    check_table(foreign_key, "foreign_key must be a table")
    check_page(size, offset)
    check_options(options)
    local wanted, err = size_of(size, options)
    if not wanted then
      return G.entity_error("invalid_size", err)
    end
    return call(native.entity_page_for(self.name, field, foreign_key, wanted, offset, options))
  end
end

-- The methods that are named for fields; there are none for fields that cannot be looked for.
local function method(schema, name)
  local verb, field = name:match("^(%l+)_by_(.+)$")
  local definition = field and schema.fields[field]
  if definition and (definition.unique or schema.endpoint_key == field or (#schema.primary_key == 1 and schema.primary_key[1] == field)) then
    if verb == "select" then
      return by_field(field, definition)
    end
    return changes[verb] and changes[verb](field, definition) or nil
  end
  verb, field = name:match("^(%l+)_for_(.+)$")
  definition = field and schema.fields[field]
  if definition and definition.type == "foreign" then
    return verb == "each" and each_for(field) or verb == "page" and page_for(field) or nil
  end
end

local db = {}

-- Schemas as plugins see them.
local schema_mt = {}
schema_mt.__index = schema_mt

function schema_mt:each_field()
  local at = 0
  return function()
    at = at + 1
    local item = self.fields[at]
    if item then
      return next(item)
    end
  end
end

function schema_mt:extract_pk_values(entity)
  local key = {}
  for _, name in ipairs(self.primary_key) do
    key[name] = entity[name]
  end
  return key
end

function schema_mt:validate_primary_key(key, ignore_others)
  local errors
  for _, name in ipairs(self.primary_key) do
    if key[name] == nil then
      errors = errors or {}
      errors[name] = "missing primary key"
    end
  end
  for name in pairs(key) do
    local known = ignore_others
    for _, part in ipairs(self.primary_key) do
      known = known or part == name
    end
    if not known then
      errors = errors or {}
      errors[name] = "not a primary key"
    end
  end
  if errors then
    return nil, errors
  end
  return true
end

-- The entity with defaults and automatic values; checked as well.
function schema_mt:process_auto_fields(entity, context)
  local made, _, errors = call(native.entity_check(self.name, context == "upsert" and "upsert" or "insert", entity))
  if not made then
    return nil, errors
  end
  return made
end

local function validate(self, entity)
  local made, text, errors = call(native.entity_check(self.name, "insert", entity))
  if not made then
    return nil, errors, text
  end
  return true
end

schema_mt.validate, schema_mt.validate_insert = validate, validate

function schema_mt:errors_to_string(errors)
  local _, _, err_t = G.entity_error("schema_violation", errors)
  return err_t.message
end

local foreign_mt = {
  __index = function(field, key)
    if key == "schema" then
      local other = db[rawget(field, "reference")]
      return other and other.schema
    end
  end,
}

local function schema_of(name)
  local described = native.entity_schema(name)
  if not described then
    return nil
  end
  local by_name = {}
  for _, item in ipairs(described.fields) do
    local field, definition = next(item)
    by_name[field] = definition
    if definition.type == "foreign" then
      setmetatable(definition, foreign_mt)
    end
  end
  setmetatable(described.fields, { __index = by_name, __jsontype = "array" })
  return setmetatable(described, schema_mt)
end

-- What a method of a kind is when the plugin's own module (`dao` of its schema) has none.
local function super_of(schema)
  return setmetatable({}, {
    __index = function(self, name)
      local found = dao[name]
      if found == nil and type(name) == "string" then
        found = method(schema, name)
      end
      rawset(self, name, found)
      return found
    end,
  })
end

local function make(name)
  local schema = schema_of(name)
  if not schema then
    return nil
  end
  local super = super_of(schema)
  local made = { name = name, schema = schema, db = db, super = super, errors = require("kong.db.errors").new() }
  local own = G.entity_modules[name]
  if own then
    for key, value in pairs(require(own)) do
      made[key] = value
    end
  end
  return setmetatable(made, { __index = super })
end

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

-- The kinds by name; what was asked for is kept.
local daos = setmetatable({}, {
  __index = function(self, name)
    if type(name) ~= "string" then
      return nil
    end
    local made = make(name)
    rawset(self, name, made)
    return made
  end,
})

db.daos = daos

return setmetatable(db, {
  __index = function(_, name)
    if name == "strategy" then
      return kong.configuration.database
    end
    return daos[name]
  end,
})
