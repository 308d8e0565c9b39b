-- wrk -s random_paths.lua URL -- COUNT [name:value ...]: asks for random ones of the COUNT paths that routes.py writes.
-- A gateway that remembers recent matches must not look fast for it.
local count, seed = 1, 0

function setup(thread)
  seed = seed + 1
  thread:set("seed", seed)
end

function init(args)
  count = tonumber(args[1])
  math.randomseed(seed * 7919)
  for i = 2, #args do
    local name, value = args[i]:match("^([^:]+):(.*)$")
    wrk.headers[name] = value
  end
end

function request()
  local i = math.random(0, count - 1)
  return wrk.format("GET", ("/team%d/service%d/v1/r%d"):format(i % 97, i % 1009, i))
end
