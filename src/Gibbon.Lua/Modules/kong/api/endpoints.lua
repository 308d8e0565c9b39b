-- kong.api.endpoints: the handlers that answer for entities, for a plugin that adds to them or puts them at paths of its own. Each gets the request (`self`), kong.db
-- and helpers. A "foreign" schema is the other end of a reference; a "method" is that of kong.db to use in the place of the usual one.
local null = ngx.null
local type, tostring, tonumber, pairs, select = type, tostring, tonumber, pairs, select

local statuses = { [1] = 400, [2] = 400, [3] = 400, [4] = 400, [5] = 409, [6] = 404, [7] = 400, [9] = 400, [10] = 400, [11] = 400, [12] = 405, [13] = 400, [19] = 400 }
local UUID = "^%x%x%x%x%x%x%x%x%-%x%x%x%x%-%x%x%x%x%-%x%x%x%x%-%x%x%x%x%x%x%x%x%x%x%x%x$"

local E = {}

local function unescape(text)
  return type(text) == "string" and ngx.unescape_uri(text) or text
end

function E.handle_error(err_t)
  if type(err_t) ~= "table" then
    kong.log.err(err_t)
    return kong.response.exit(500, { message = "An unexpected error occurred" })
  end
  err_t.strategy = nil
  local status = statuses[err_t.code]
  if not status then
    return require("lapis.application").yield_error(err_t)
  end
  return kong.response.exit(status, err_t)
end

local function not_found()
  return kong.response.exit(404, { message = "Not found" })
end

local function no_content()
  return kong.response.exit(204)
end

function E.get_page_size(args)
  if args.size == nil then
    return nil
  end
  local size = tonumber(args.size)
  if not size then
    return nil, "size must be a number"
  end
  return size
end

