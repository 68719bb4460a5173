/** The part of the script for points and averages: what core/history/kinds/points.ts and average.ts do. Stands behind that for prints. */
import { HALF_LIVES, MAX_ITEMS } from '../../../../core/history/kinds/points.ts';
import { WEIGHT } from '../../../../core/history/kinds/average.ts';

export const RISK_SCRIPT = `
-- Of each: points, when they were given, for what.
local function pointsIn(key)
  local kept = packedIn(key, {ends = 0, items = {}})
  return kept.ends > now and kept.items or {}
end
local function faded(one, at, half) return one[1] * 2 ^ (-math.max(0, at - one[2]) / half) end
local function givenIn(list)
  local given = {}
  for points, why in string.gmatch(list, '([^ \\n]+) ([^\\n]*)') do given[#given + 1] = {tonumber(points), now, why} end
  return given
end

function look.points(key, half, below, list)
  local words, sum = {}, 0
  for _, one in ipairs(pointsIn(key)) do
    sum = sum + faded(one, now, tonumber(half))
    for _, said in ipairs({word(one[1]), word(math.max(0, now - one[2])), one[3]}) do words[#words + 1] = said end
  end
  for _, one in ipairs(givenIn(list)) do sum = sum + one[1] end
  return below == '' or sum < tonumber(below), words
end

function write.points(key, half, _, list)
  local given, items = givenIn(list), {}
  if #given == 0 then return end
  half = tonumber(half)
  for _, one in ipairs(pointsIn(key)) do items[#items + 1] = one end
  for _, one in ipairs(given) do if one[1] > 0 then items[#items + 1] = one end end
  for i = #items, 1, -1 do if now - items[i][2] >= ${HALF_LIVES} * half then table.remove(items, i) end end
  while #items > ${MAX_ITEMS} do
    local one, other = table.remove(items, 1), items[1]
    local left = faded(one, other[2], half)
    items[1] = {left + other[1], other[2], left > other[1] and one[3] or other[3]}
  end
  if #items == 0 then return redis.call('DEL', key) end
  local ends = items[#items][2] + ${HALF_LIVES} * half
  redis.call('SET', key, cmsgpack.pack({ends = ends, items = items}))
  expire(key, ends)
end

local function averageOf(key)
  local found = redis.call('HMGET', key, 'mean', 'count', 'at', 'end')
  if tonumber(found[4] or '0') <= now then return 0, 0, 0 end
  return tonumber(found[1]), tonumber(found[2]), tonumber(found[3])
end
function look.average(key)
  local mean, count = averageOf(key)
  return true, {word(mean), word(count)}
end
function write.average(key, value, everyMs, forMs)
  local mean, count, at = averageOf(key)
  local ends = now + tonumber(forMs)
  if count == 0 or now - at >= tonumber(everyMs) then
    at, count = now, count + 1
    mean = mean + math.max(${WEIGHT}, 1 / count) * (tonumber(value) - mean)
  end
  redis.call('HSET', key, 'mean', word(mean), 'count', word(count), 'at', word(at), 'end', word(ends))
  expire(key, ends)
end
`;
