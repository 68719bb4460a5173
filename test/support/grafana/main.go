// Reads dashboards by the code that Grafana generates from its own schemas, strictly: a field that is unknown, missing or of another
// type is an error, in the dashboard, its panels, their options and their queries. A line for each error; exit code 1 if there is any.
package main

import (
	"fmt"
	"os"

	"github.com/grafana/grafana-foundation-sdk/go/cog"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
	"github.com/grafana/grafana-foundation-sdk/go/prometheus"
	"github.com/grafana/grafana-foundation-sdk/go/stat"
	"github.com/grafana/grafana-foundation-sdk/go/timeseries"
)

func main() {
	runtime := cog.NewRuntime()
	runtime.RegisterPanelcfgVariant(stat.VariantConfig())
	runtime.RegisterPanelcfgVariant(timeseries.VariantConfig())
	runtime.RegisterDataqueryVariant(prometheus.VariantConfig())
	failed := false
	for _, file := range os.Args[1:] {
		text, err := os.ReadFile(file)
		if err != nil {
			fmt.Println(err)
			os.Exit(2)
		}
		var read dashboard.Dashboard
		for _, err := range []error{read.UnmarshalJSONStrict(text), read.Validate()} {
			// That there are no errors comes as a list without any.
			if err != nil && err.Error() != "" {
				failed = true
				fmt.Printf("%s: %v\n", file, err)
			}
		}
	}
	if failed {
		os.Exit(1)
	}
}
