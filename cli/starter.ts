/** The policy folder that `sallyport init` writes. */
export const starterFiles: Readonly<Record<string, string>> = {
  'server.yaml': `# The MCP server behind the gate, and who may come to the gate at all.
apiVersion: sallyport.dev/v1alpha1
kind: MCPServer
metadata:
  name: local
spec:
  # One of the two. A server that is reached by URL:
  remote:
    url: http://127.0.0.1:3001/mcp
  # ... or one that is started as a program (\`sallyport up -- COMMAND\` goes before both):
  # stdio:
  #   command: [npx, -y, "@modelcontextprotocol/server-filesystem", /data]
  access:
    # Without a token nobody gets in. Make one: sallyport token create NAME -f FOLDER
    tokens:
      secretName: local-clients
    # anonymous: true                       # let callers in without a token
    # hosts: [mcp.example.com]              # Host names served besides localhost
    # origins: ["https://app.example.com"]  # browser origins that may call
`,
  'policy.yaml': `# What callers may do. Nothing is allowed without a rule that allows it, and the strictest rule that applies wins:
# Deny, then RequireApproval, then Log, then Allow. The order of rules and packs means nothing.
apiVersion: sallyport.dev/v1alpha1
kind: PolicyPack
metadata:
  name: starter
spec:
  # Shadow records what the pack would decide and changes nothing; Enforce acts on it.
  mode: Enforce
  tools:
    # Tools that read go through.
    - name: reads
      names: ["get_*", "list_*", "read_*", "search_*"]
      effect: Allow

    # Tools that change something wait for a person: sallyport approvals list
    - name: changes
      names: ["write_*", "create_*", "edit_*", "update_*", "move_*", "delete_*", "remove_*"]
      effect: RequireApproval
      reason: this changes data, so a person decides
      approval:
        expires: 15m # undecided after that, the call is refused
        hold: 45s # how long the call is kept open before the client is told to call again

    # Some things no approval should make possible.
    # - name: no-shell
    #   names: ["*shell*", "*exec*"]
    #   effect: Deny
    #   reason: shells are not offered here

    # Files below one folder only, for one group of clients.
    # - name: reports
    #   names: [write_file]
    #   effect: Allow
    #   principals: {groups: [agents]}
    #   arguments:
    #     path: {type: path, roots: [/data/reports]}

  # Resources and prompts follow the same law.
  # resources:
  #   - {uris: ["file:///data/**"], effect: Allow}
  # prompts:
  #   - {names: ["*"], effect: Allow}
`,
};
