/**
 * The part of the script for prints and pieces, which are kept as one text each: what core/history/kinds/prints.ts and pieces.ts do. Numbers
 * below 2^48 are exact in MessagePack, and not in what the store writes as JSON.
 */
import { MOST_PLACES, MOST_SEEN, MOST_SENT } from '../../../../core/history/kinds/prints.ts';

export const PRINTS_SCRIPT = `
local function packedIn(key, none)
  local raw = redis.call('GET', key)
  return raw and cmsgpack.unpack(raw) or none
end
local function numbersIn(list)
  local numbers = {}
  for one in string.gmatch(list, '%d+') do numbers[#numbers + 1] = tonumber(one) end
  return numbers
end

-- Of each place: when, until when, its note, whether not all of it is known, its prints.
function look.printed(key, withinMs, isAll, list)
  local kept, sought, last, lost, most = packedIn(key, {seen = {}}), {}, {'', '', ''}, {'', ''}, 0
  for _, print in ipairs(numbersIn(list)) do sought[print] = true end
  for _, one in ipairs(kept.seen) do
    local ago, count = math.max(0, now - one[1]), 0
    if ago <= tonumber(withinMs) and one[2] > now then
      if one[4] or isAll ~= '1' then lost = {word(ago), one[3]} end
      for _, print in ipairs(one[5]) do if sought[print] then count = count + 1 end end
      if count > 0 and count >= most then
        most = count
        last = {word(ago), one[3], word(count)}
      end
    end
  end
  return most == 0 and lost[1] == '', {last[1], last[2], last[3], lost[1], lost[2]}
end
function write.printed() end

local function addSent(seen, sent, prints, ends)
  local known, added, all, result = {}, {}, {}, {}
  for _, one in ipairs(seen) do for _, print in ipairs(one[5]) do known[print] = true end end
  for _, print in ipairs(prints) do if not known[print] then added[print] = true end end
  for _, one in ipairs(sent) do if not added[one[1]] then all[#all + 1] = one end end
  for _, print in ipairs(prints) do if added[print] then all[#all + 1] = {print, ends} end end
  for i = math.max(1, #all - ${MOST_SENT} + 1), #all do result[#result + 1] = all[i] end
  return result
end

local function joinOldest(seen)
  local first, second, has, prints = table.remove(seen, 1), seen[1], {}, {}
  for _, one in ipairs({first, second}) do
    for _, print in ipairs(one[5]) do
      if not has[print] then prints[#prints + 1] = print end
      has[print] = true
    end
  end
  seen[1] = {second[1], math.max(first[2], second[2]), second[3], first[4] or second[4], prints}
end

local function addSeen(seen, sent, prints, one)
  local known, over = {}, -${MOST_SEEN}
  for _, print in ipairs(sent) do known[print[1]] = true end
  for _, print in ipairs(prints) do if not known[print] then one[5][#one[5] + 1] = print end end
  seen[#seen + 1] = one
  for _, place in ipairs(seen) do over = over + #place[5] end
  local i = 1
  while over > 0 do
    local oldest, left = seen[i], {}
    over = over - #oldest[5]
    for at = #oldest[5] + math.min(0, over) + 1, #oldest[5] do left[#left + 1] = oldest[5][at] end
    if over >= 0 then left = {} end
    oldest[4], oldest[5] = true, left
    i = i + 1
  end
  while #seen > ${MOST_PLACES} do joinOldest(seen) end
end

function look.prints() return true, {} end
function write.prints(key, forMs, said, note)
  local as, isAll, list = string.match(said, '^(%a+):(%d):(.*)$')
  local kept, prints, ends = packedIn(key, {seen = {}, sent = {}}), numbersIn(list), now + tonumber(forMs)
  local seen, sent, over = {}, {}, ends
  for _, one in ipairs(kept.seen) do if one[2] > now then seen[#seen + 1] = one end end
  for _, one in ipairs(kept.sent) do if one[2] > now then sent[#sent + 1] = one end end
  if as == 'Sent' then sent = addSent(seen, sent, prints, ends)
  else addSeen(seen, sent, prints, {now, ends, note, isAll ~= '1', {}}) end
  for _, one in ipairs(seen) do over = math.max(over, one[2]) end
  for _, one in ipairs(sent) do over = math.max(over, one[2]) end
  redis.call('SET', key, cmsgpack.pack({seen = seen, sent = sent}))
  expire(key, over)
end

local function piecesIn(key)
  local kept = packedIn(key, {ends = 0, pieces = {}})
  return kept.ends > now and kept or {ends = 0, pieces = {}}
end
function look.kept(key, withinMs)
  local texts = {}
  for _, piece in ipairs(piecesIn(key).pieces) do
    if now - piece[1] <= tonumber(withinMs) then texts[#texts + 1] = piece[2] end
  end
  return true, texts
end
function write.kept() end
function look.keep() return true, {} end
function write.keep(key, forMs, most, text)
  local kept, pieces = piecesIn(key), {}
  kept.pieces[#kept.pieces + 1] = {now, text}
  for i = math.max(1, #kept.pieces - tonumber(most) + 1), #kept.pieces do pieces[#pieces + 1] = kept.pieces[i] end
  local ends = math.max(kept.ends, now + tonumber(forMs))
  redis.call('SET', key, cmsgpack.pack({ends = ends, pieces = pieces}))
  expire(key, ends)
end
`;
