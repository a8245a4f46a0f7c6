package config

import (
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
)

// CloudWatchPrefix, before an http or https URL, makes a log destination an API of CloudWatch Logs.
const CloudWatchPrefix = "cloudwatch+"

// LogDestinations is where exported logs go (SetLogDeliveryConfiguration), by the ARN that pools name, by the
// name of the log group, delivery stream or bucket in it, or "*" for all others. A destination is
//
//	file:///var/log/ostiary/activity.jsonl        a file, to which lines are appended
//	https://logs.example.com/in                   takes JSON arrays by POST
//	cloudwatch+https://logs.example.com           an API like that of CloudWatch Logs
//	aws                                           CloudWatch Logs itself, in the region of the log group
//
// In production a URL has to be https unless its host is loopback: activity names people and their addresses.
type LogDestinations map[string]string

// logDestinations reads NAME=DESTINATION, separated by commas.
func logDestinations(to *LogDestinations) func(string) error {
	return func(s string) error {
		*to = LogDestinations{}
		for part := range strings.SplitSeq(s, ",") {
			name, where, ok := strings.Cut(strings.TrimSpace(part), "=")
			if !ok {
				return fmt.Errorf("%q is not NAME=DESTINATION", name)
			}
			(*to)[name] = where
		}
		return nil
	}
}

func (c *Config) validateLogs(p *problems) {
	for _, name := range slices.Sorted(maps.Keys(c.LogDestinations)) {
		p.addErr("log_destinations."+name, checkLogDestination(name, c.LogDestinations[name], c.Production))
	}
}

func checkLogDestination(name, where string, production bool) error {
	if name == "" {
		return errors.New("the name of the log group, delivery stream or bucket is missing")
	}
	if where == AWS {
		return nil
	}
	if path, ok := strings.CutPrefix(where, "file://"); ok {
		if !filepath.IsAbs(path) || strings.HasSuffix(path, "/") {
			return fmt.Errorf("%q is not file:// and the absolute path of a file", where)
		}
		return nil
	}
	u, err := checkURL(strings.TrimPrefix(where, CloudWatchPrefix))
	switch {
	case err != nil:
		return errors.New(`neither "aws", file:///PATH nor an http or https URL, with or without "cloudwatch+", without user name, query and fragment`)
	case production && u.Scheme == "http" && !isLoopbackHost(u.Hostname()):
		return errors.New("has to be https, since the activity of users names them")
	}
	return nil
}
