-- lapis.application: what handlers of endpoints use of it.
local G = ...

local function yield_error(err)
  return G.own("admin").yield_error(err)
end

return {
  yield_error = yield_error,
  assert_error = function(value, err, ...)
    if not value then
      yield_error(err)
    end
    return value, err, ...
  end,
}
