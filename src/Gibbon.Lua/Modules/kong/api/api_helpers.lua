-- kong.api.api_helpers, as far as plugins use it.
local G = ...

local helpers = {}

-- Names with dots and brackets of a form as tables. What handlers get is that already.
function helpers.normalize_nested_params(params)
  return params
end

function helpers.schema_to_jsonable(schema)
  return { fields = schema.fields, entity_checks = schema.entity_checks or setmetatable({}, G.array_mt) }
end

return helpers
