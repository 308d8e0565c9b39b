-- Runs what an operator has written into the configuration of a plugin in C#, and tells C# what it returns.
local G = ...
local sandbox = require("kong.tools.sandbox")
local scopes = {}

local function scope_of(text)
  local make = scopes[text]
  if not make then
    make = assert(loadstring(text, "=scope"))
    scopes[text] = make
  end
  return make(sandbox.granted())
end

return function(code, scope)
  local f = sandbox.sandbox(code)
  if scope then
    setfenv(f, scope_of(scope))
  end
  G.native.evaluated((f()))
end
