// Reads what is to be judged from standard input, as JSON, and writes the verdicts of those who judge the health of custom resources:
// kstatus as Helm 4 and Flux have it, Flux's healthCheckExprs, and a health.lua in the interpreter of Argo CD with the libraries that Argo CD opens.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"time"

	"github.com/fluxcd/cli-utils/pkg/kstatus/status"
	"github.com/fluxcd/pkg/apis/kustomize"
	"github.com/fluxcd/pkg/runtime/cel"
	lua "github.com/yuin/gopher-lua"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

type question struct {
	// By kind.
	Lua map[string]string `json:"lua"`
	// As in the spec of a Kustomization.
	Flux    []kustomize.CustomHealthCheck `json:"flux"`
	Objects []json.RawMessage             `json:"objects"`
}

type verdict struct {
	Kstatus     string `json:"kstatus"`
	Flux        string `json:"flux"`
	ArgoCD      string `json:"argoCD"`
	ArgoMessage string `json:"argoMessage"`
}

func main() {
	var asked question
	must(json.NewDecoder(os.Stdin).Decode(&asked))
	evaluators := map[string]*cel.StatusEvaluator{}
	for _, check := range asked.Flux {
		evaluator, err := cel.NewStatusEvaluator(&check.HealthCheckExpressions)
		must(err)
		evaluators[check.APIVersion+" "+check.Kind] = evaluator
	}
	verdicts := []verdict{}
	for _, raw := range asked.Objects {
		object := &unstructured.Unstructured{}
		must(object.UnmarshalJSON(raw))
		computed, err := status.Compute(object)
		must(err)
		evaluator := evaluators[object.GetAPIVersion()+" "+object.GetKind()]
		if evaluator == nil {
			must(fmt.Errorf("no healthCheckExprs for %s", object.GetKind()))
		}
		flux, err := evaluator.Evaluate(context.Background(), object)
		must(err)
		health, message, err := argoCD(asked.Lua[object.GetKind()], object.Object)
		must(err)
		verdicts = append(verdicts, verdict{string(computed.Status), string(flux.Status), health, message})
	}
	must(json.NewEncoder(os.Stdout).Encode(verdicts))
}

// As util/lua of Argo CD: no string, math or io library, a second of time, and a table with a status and a message as the answer.
func argoCD(script string, object map[string]any) (string, string, error) {
	state := lua.NewState(lua.Options{SkipOpenLibs: true})
	defer state.Close()
	for name, open := range map[string]lua.LGFunction{
		lua.LoadLibName: lua.OpenPackage,
		lua.BaseLibName: lua.OpenBase,
		lua.TabLibName:  lua.OpenTable,
	} {
		if err := state.CallByParam(lua.P{Fn: state.NewFunction(open), Protect: true}, lua.LString(name)); err != nil {
			return "", "", err
		}
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	state.SetContext(ctx)
	state.SetGlobal("obj", toLua(state, object))
	if err := state.DoString(script); err != nil {
		return "", "", err
	}
	answer, isTable := state.Get(-1).(*lua.LTable)
	if !isTable {
		return "", "", fmt.Errorf("the script returns %s, not a table", state.Get(-1).Type())
	}
	return answer.RawGetString("status").String(), answer.RawGetString("message").String(), nil
}

func toLua(state *lua.LState, value any) lua.LValue {
	switch typed := value.(type) {
	case bool:
		return lua.LBool(typed)
	case float64:
		return lua.LNumber(typed)
	case int64:
		return lua.LNumber(typed)
	case string:
		return lua.LString(typed)
	case []any:
		list := state.CreateTable(len(typed), 0)
		for _, item := range typed {
			list.Append(toLua(state, item))
		}
		return list
	case map[string]any:
		table := state.CreateTable(0, len(typed))
		for key, item := range typed {
			table.RawSetString(key, toLua(state, item))
		}
		return table
	}
	return lua.LNil
}

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
