-- Health of an ApprovalRequest of Sallyport. One that waits for a person is suspended, as a paused rollout is. Once it is settled it is healthy,
-- whatever was decided: that somebody said no, or nobody was asked any more, is how it is meant to work, and no fault of the application.
local health = { status = "Suspended", message = "It waits for a person who may decide, until it expires." }
local status = obj.status
if obj.metadata.deletionTimestamp ~= nil then
  return { status = "Progressing", message = "It is being deleted." }
end
if status == nil or status.state == nil or status.state == "Pending" then
  return health
end
health.status = "Healthy"
health.message = status.state
if status.decidedBy ~= nil then
  health.message = status.state .. " (decided by " .. status.decidedBy .. ")"
end
return health
