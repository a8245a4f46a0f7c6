package server

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"os"
	"sync"
	"time"

	"ostiary/internal/config"
)

// listen opens the listener, with TLS if there is a certificate.
func listen(ctx context.Context, cfg *config.Config) (net.Listener, error) {
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", cfg.Listen)
	if err != nil {
		return nil, fmt.Errorf("listen: %w", err)
	}
	if cfg.TLS == (config.TLS{}) {
		return l, nil
	}
	cert := &certificate{files: cfg.TLS}
	if _, err := cert.get(nil); err != nil {
		_ = l.Close()
		return nil, err
	}
	return tls.NewListener(l, &tls.Config{
		MinVersion:     tls.VersionTLS12,
		NextProtos:     []string{"h2", "http/1.1"},
		GetCertificate: cert.get,
	}), nil
}

// certificate reads its files again once they have changed, so that a renewed certificate needs no
// restart.
type certificate struct {
	files config.TLS

	mu       sync.Mutex
	loaded   *tls.Certificate
	modified time.Time
}

func (c *certificate) get(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	info, err := os.Stat(c.files.Cert)
	if err == nil && c.loaded != nil && info.ModTime().Equal(c.modified) {
		return c.loaded, nil
	}
	if err == nil {
		var pair tls.Certificate
		if pair, err = tls.LoadX509KeyPair(c.files.Cert, c.files.Key); err == nil {
			c.loaded, c.modified = &pair, info.ModTime()
		}
	}
	if c.loaded != nil {
		return c.loaded, nil // the old one serves while the new one is half written
	}
	return nil, fmt.Errorf("TLS certificate: %w", err)
}
