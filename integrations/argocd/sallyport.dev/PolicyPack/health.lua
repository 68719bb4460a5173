-- Health of a PolicyPack of Sallyport: whether the operator takes it. How far its rules have got is said by each MCPServer.
local health = { status = "Progressing", message = "The operator has not looked at this generation yet." }
local status = obj.status
if obj.metadata.deletionTimestamp ~= nil then
  health.message = "It is being deleted."
  return health
end
if status == nil or status.conditions == nil or status.observedGeneration ~= obj.metadata.generation then
  return health
end
for _, condition in ipairs(status.conditions) do
  if condition.type == "Ready" then
    health.message = condition.message
    if condition.status == "True" then
      health.status = "Healthy"
    end
  end
end
for _, condition in ipairs(status.conditions) do
  if condition.type == "Stalled" and condition.status == "True" then
    health.status = "Degraded"
    health.message = condition.message
  end
end
return health
