/**
 * What the shared store does with the operations of core/history, as one script: atomic, since the store runs nothing else meanwhile. It
 * says the same as core/history/store.ts, which shared.test.ts holds against it. Its own clock is the time, so that all gates agree.
 *
 * KEYS: one an operation. ARGV: `Ask` or `Take`; the time in milliseconds, or nothing for its own; then five words an operation: kind,
 * `1` where it is asked, and three of its own. Answers `1` where all that was asked holds, and what was seen of each. Words only: a number
 * of the store's protocol has no fractions.
 */
import { createHash } from 'node:crypto';
import { PRINTS_SCRIPT } from './script-prints.ts';
import { RISK_SCRIPT } from './script-risk.ts';

export const SCRIPT = `
local take, now = ARGV[1] == 'Take', tonumber(ARGV[2])
if not now then
  local t = redis.call('TIME')
  now = tonumber(t[1]) * 1000 + math.floor(tonumber(t[2]) / 1000)
end
local function word(n) return string.format('%.17g', n) end
local function expire(key, at) redis.call('PEXPIREAT', key, string.format('%.0f', math.ceil(at))) end
-- What was counted in slots of another length counts as at the end of its slot, so that none goes too early.
local function slotsOf(key, slotMs)
  local flat, found, before = redis.call('HGETALL', key), {}, slotMs
  for i = 1, #flat, 2 do
    if flat[i] == 'ms' then before = tonumber(flat[i + 1]) else found[#found + 1] = {tonumber(flat[i]), tonumber(flat[i + 1])} end
  end
  table.sort(found, function(a, b) return a[1] < b[1] end)
  if before == slotMs then return found, false end
  local slots = {}
  for _, slot in ipairs(found) do
    local number, last = math.floor(((slot[1] + 1) * before - 1) / slotMs), slots[#slots]
    if last and last[1] == number then last[2] = last[2] + slot[2] else slots[#slots + 1] = {number, slot[2]} end
  end
  return slots, true
end
local look, write = {}, {}

function look.window(key, windowMs, limit, add)
  local slotMs = tonumber(windowMs) / 16
  local oldest, slots, sum, wait = math.floor(now / slotMs) - 16, slotsOf(key, slotMs), 0, ''
  for _, slot in ipairs(slots) do if slot[1] >= oldest then sum = sum + slot[2] end end
  local reset = 0
  if sum ~= 0 then reset = math.max(0, (slots[#slots][1] + 17) * slotMs - now) end
  limit, add = tonumber(limit), tonumber(add)
  if not limit or sum + add <= limit then return true, {word(sum), '0', word(reset)} end
  local left = sum + add - limit
  for _, slot in ipairs(slots) do
    if slot[1] >= oldest then
      left = left - slot[2]
      if left <= 0 then
        wait = word(math.max(1, math.ceil((slot[1] + 17) * slotMs - now)))
        break
      end
    end
  end
  return false, {word(sum), wait, word(reset)}
end

function write.window(key, windowMs, _, add)
  local slotMs = tonumber(windowMs) / 16
  local current, slots, isOther = math.floor(now / slotMs), slotsOf(key, slotMs)
  add = tonumber(add)
  if isOther then
    redis.call('DEL', key)
    for _, slot in ipairs(slots) do redis.call('HSET', key, word(slot[1]), word(slot[2])) end
  end
  for _, slot in ipairs(slots) do
    if slot[1] < current - 16 then redis.call('HDEL', key, word(slot[1])) end
  end
  local last = slots[#slots]
  if last and last[1] >= current then redis.call('HSET', key, word(last[1]), word(last[2] + add))
  elseif add > 0 then
    last = {current}
    redis.call('HSET', key, word(current), word(add))
  end
  if last then
    redis.call('HSET', key, 'ms', word(slotMs))
    expire(key, (last[1] + 17) * slotMs)
  end
end

local function periodOf(key)
  local found = redis.call('HMGET', key, 'sum', 'end')
  local sum, ends = tonumber(found[1] or '0'), tonumber(found[2] or '0')
  if ends <= now then return 0 end
  return sum
end

function look.period(key, ends, limit, add)
  local sum, reset = periodOf(key), math.max(0, tonumber(ends) - now)
  limit, add = tonumber(limit), tonumber(add)
  if not limit or sum + add <= limit then return true, {word(sum), '0', word(reset)} end
  if add > limit then return false, {word(sum), '', word(reset)} end
  return false, {word(sum), word(math.max(1, reset)), word(reset)}
end

-- A day longer: a clock of a gate that is ahead for a moment must not end the period for all. One that is over by the latest clock is
-- kept all the same: else it began anew at every call.
function write.period(key, ends, _, add)
  local kept = math.max(tonumber(ends), now) + 86400000
  redis.call('HSET', key, 'sum', word(periodOf(key) + tonumber(add)), 'end', word(kept))
  expire(key, kept)
end

function look.lease(key, id, limit)
  local taken, own = redis.call('ZCOUNT', key, '(' .. word(now), '+inf'), redis.call('ZSCORE', key, id)
  if own and tonumber(own) > now then taken = taken - 1 end
  return taken < tonumber(limit), {word(taken)}
end

function write.lease(key, id, _, forMs)
  redis.call('ZREMRANGEBYSCORE', key, '-inf', word(now))
  redis.call('ZADD', key, word(now + tonumber(forMs)), id)
  expire(key, tonumber(redis.call('ZREVRANGE', key, 0, 0, 'WITHSCORES')[2]))
end

function look.clear() return true, {} end
function write.clear(key) redis.call('DEL', key) end

function look.release() return true, {} end
function write.release(key, id) redis.call('ZREM', key, id) end

function look.whether(key, withinMs, want)
  local found = redis.call('HMGET', key, 'at', 'end', 'note')
  local ago = found[1] and math.max(0, now - tonumber(found[1]))
  local has = found[1] and ago <= tonumber(withinMs) and tonumber(found[2]) > now
  local seen = {'', ''}
  if has then seen = {word(ago), found[3]} end
  return (want == 'Has') == (has and true or false), seen
end
function write.whether() end

function look.mark() return true, {} end
function look.unmark() return true, {} end
function write.unmark(key) redis.call('DEL', key) end
function write.mark(key, forMs, note, ago)
  local at, found = now - tonumber((string.gsub(ago, '!', ''))), redis.call('HMGET', key, 'at', 'end')
  local ends = at + tonumber(forMs)
  if found[2] and tonumber(found[2]) > now then
    ends = math.max(tonumber(found[2]), ends)
    if tonumber(found[1]) > at then
      redis.call('HSET', key, 'end', word(ends))
      return expire(key, ends)
    end
  end
  redis.call('HSET', key, 'at', word(at), 'end', word(ends), 'note', note)
  expire(key, ends)
end

${PRINTS_SCRIPT}
${RISK_SCRIPT}
local holds, seen = true, {}
for i, key in ipairs(KEYS) do
  local at = 3 + (i - 1) * 5
  local one, found = look[ARGV[at]](key, ARGV[at + 2], ARGV[at + 3], ARGV[at + 4])
  if ARGV[at + 1] == '1' and not one then holds = false end
  table.insert(found, 1, one and '1' or '0')
  seen[i] = found
end
if take and holds then
  for i, key in ipairs(KEYS) do
    local at = 3 + (i - 1) * 5
    local isDue = ARGV[at] ~= 'mark' or not string.find(ARGV[at + 4], '!', 1, true) or (i > 1 and seen[i - 1][1] == '0')
    if isDue then write[ARGV[at]](key, ARGV[at + 2], ARGV[at + 3], ARGV[at + 4]) end
  end
end
return {holds and '1' or '0', seen}
`;

/** By which the store knows it once it has run it. */
export const SCRIPT_SHA = createHash('sha1').update(SCRIPT).digest('hex');
