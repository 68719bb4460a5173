// Command reference runs an MCP server on mark3labs/mcp-go and reports what it executes.
//
//	reference pipe   one request at a time from standard input, its executions to standard output
//	reference http   a server on a port of loopback, one line of JSON for each execution
package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"sync"
	"time"

	"github.com/mark3labs/mcp-go/mcp"
	"github.com/mark3labs/mcp-go/server"
)

// Execution is one message as the server read it. `Typed` is what a handler with typed parameters got.
type Execution struct {
	Method string `json:"method"`
	Params any    `json:"params,omitempty"`
	Modern *bool  `json:"modern,omitempty"`
	Typed  any    `json:"typed,omitempty"`
}

// typedArguments is how handlers in Go take their parameters; every field is found by its name in any case.
type typedArguments struct {
	Path    string   `json:"path"`
	Skip    string   `json:"skip"`
	Amount  float64  `json:"amount"`
	Options *options `json:"options"`
	Items   []item   `json:"items"`
	Street  string   `json:"straße"`
}

type options struct {
	Task string `json:"task"`
	URL  string `json:"url"`
}

type item struct {
	Key string `json:"key"`
}

type recorder struct {
	mu    sync.Mutex
	found []Execution
	emit  func(Execution)
}

type cancelKey struct{}

func (r *recorder) add(execution Execution) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.emit != nil {
		r.emit(execution)
		return
	}
	r.found = append(r.found, execution)
}

func (r *recorder) take() []Execution {
	r.mu.Lock()
	defer r.mu.Unlock()
	found := r.found
	r.found = nil
	if found == nil {
		return []Execution{}
	}
	return found
}

// paramsOf is the message's `params` as its type writes it. Arguments are given by the handlers' own accessor.
func paramsOf(message any) any {
	if call, ok := message.(*mcp.CallToolRequest); ok {
		return map[string]any{"name": call.Params.Name, "arguments": call.Params.Arguments}
	}
	text, err := json.Marshal(message)
	if err != nil {
		return nil
	}
	var fields struct {
		Params json.RawMessage `json:"params"`
	}
	if json.Unmarshal(text, &fields) != nil {
		return nil
	}
	return fields.Params
}

// isModern is nil for notifications, whose era mcp-go does not look at.
func isModern(ctx context.Context) *bool {
	info := server.RequestProtocolInfoFromContext(ctx)
	modern := info != nil && info.Modern
	return &modern
}

func newServer(record *recorder) *server.MCPServer {
	hooks := &server.Hooks{}
	hooks.AddBeforeAny(func(ctx context.Context, _ any, method mcp.MCPMethod, message any) {
		record.add(Execution{Method: string(method), Params: paramsOf(message), Modern: isModern(ctx)})
		// Its answer ends when its client goes.
		if cancel, ok := ctx.Value(cancelKey{}).(context.CancelFunc); ok && method == mcp.MethodSubscriptionsListen {
			cancel()
		}
	})
	mcpServer := server.NewMCPServer("reference", "1",
		server.WithHooks(hooks), server.WithLogging(), server.WithCompletions(),
		server.WithToolCapabilities(true), server.WithPromptCapabilities(true), server.WithResourceCapabilities(true, true))
	for _, name := range []string{"echo", "danger", "transfer", "read_file"} {
		mcpServer.AddTool(mcp.NewTool(name), func(context.Context, mcp.CallToolRequest) (*mcp.CallToolResult, error) {
			return mcp.NewToolResultText("done"), nil
		})
	}
	mcpServer.AddTool(mcp.NewTool("typed"), func(ctx context.Context, call mcp.CallToolRequest) (*mcp.CallToolResult, error) {
		var typed typedArguments
		if err := call.BindArguments(&typed); err != nil {
			return mcp.NewToolResultError(err.Error()), nil
		}
		record.add(Execution{Method: "typed", Typed: typed, Modern: isModern(ctx)})
		return mcp.NewToolResultText("done"), nil
	})
	for _, name := range []string{"greet", "leak"} {
		mcpServer.AddPrompt(mcp.NewPrompt(name), func(context.Context, mcp.GetPromptRequest) (*mcp.GetPromptResult, error) {
			return mcp.NewGetPromptResult("", nil), nil
		})
	}
	for _, uri := range []string{"file:///data/report.txt", "file:///secret/key.pem"} {
		mcpServer.AddResource(mcp.NewResource(uri, uri), func(context.Context, mcp.ReadResourceRequest) ([]mcp.ResourceContents, error) {
			return nil, nil
		})
	}
	for _, method := range []string{
		"notifications/initialized", "notifications/cancelled", "notifications/progress", "notifications/roots/list_changed",
		"tools/call", "resources/read", "prompts/get",
	} {
		mcpServer.AddNotificationHandler(method, func(_ context.Context, notification mcp.JSONRPCNotification) {
			record.add(Execution{Method: notification.Method})
		})
	}
	return mcpServer
}

func main() {
	mode := "pipe"
	if len(os.Args) > 1 {
		mode = os.Args[1]
	}
	record := &recorder{}
	handler := server.NewStreamableHTTPServer(newServer(record),
		server.WithStateLess(true), server.WithStreamableHTTPLogger(slog.New(slog.NewTextHandler(io.Discard, nil))))
	var err error
	if mode == "http" {
		err = serveHTTP(handler, record)
	} else {
		err = servePipe(handler, record)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// servePipe reads frames of a head (lines `name: value`) and a body, each with its length in four bytes before it.
func servePipe(handler http.Handler, record *recorder) error {
	in := bufio.NewReaderSize(os.Stdin, 1<<20)
	out := bufio.NewWriterSize(os.Stdout, 1<<20)
	for {
		if in.Buffered() == 0 {
			if err := out.Flush(); err != nil {
				return err
			}
		}
		head, err := readPart(in)
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		body, err := readPart(in)
		if err != nil {
			return err
		}
		answer(handler, head, body)
		text, err := json.Marshal(record.take())
		if err != nil {
			return err
		}
		var length [4]byte
		binary.BigEndian.PutUint32(length[:], uint32(len(text)))
		if _, err := out.Write(length[:]); err != nil {
			return err
		}
		if _, err := out.Write(text); err != nil {
			return err
		}
	}
}

func readPart(in *bufio.Reader) ([]byte, error) {
	var length [4]byte
	if _, err := io.ReadFull(in, length[:]); err != nil {
		return nil, err
	}
	part := make([]byte, binary.BigEndian.Uint32(length[:]))
	_, err := io.ReadFull(in, part)
	return part, err
}

func answer(handler http.Handler, head, body []byte) {
	// Nothing here takes long, except what waits for a client that is not there.
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	ctx = context.WithValue(ctx, cancelKey{}, cancel)
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://127.0.0.1/mcp", bytes.NewReader(body))
	if err != nil {
		return
	}
	for _, line := range bytes.Split(head, []byte("\n")) {
		name, value, found := bytes.Cut(line, []byte(": "))
		if found {
			request.Header.Add(string(name), string(value))
		}
	}
	handler.ServeHTTP(httptest.NewRecorder(), request)
}

func serveHTTP(handler http.Handler, record *recorder) error {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	lines := json.NewEncoder(os.Stdout)
	record.emit = func(execution Execution) { _ = lines.Encode(execution) }
	if err := lines.Encode(map[string]int{"port": listener.Addr().(*net.TCPAddr).Port}); err != nil {
		return err
	}
	// Whoever started it holds its standard input; when that closes, nobody needs it any more.
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		os.Exit(0)
	}()
	return http.Serve(listener, handler)
}
