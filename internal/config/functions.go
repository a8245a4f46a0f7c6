package config

import (
	"errors"
	"fmt"
	"maps"
	"net/url"
	"os/exec"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"ostiary/internal/policy"
)

// AWS is the endpoint that stands for the service itself.
const AWS = "aws"

// ServiceKey signs requests to a service of AWS.
type ServiceKey struct {
	ID string `yaml:"id"`
	// Secret is the secret access key. Load fills it in from SecretFile.
	Secret Secret `yaml:"secret"`
	// SecretFile holds the secret instead. It may not be readable by everybody. A line end at its end is
	// dropped.
	SecretFile string `yaml:"secret_file"`
}

// Function is where a function runs: at a URL or by a command. A text alone is a URL if it begins like one,
// otherwise a command whose words stand between blanks.
type Function struct {
	// URL takes the event by POST and answers it with its response filled in; a thrown error has a status
	// from 400 or the header X-Amz-Function-Error, and the body {"errorMessage": "…"}. The Lambda runtime
	// interface emulator is such an address. In production it has to be https unless its host is
	// loopback, since events may carry passwords.
	URL string `yaml:"url"`
	// Command is a program and its arguments, run for each event in the server's working directory: the
	// event is its standard input, the event with its response filled in its standard output. It throws by
	// writing {"errorMessage": "…"}, or by an exit status other than 0. Its standard error is the server's.
	Command []string `yaml:"command"`
	// Environment names the variables of the server that the command sees, beside PATH, HOME, TMPDIR, TZ,
	// LANG and LC_ALL. Default: none.
	Environment []string `yaml:"environment"`
}

// Functions is where functions run that the Lambda API does not, by the ARN that pools name or by the
// function's name in it.
type Functions map[string]Function

// UnmarshalYAML reads a text or the keys of a Function.
func (f *Function) UnmarshalYAML(node *yaml.Node) error {
	if node.Kind == yaml.ScalarNode && node.Tag == "!!str" {
		*f = parseFunction(node.Value)
		return nil
	}
	if node.Kind == yaml.MappingNode { // a decoder of its own would not refuse unknown keys
		for i := 0; i < len(node.Content); i += 2 {
			if key := node.Content[i]; !slices.Contains([]string{"url", "command", "environment"}, key.Value) {
				return atLine(key, fmt.Errorf("unknown key %q", key.Value))
			}
		}
	}
	type plain Function
	return node.Decode((*plain)(f))
}

func parseFunction(text string) Function {
	if strings.HasPrefix(text, "http://") || strings.HasPrefix(text, "https://") {
		return Function{URL: text}
	}
	return Function{Command: strings.Fields(text)}
}

// functions reads NAME=URL and NAME=COMMAND, separated by commas.
func functions(to *Functions) func(string) error {
	return func(s string) error {
		*to = Functions{}
		for part := range strings.SplitSeq(s, ",") {
			name, where, ok := strings.Cut(strings.TrimSpace(part), "=")
			if !ok {
				return fmt.Errorf("%q is not NAME=URL or NAME=COMMAND", name)
			}
			(*to)[name] = parseFunction(where)
		}
		return nil
	}
}

// KMS is AWS KMS, or what speaks like it.
type KMS struct {
	// Endpoint is the URL of the API, or "aws" for the service itself, in the region of each key (KMSKeyID). In
	// production a URL has to be https unless its host is loopback, since it answers data keys. Default: none;
	// each KMSKeyID then names a key of this server's own, for which it answers the operations of KMS that
	// functions need.
	Endpoint string `yaml:"endpoint"`
	// AccessKey signs requests. Default: as for lambda_access_key.
	AccessKey ServiceKey `yaml:"access_key"`
}

func (c *Config) resolveLambda(p *problems) {
	secretOf("kms.access_key.secret", &c.KMS.AccessKey.Secret, c.KMS.AccessKey.SecretFile, p)
	secretOf("lambda_access_key.secret", &c.LambdaAccessKey.Secret, c.LambdaAccessKey.SecretFile, p)
	for _, name := range slices.Sorted(maps.Keys(c.Functions)) {
		f := c.Functions[name]
		if len(f.Command) > 0 {
			if _, err := exec.LookPath(f.Command[0]); err != nil {
				p.addErr("functions."+name+".command", err)
			}
		}
	}
}

// patternsOf reads patterns of ARNs, separated by commas.
func patternsOf(to *policy.Resources) func(string) error {
	return func(s string) error {
		*to = nil
		for part := range strings.SplitSeq(s, ",") {
			*to = append(*to, strings.TrimSpace(part))
		}
		return nil
	}
}

func (c *Config) validateLambda(p *problems) {
	p.addErr("pool_resources", c.PoolResources.Check())
	p.addErr("lambda_endpoint", checkEndpoint(c.LambdaEndpoint, c.Production, "since events may carry passwords"))
	switch k := c.LambdaAccessKey; {
	case k == ServiceKey{}:
	case c.LambdaEndpoint == "":
		p.add("lambda_access_key", "has no effect without lambda_endpoint")
	case k.ID == "" || k.Secret == "" && k.SecretFile == "":
		p.add("lambda_access_key", "id and secret, or secret_file, belong together")
	}
	if c.LambdaConcurrency < 1 || c.LambdaConcurrency > 10_000 {
		p.add("lambda_concurrency", "%d is not a number from 1 to 10000", c.LambdaConcurrency)
	}
	if c.KMS != (KMS{}) {
		c.validateService("kms", c.KMS.Endpoint, "", c.KMS.AccessKey, "since it answers data keys", p)
	}
	for _, name := range slices.Sorted(maps.Keys(c.Functions)) {
		p.addErr("functions."+name, c.Functions[name].check(name, c.Production))
	}
}

func (f Function) check(name string, production bool) error {
	switch {
	case name == "":
		return errors.New("the name of the function is missing")
	case (f.URL == "") == (len(f.Command) == 0):
		return errors.New("one of url and command is needed, and only one")
	case f.URL == "" && f.Command[0] == "":
		return errors.New("the command is empty")
	case f.URL == "":
		return nil
	case len(f.Environment) > 0:
		return errors.New("environment has no effect without command")
	}
	u, err := url.Parse(f.URL)
	switch {
	case err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" || u.User != nil:
		return errors.New("not an http or https URL") // not repeated, as it may hold a password
	case production && u.Scheme == "http" && !isLoopbackHost(u.Hostname()):
		return errors.New("has to be https, since events may carry passwords")
	}
	return nil
}
