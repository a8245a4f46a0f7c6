package main

import (
	"context"
	"crypto/rand"
	"os"
	"strconv"

	"ostiary/internal/config"
	"ostiary/internal/server"
	"ostiary/internal/store/sqlstore"
)

// settings is the flags that every command takes which reads the configuration. A flag that was not
// given is nil: then the environment, the file or the default decides.
type settings struct {
	Config   string  `help:"Configuration file. With one the server is in production mode." placeholder:"FILE" type:"path"`
	Data     *string `help:"Folder of the embedded database (./ostiary-data)." placeholder:"DIR"`
	Database *string `help:"Database URL, sqlite:PATH or postgres://… (SQLite in --data)." placeholder:"URL"`
	LogLevel *string `help:"Least level that is logged: debug, info, warn or error (info)." placeholder:"LEVEL"`
}

// serving is the flags of a server beside those.
type serving struct {
	Listen         *string `help:"Address to listen on (127.0.0.1:4500)." placeholder:"HOST:PORT"`
	Region         *string `help:"Region of new pools (us-east-1)." placeholder:"NAME"`
	Account        *string `help:"Account number in ARNs (000000000000)." placeholder:"DIGITS"`
	BaseURL        *string `name:"base-url" help:"Where clients find the server; issuers are made from it (http://localhost:PORT)." placeholder:"URL"`
	LambdaEndpoint *string `help:"Lambda API that runs the functions of triggers, or aws for the service itself (none)." placeholder:"URL"`
	Functions      *string `help:"Functions that run elsewhere, separated by commas." placeholder:"NAME=URL|COMMAND"`
	DevAllowRemote bool    `help:"In development, allow a --listen that is not loopback. Whoever reaches it may do everything."`
}

func (s settings) load(more map[string]*string) (*config.Config, error) {
	flags := map[string]string{}
	for name, value := range map[string]*string{"data": s.Data, "database": s.Database, "log-level": s.LogLevel} {
		if value != nil {
			flags[name] = *value
		}
	}
	for name, value := range more {
		if value != nil {
			flags[name] = *value
		}
	}
	return config.Load(s.Config, os.LookupEnv, flags)
}

// openStore opens the database of the configuration, and brings it up to date.
func (s settings) openStore(ctx context.Context) (*sqlstore.DB, error) {
	cfg, err := s.load(nil)
	if err != nil {
		return nil, err
	}
	db, _, err := server.OpenStore(ctx, cfg, rand.Reader)
	return db, err
}

func (s serving) flags() map[string]*string {
	flags := map[string]*string{
		"listen": s.Listen, "region": s.Region, "account": s.Account, "base-url": s.BaseURL,
		"lambda-endpoint": s.LambdaEndpoint, "functions": s.Functions,
	}
	if s.DevAllowRemote {
		flags["dev-allow-remote"] = new(strconv.FormatBool(true))
	}
	return flags
}
