-- What resty.md5, resty.sha1 and their kin have in common: a digest that is fed text by text.
local G = ...

return function(algorithm)
  local digest = {}
  digest.__index = digest

  function digest:update(text)
    self.text = self.text .. text
    return true
  end

  function digest:final()
    return G.native.hash(algorithm, self.text)
  end

  function digest:reset()
    self.text = ""
    return true
  end

  return {
    new = function()
      return setmetatable({ text = "" }, digest)
    end,
  }
end
