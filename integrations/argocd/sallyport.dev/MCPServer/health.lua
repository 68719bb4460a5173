-- Health of an MCPServer of Sallyport: what Ready, Reconciling and Stalled say. What stands beside them (a way around the gate, a definition
-- that waits for a person) does not make it unhealthy, and is in the message.
local health = { status = "Progressing", message = "The operator has not looked at this generation yet." }
local status = obj.status
if obj.metadata.deletionTimestamp ~= nil then
  health.message = "It is being deleted."
  return health
end
if status == nil or status.conditions == nil or status.observedGeneration ~= obj.metadata.generation then
  return health
end
local found = {}
local beside = ""
for _, condition in ipairs(status.conditions) do
  found[condition.type] = condition
  if condition.status == "False" and (condition.type == "TrafficVerified" or condition.type == "IdentityReady" or condition.type == "StateShared" or condition.type == "DefinitionsAccepted" or condition.type == "AuditWitnessed") then
    beside = beside .. " " .. condition.type .. " is False: " .. condition.message
  end
end
local ready = found["Ready"]
if ready == nil then
  return health
end
health.message = ready.message .. beside
if found["Stalled"] ~= nil and found["Stalled"].status == "True" then
  health.status = "Degraded"
elseif found["Reconciling"] ~= nil and found["Reconciling"].status == "True" then
  health.status = "Progressing"
  health.message = found["Reconciling"].message .. beside
elseif ready.status == "True" then
  health.status = "Healthy"
end
return health