-- The options of a call; what of the arguments are options is taken out of them.
function E.extract_options(db, args, schema, context)
  local options = { nulls = true, pagination = { page_size = 100, max_page_size = 1000 } }
  if not (args and schema and context) then
    return options
  end
  if schema.ttl == true and args.ttl ~= nil and (context == "insert" or context == "update" or context == "upsert") then
    options.ttl, args.ttl = args.ttl, nil
  end
  if context == "page" and schema.fields.tags and args.tags ~= nil then
    local tags = type(args.tags) == "table" and args.tags[1] or args.tags
    if tags == null or tags == "" then
      local message = "cannot be null"
      return nil, message, db[schema.name].errors:invalid_options({ tags = message })
    end
    local separator = tags:find(",", 1, true) and "," or tags:find("/", 1, true) and "/" or nil
    if separator and tags:find(separator == "," and "/" or ",", 1, true) then
      options.tags = tags
    else
      options.tags, options.tags_cond = {}, separator == "/" and "or" or "and"
      for tag in tags:gmatch("[^,/]+") do
        options.tags[#options.tags + 1] = tag
      end
    end
    args.tags = nil
  end
  return options
end

-- A part of the path as a value of the field that stands in for the id.
local function typed(text, field)
  if field.type == "number" or field.type == "integer" then
    return tonumber(text) or text
  end
  if field.type == "boolean" then
    if text == "true" then
      return true
    end
    return text ~= "false" and text
  end
  return text
end

local function query(context, self, db, schema, method)
  local writes = context == "update" or context == "upsert"
  local args = (writes or context == "insert") and self.args.post or self.args.uri
  local options, err, err_t = E.extract_options(db, args, schema, context)
  if err then
    return nil, err, err_t
  end
  local dao = db[schema.name]
  if context == "insert" then
    return dao[method or "insert"](dao, args, options)
  end
  if context == "page" then
    local size
    size, err = E.get_page_size(args)
    if err then
      return nil, err, dao.errors:invalid_size(err)
    end
    if not method then
      return dao:page(size, args.offset, options)
    end
    return dao[method](dao, self.params[schema.name], size, args.offset, options)
  end

  local key = self.params[schema.name]
  if key ~= nil and type(key) ~= "table" then
    key = { id = unescape(key) }
  end
  if key and key.id and not tostring(key.id):find(UUID) and schema.endpoint_key then
    local name = schema.endpoint_key
    local value = typed(key.id, schema.fields[name])
    if writes then
      return dao[method or context .. "_by_" .. name](dao, value, args, options)
    end
    return dao[method or context .. "_by_" .. name](dao, value, options)
  end
  if writes then
    return dao[method or context](dao, key, args, options)
  end
  return dao[method or context](dao, key, options)
end

function E.select_entity(...)
  return query("select", ...)
end
function E.update_entity(...)
  return query("update", ...)
end
function E.upsert_entity(...)
  return query("upsert", ...)
end
function E.delete_entity(...)
  return query("delete", ...)
end
function E.insert_entity(...)
  return query("insert", ...)
end
function E.page_collection(...)
  return query("page", ...)
end

local function path_of(schema)
  return schema.admin_api_name or schema.name
end

local function nested_path_of(schema)
  return schema.admin_api_nested_name or schema.admin_api_name or schema.name
end

-- The entity of the path, or the end of the request.
local function selected(self, db, schema, method)
  local entity, _, err_t = query("select", self, db, schema, method)
  if err_t then
    return E.handle_error(err_t)
  end
  return entity or not_found()
end

local function refers_to(entity, field, other)
  local reference = entity[field]
  return reference and reference ~= null and reference.id == other.id
end

-- The entity below another one: `schema` is that of the upper.
local function selected_below(self, db, schema, foreign_schema, field, method)
  local upper = selected(self, db, schema)
  local lower = selected(self, db, foreign_schema, method)
  if not refers_to(lower, field, upper) then
    return not_found()
  end
  return lower, upper
end

function E.get_collection_endpoint(schema, foreign_schema, foreign_field_name, method)
  return function(self, db)
    local path, suffix, wanted = "/" .. path_of(schema), "", method
    if foreign_schema then
      local upper = selected(self, db, foreign_schema)
      path = "/" .. path_of(foreign_schema) .. "/" .. tostring(self.params[foreign_schema.name]) .. "/" .. nested_path_of(schema)
      self.params[schema.name] = foreign_schema:extract_pk_values(upper)
      wanted = method or "page_for_" .. foreign_field_name
    else
      local args = self.args.uri
      if args.tags then
        suffix = "&tags=" .. ngx.escape_uri(type(args.tags) == "table" and args.tags[1] or args.tags)
      end
      if args.size then
        suffix = suffix .. "&size=" .. args.size
      end
    end
    local rows, _, err_t, offset = query("page", self, db, schema, wanted)
    if err_t then
      return E.handle_error(err_t)
    end
    return kong.response.exit(200, {
      data = rows,
      offset = offset,
      next = offset and path .. "?offset=" .. ngx.escape_uri(offset) .. suffix or null,
    })
  end
end

function E.post_collection_endpoint(schema, foreign_schema, foreign_field_name, method)
  return function(self, db, _, post_process)
    if foreign_schema then
      self.args.post[foreign_field_name] = foreign_schema:extract_pk_values(selected(self, db, foreign_schema))
    end
    local entity, _, err_t = query("insert", self, db, schema, method)
    if not err_t and post_process then
      entity, _, err_t = post_process(entity)
    end
    if err_t then
      return E.handle_error(err_t)
    end
    return kong.response.exit(201, entity)
  end
end

-- The entity that the one in the path refers to, in its place.
local function follow(self, db, schema, foreign_schema, field)
  local entity = selected(self, db, schema)
  local reference = entity[field]
  if reference and reference ~= null then
    self.params[foreign_schema.name] = reference
    return entity, reference
  end
  return entity
end

function E.get_entity_endpoint(schema, foreign_schema, foreign_field_name, method, is_foreign_entity_endpoint)
  return function(self, db)
    if not foreign_schema then
      return kong.response.exit(200, selected(self, db, schema, method))
    end
    if not is_foreign_entity_endpoint then
      return kong.response.exit(200, (selected_below(self, db, schema, foreign_schema, foreign_field_name, method)))
    end
    local _, reference = follow(self, db, schema, foreign_schema, foreign_field_name)
    return reference and kong.response.exit(200, selected(self, db, foreign_schema, method)) or not_found()
  end
end

local function answer(entity, _, err_t)
  if err_t then
    return E.handle_error(err_t)
  end
  return entity and kong.response.exit(200, entity) or not_found()
end

function E.put_entity_endpoint(schema, foreign_schema, foreign_field_name, method, is_foreign_entity_endpoint)
  return function(self, db)
    if not foreign_schema then
      return answer(query("upsert", self, db, schema, method))
    end
    if not is_foreign_entity_endpoint then
      self.args.post[foreign_field_name] = schema:extract_pk_values(selected(self, db, schema))
      return answer(query("upsert", self, db, foreign_schema, method))
    end
    local entity, reference = follow(self, db, schema, foreign_schema, foreign_field_name)
    if not reference then
      self.params[foreign_schema.name] = require("kong.tools.uuid").uuid()
    end
    local other, err, err_t = query("upsert", self, db, foreign_schema, method)
    if other and not reference then
      local _, _, failed = db[schema.name]:update(schema:extract_pk_values(entity), { [foreign_field_name] = foreign_schema:extract_pk_values(other) })
      err_t = failed
    end
    return answer(other, err, err_t)
  end
end

function E.patch_entity_endpoint(schema, foreign_schema, foreign_field_name, method, is_foreign_entity_endpoint)
  return function(self, db)
    if not foreign_schema then
      return answer(query("update", self, db, schema, method))
    end
    if is_foreign_entity_endpoint then
      local _, reference = follow(self, db, schema, foreign_schema, foreign_field_name)
      return reference and answer(query("update", self, db, foreign_schema, method)) or not_found()
    end
    local _, upper = selected_below(self, db, schema, foreign_schema, foreign_field_name)
    if not self.args.post[foreign_field_name] then
      self.args.post[foreign_field_name] = schema:extract_pk_values(upper)
    end
    return answer(query("update", self, db, foreign_schema, method))
  end
end

function E.delete_entity_endpoint(schema, foreign_schema, foreign_field_name, method, is_foreign_entity_endpoint)
  return function(self, db)
    if foreign_schema and is_foreign_entity_endpoint then
      local _, reference = follow(self, db, schema, foreign_schema, foreign_field_name)
      return reference and kong.response.exit(405, { message = "Method not allowed" }) or not_found()
    end
    if foreign_schema then
      selected_below(self, db, schema, foreign_schema, foreign_field_name)
    end
    local _, _, err_t = query("delete", self, db, foreign_schema or schema, method)
    if err_t then
      return E.handle_error(err_t)
    end
    return no_content()
  end
end

-- For an endpoint that is to be there no more.
E.disable = {
  before = not_found,
}

local function entity_methods(...)
  return {
    GET = E.get_entity_endpoint(...), PUT = E.put_entity_endpoint(...), PATCH = E.patch_entity_endpoint(...), DELETE = E.delete_entity_endpoint(...),
  }
end

local function collection_methods(...)
  return { GET = E.get_collection_endpoint(...), POST = E.post_collection_endpoint(...) }
end

-- Adds to a table of endpoints by path those that a schema gives.
function E.new(schema, endpoints)
  local name = schema.name
  endpoints["/" .. path_of(schema)] = { schema = schema, methods = collection_methods(schema) }
  endpoints["/" .. path_of(schema) .. "/:" .. name] = { schema = schema, methods = entity_methods(schema) }
  for field_name, field in schema:each_field() do
    local other = field.type == "foreign" and field.schema
    if other then
      local upper = "/" .. path_of(other) .. "/:" .. other.name .. "/" .. nested_path_of(schema)
      endpoints["/" .. path_of(schema) .. "/:" .. name .. "/" .. field_name] = {
        schema = other, methods = entity_methods(schema, other, field_name, nil, true),
      }
      endpoints[upper] = { schema = schema, methods = collection_methods(schema, other, field_name) }
      endpoints[upper .. "/:" .. name] = { schema = schema, methods = entity_methods(other, schema, field_name) }
    end
  end
  return endpoints
end

return E
