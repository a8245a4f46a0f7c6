// Package messagetest is providers for tests: an SMTP server, and services of AWS that check signatures.
package messagetest

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"io"
	"log"
	"math/big"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net"
	"net/mail"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
)

// SMTPOptions is what an SMTP server asks for.
type SMTPOptions struct {
	// Address to listen on; "" is any free port of 127.0.0.1.
	Address string
	// Security is starttls, tls or none ("").
	Security string
	// Username and Password are asked for if there.
	Username, Password string
	// Recipient, if there, answers whether a recipient is refused, by a *smtp.SMTPError.
	Recipient func(address string) error
	// Data, if there, is called when a message has arrived whole; what it returns is the answer.
	Data func(Mail) error
}

// SMTP is an SMTP server that keeps what it gets, until the end of its test or Close.
type SMTP struct {
	Addr string
	// CA is the certificate that signs the server's, in PEM.
	CA []byte

	options  SMTPOptions
	server   *smtp.Server
	listener net.Listener

	mu    sync.Mutex
	mails []Mail
	conns map[string]bool // by the address of the other side
	wake  chan struct{}   // closed and made again with each mail
}

// Mail is an e-mail as it arrived.
type Mail struct {
	From, To string // of the envelope
	Header   mail.Header
	Subject  string
	Text     string
	HTML     string
	Username string // who has authenticated
	TLS      bool
}

// StartSMTP runs a server.
func StartSMTP(tb testing.TB, o SMTPOptions) *SMTP {
	tb.Helper()
	s := &SMTP{options: o, wake: make(chan struct{}), conns: map[string]bool{}}
	s.server = smtp.NewServer(s)
	s.server.Domain = "localhost"
	s.server.ErrorLog = log.New(io.Discard, "", 0)
	s.server.AllowInsecureAuth = o.Security == "" || o.Security == "none"
	address := o.Address
	if address == "" {
		address = "127.0.0.1:0"
	}
	listener, err := new(net.ListenConfig).Listen(context.Background(), "tcp", address)
	if err != nil {
		tb.Fatal(err)
	}
	s.Addr = listener.Addr().String()
	if o.Security == "starttls" || o.Security == "tls" {
		config := s.certify(tb)
		if o.Security == "tls" {
			listener = tls.NewListener(listener, config)
		} else {
			s.server.TLSConfig = config
		}
	}
	s.listener = listener
	served := make(chan struct{})
	go func() {
		defer close(served)
		_ = s.server.Serve(listener)
	}()
	tb.Cleanup(func() { s.Close(); <-served })
	return s
}

// Close ends the server and its connections.
func (s *SMTP) Close() {
	_ = s.server.Close() // which misses a listener that it does not know of yet
	_ = s.listener.Close()
}

func (s *SMTP) certify(tb testing.TB) *tls.Config {
	tb.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		tb.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "tests"}, IsCA: true, BasicConstraintsValid: true,
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		DNSNames: []string{"localhost"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		tb.Fatal(err)
	}
	s.CA = pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	return &tls.Config{MinVersion: tls.VersionTLS12, Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}
}

// Mails are those that arrived so far, oldest first.
func (s *SMTP) Mails() []Mail {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Mail(nil), s.mails...)
}

// Connections is how many there were.
func (s *SMTP) Connections() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.conns)
}

// Wait waits until so many mails have arrived, and fails the test if that takes longer than half a minute.
func (s *SMTP) Wait(tb testing.TB, n int) []Mail {
	tb.Helper()
	timeout := time.After(30 * time.Second)
	for {
		s.mu.Lock()
		mails, wake := append([]Mail(nil), s.mails...), s.wake
		s.mu.Unlock()
		if len(mails) >= n {
			return mails
		}
		select {
		case <-wake:
		case <-timeout:
			tb.Fatalf("%d of %d e-mails have arrived", len(mails), n)
		}
	}
}

// NewSession implements smtp.Backend.
func (s *SMTP) NewSession(c *smtp.Conn) (smtp.Session, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.conns[c.Conn().RemoteAddr().String()] = true
	return &session{server: s, conn: c}, nil
}

type session struct {
	server   *SMTP
	conn     *smtp.Conn
	username string
	mail     Mail
}

// AuthMechanisms implements smtp.AuthSession.
func (s *session) AuthMechanisms() []string {
	if s.server.options.Username == "" {
		return nil
	}
	return []string{sasl.Plain}
}

// Auth implements smtp.AuthSession.
func (s *session) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, username, password string) error {
		if username != s.server.options.Username || password != s.server.options.Password {
			return smtp.ErrAuthFailed
		}
		s.username = username
		return nil
	}), nil
}

// Reset implements smtp.Session.
func (s *session) Reset() { s.mail = Mail{} }

// Logout implements smtp.Session.
func (s *session) Logout() error { return nil }

// Mail implements smtp.Session.
func (s *session) Mail(from string, _ *smtp.MailOptions) error {
	if s.server.options.Username != "" && s.username == "" {
		return &smtp.SMTPError{Code: 530, EnhancedCode: smtp.EnhancedCode{5, 7, 0}, Message: "Authentication required"}
	}
	s.mail.From = from
	return nil
}

// Rcpt implements smtp.Session.
func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	if s.mail.To != "" {
		return errors.New("a second recipient")
	}
	s.mail.To = to
	if refuse := s.server.options.Recipient; refuse != nil {
		return refuse(to)
	}
	return nil
}

// Data implements smtp.Session.
func (s *session) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	m := s.mail
	_, m.TLS = s.conn.TLSConnectionState()
	m.Username = s.username
	if err := m.read(raw); err != nil {
		return err
	}
	if answer := s.server.options.Data; answer != nil {
		if err := answer(m); err != nil {
			return err
		}
	}
	s.server.mu.Lock()
	defer s.server.mu.Unlock()
	s.server.mails = append(s.server.mails, m)
	close(s.server.wake)
	s.server.wake = make(chan struct{})
	return nil
}

// read takes the message apart: a text and the same in HTML.
func (m *Mail) read(raw []byte) error {
	message, err := mail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		return err
	}
	m.Header = message.Header
	if m.Subject, err = new(mime.WordDecoder).DecodeHeader(message.Header.Get("Subject")); err != nil {
		return err
	}
	kind, parameters, err := mime.ParseMediaType(message.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/alternative" {
		return errors.New("not multipart/alternative but " + kind)
	}
	parts := multipart.NewReader(message.Body, parameters["boundary"])
	for {
		part, err := parts.NextRawPart()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		var body io.Reader = part
		if part.Header.Get("Content-Transfer-Encoding") == "quoted-printable" {
			body = quotedprintable.NewReader(part)
		}
		text, err := io.ReadAll(body)
		if err != nil {
			return err
		}
		content := strings.TrimSuffix(strings.ReplaceAll(string(text), "\r\n", "\n"), "\n")
		switch kind, _, _ := mime.ParseMediaType(part.Header.Get("Content-Type")); kind {
		case "text/plain":
			m.Text = content
		case "text/html":
			m.HTML = content
		default:
			return errors.New("a part of type " + kind)
		}
	}
}
