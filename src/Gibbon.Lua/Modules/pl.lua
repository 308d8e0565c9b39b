-- pl: Penlight's modules by name, each loaded when it is asked for.
return setmetatable({}, {
  __index = function(self, name)
    local ok, module = pcall(require, "pl." .. tostring(name))
    if not ok then
      return nil
    end
    rawset(self, name, module)
    return module
  end,
})
