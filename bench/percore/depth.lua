-- wrk sends DEPTH requests in one go on each connection:  wrk ... -s depth.lua URL -- DEPTH
local together

function init(arguments)
  local depth = tonumber(arguments[1])
  together = string.rep(wrk.format(), depth)
end

function request()
  return together
end
