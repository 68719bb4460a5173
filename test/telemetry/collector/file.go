package main

import (
	"context"
	"os"
	"sync"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/exporter"
	"go.opentelemetry.io/collector/exporter/exporterhelper"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/pmetric"
	"go.opentelemetry.io/collector/pdata/ptrace"
)

// fileConfig is `path`: each export becomes one line of that file, in OTLP's own JSON encoding, as the file exporter of the contributed
// parts writes it. That one brings compression and rotation along, and with them modules that not every proxy has.
type fileConfig struct {
	Path string `mapstructure:"path"`
}

var writing sync.Mutex

func write(path string, line []byte) error {
	writing.Lock()
	defer writing.Unlock()
	file, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer file.Close()
	_, err = file.Write(append(line, '\n'))
	return err
}

func newFileFactory() exporter.Factory {
	return exporter.NewFactory(
		component.MustNewType("file"),
		func() component.Config { return &fileConfig{} },
		exporter.WithTraces(func(ctx context.Context, set exporter.Settings, cfg component.Config) (exporter.Traces, error) {
			marshaler := &ptrace.JSONMarshaler{}
			return exporterhelper.NewTraces(ctx, set, cfg, func(_ context.Context, data ptrace.Traces) error {
				line, err := marshaler.MarshalTraces(data)
				if err != nil {
					return err
				}
				return write(cfg.(*fileConfig).Path, line)
			})
		}, component.StabilityLevelDevelopment),
		exporter.WithMetrics(func(ctx context.Context, set exporter.Settings, cfg component.Config) (exporter.Metrics, error) {
			marshaler := &pmetric.JSONMarshaler{}
			return exporterhelper.NewMetrics(ctx, set, cfg, func(_ context.Context, data pmetric.Metrics) error {
				line, err := marshaler.MarshalMetrics(data)
				if err != nil {
					return err
				}
				return write(cfg.(*fileConfig).Path, line)
			})
		}, component.StabilityLevelDevelopment),
		exporter.WithLogs(func(ctx context.Context, set exporter.Settings, cfg component.Config) (exporter.Logs, error) {
			marshaler := &plog.JSONMarshaler{}
			return exporterhelper.NewLogs(ctx, set, cfg, func(_ context.Context, data plog.Logs) error {
				line, err := marshaler.MarshalLogs(data)
				if err != nil {
					return err
				}
				return write(cfg.(*fileConfig).Path, line)
			})
		}, component.StabilityLevelDevelopment),
	)
}
