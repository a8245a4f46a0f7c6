package server

import (
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/mail"
	"os"

	"ostiary/internal/config"
	"ostiary/internal/message"
	"ostiary/internal/store"
)

// mailer is what delivers messages: the outbox before the providers that are configured.
type mailer struct {
	outbox *message.Outbox
	router *message.Router
	client *http.Client // of those that speak HTTP
	close  func()

	production bool
}

// deliverMessages makes the outbox and the providers of the configuration.
func deliverMessages(ctx context.Context, cfg *config.Config, db store.Store, c *clock, random io.Reader, log *slog.Logger) (*mailer, error) {
	client := message.NewClient()
	m := &mailer{router: &message.Router{Identities: cfg.PoolResources}, client: client, close: client.CloseIdleConnections, production: cfg.Production}
	from := mail.Address{}
	if parsed, err := mail.ParseAddress(cfg.Email.From); err == nil { // validated
		from = *parsed
	}
	switch e := cfg.Email; {
	case e.SMTP.Address != "":
		smtp := newSMTP(e.SMTP, from)
		m.router.Email = smtp
		m.close = func() { smtp.Close(); client.CloseIdleConnections() }
	case e.SES.Endpoint != "":
		api, err := service(ctx, e.SES.Endpoint, e.SES.AccessKey, c.base)
		if err != nil {
			return nil, err
		}
		m.router.Email = message.NewSES(api, client, orElse(e.SES.Region, cfg.Region), from)
	case e.Webhook.URL != "":
		m.router.Email = &message.Webhook{URL: e.Webhook.URL.Reveal(), Secret: e.Webhook.Secret.Reveal(), Client: client, From: from}
	}
	switch s := cfg.SMS; {
	case s.SNS.Endpoint != "":
		api, err := service(ctx, s.SNS.Endpoint, s.SNS.AccessKey, c.base)
		if err != nil {
			return nil, err
		}
		m.router.SMS = message.NewSNS(api, client, orElse(s.SNS.Region, cfg.Region), s.SNS.SenderID)
	case s.Webhook.URL != "":
		m.router.SMS = &message.Webhook{URL: s.Webhook.URL.Reveal(), Secret: s.Webhook.Secret.Reveal(), Client: client}
	}
	m.outbox = &message.Outbox{
		Store: db, To: m.router, Log: log, Now: c.Now, Rand: random, Concurrency: cfg.Messages.Concurrency,
		MostWaiting: cfg.Messages.MaxWaiting, MostBytes: cfg.Messages.MaxKB << 10,
	}
	return m, nil
}

// run delivers until ctx is done. In development without anybody to deliver, there is nothing to do: all stays
// in the inbox.
func (m *mailer) run(ctx context.Context) {
	if m.router.Delivers() || m.production {
		m.outbox.Run(ctx)
	}
}

func newSMTP(s config.SMTP, from mail.Address) *message.SMTP {
	host, port := s.HostPort()
	return &message.SMTP{
		Host: host, Port: port, Security: message.Security(s.Security), Hello: s.Hello,
		Username: s.Username, Password: s.Password.Reveal(), From: from,
		TLSConfig: &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: s.Certificates},
	}
}

func orElse(given, other string) string {
	if given != "" {
		return given
	}
	return other
}

// loadTexts reads the texts of messages in the languages that there are files for.
func loadTexts(cfg *config.Config) (*message.Texts, error) {
	if cfg.Messages.Directory == "" {
		return nil, nil
	}
	texts, err := message.LoadTexts(os.DirFS(cfg.Messages.Directory), cfg.Messages.Language)
	if err != nil {
		return nil, fmt.Errorf("messages.directory: %w", err)
	}
	return texts, nil
}
