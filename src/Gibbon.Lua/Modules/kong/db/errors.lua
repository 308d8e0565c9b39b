-- kong.db.errors: what can go wrong with entities. Texts come from C#, which has them once for all.
local G = ...

local codes = {
  INVALID_PRIMARY_KEY = 1, SCHEMA_VIOLATION = 2, PRIMARY_KEY_VIOLATION = 3, FOREIGN_KEY_VIOLATION = 4, UNIQUE_VIOLATION = 5, NOT_FOUND = 6,
  INVALID_OFFSET = 7, DATABASE_ERROR = 8, INVALID_SIZE = 9, INVALID_UNIQUE = 10, INVALID_OPTIONS = 11, OPERATION_UNSUPPORTED = 12,
  FOREIGN_KEYS_UNRESOLVED = 13, DECLARATIVE_CONFIG = 14, TRANSFORMATION_ERROR = 15, INVALID_FOREIGN_KEY = 16, INVALID_WORKSPACE = 17,
  INVALID_UNIQUE_GLOBAL = 18, REFERENCED_BY_OTHERS = 19, INVALID_SEARCH_QUERY = 20,
}

local names = {
  "invalid primary key", "schema violation", "primary key violation", "foreign key violation", "unique constraint violation", "not found",
  "invalid offset", "database error", "invalid size", "invalid unique %s", "invalid options", "operation unsupported", "foreign keys unresolved",
  "invalid declarative configuration", "transformation error", "invalid foreign key", "invalid workspace", "invalid global query",
  "referenced by others", "invalid search query",
}

local kinds = {
  "invalid_primary_key", "schema_violation", "primary_key_violation", "unique_violation", "not_found", "not_found_by_field", "invalid_offset",
  "database_error", "invalid_size", "invalid_options", "operation_unsupported", "foreign_keys_unresolved", "transformation_error",
  "referenced_by_others",
}

local errors = {}
for _, kind in ipairs(kinds) do
  errors[kind] = function(_, argument, other)
    local _, _, err_t = G.entity_error(kind, argument, other)
    return err_t
  end
end

-- The name of the field comes first, then what is wrong with its value.
function errors:invalid_unique(name, err)
  local _, _, err_t = G.entity_error("invalid_unique", name, tostring(err))
  return err_t
end

return {
  codes = codes,
  names = names,
  new = function()
    return setmetatable({}, { __index = errors })
  end,
}
