-- resty.sha256
local G = ...
local digest = {}
digest.__index = digest

function digest:update(text)
  self.text = self.text .. text
  return true
end

function digest:final()
  return G.native.hash("sha256", self.text)
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
