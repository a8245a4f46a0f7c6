package message

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/mail"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	gomail "github.com/wneessen/go-mail"
	"github.com/wneessen/go-mail/smtp"
)

// Security is how a connection to an SMTP server is protected.
type Security string

// The ways to protect a connection.
const (
	StartTLS Security = "starttls" // or not at all: a server that does not offer it is not used (RFC 3207)
	TLS      Security = "tls"      // from the first byte (RFC 8314)
	Plain    Security = "none"
)

const (
	// smtpTime is how long the server may take to be ready for a message, and then to take it.
	smtpTime = 15 * time.Second
	// smtpIdle is how long a connection is kept for further messages: less than servers wait.
	smtpIdle  = 20 * time.Second
	smtpConns = 16 // kept at most
)

// SMTP sends e-mail by an SMTP server (RFC 5321). It is a Sender.
type SMTP struct {
	Host     string
	Port     int
	Security Security
	// Username and Password authenticate, by the best way that the server offers; "" for none.
	Username, Password string
	// Hello is the name given in EHLO; "" is that of the machine.
	Hello string
	// From sends for pools that have no sender of their own.
	From mail.Address
	// TLSConfig, if there, says more of certificates.
	TLSConfig *tls.Config

	mu     sync.Mutex
	idle   []*smtpConn
	closed bool
}

// smtpConn is a connection that is ready for a message.
type smtpConn struct {
	wire   wire
	dialer *gomail.Client
	client *smtp.Client
	since  time.Time // idle
}

// wire is a network connection that can be cut at any time, also before it is there.
type wire struct {
	mu   sync.Mutex
	conn net.Conn
	cut  bool
}

func (w *wire) set(c net.Conn) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.conn = c; w.cut {
		_ = c.Close()
	}
}

func (w *wire) close() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.cut = true; w.conn != nil {
		_ = w.conn.Close()
	}
}

// Send implements Sender. A server that answers 5yz refuses the message for good.
func (s *SMTP) Send(ctx context.Context, m Message) error {
	text, err := s.write(m)
	if err != nil {
		return err
	}
	for {
		conn, used, err := s.connect(ctx)
		if err != nil {
			return err
		}
		err = conn.send(ctx, text)
		if err == nil || text.IsDelivered() { // what follows upon the message is not its fault
			s.keep(conn, err == nil)
			return nil
		}
		conn.wire.close()
		var failed *gomail.SendError
		if used && errors.As(err, &failed) && failed.Reason == gomail.ErrConnCheck {
			continue // the server had ended it
		}
		return smtpError(err)
	}
}

// send hands a message over. When ctx is done, the connection ends.
func (c *smtpConn) send(ctx context.Context, text *gomail.Msg) error {
	defer context.AfterFunc(ctx, c.wire.close)()
	return c.dialer.SendWithSMTPClient(c.client, text)
}

// smtpError says what went wrong without what the server said, which may have the address.
func smtpError(err error) error {
	var failed *gomail.SendError
	if !errors.As(err, &failed) {
		return errors.New("smtp: the message was not taken")
	}
	told := fmt.Errorf("smtp: %s: %s", failed.Reason, strings.TrimSpace(strconv.Itoa(failed.ErrorCode())+" "+failed.EnhancedStatusCode()))
	switch code := failed.ErrorCode(); {
	case code == 0: // the connection, not the server
		return fmt.Errorf("smtp: %s: the connection has ended or took too long", failed.Reason)
	case code == 530 || code == 534 || code == 535 || code == 538: // the operator's to mend (RFC 4954, 6)
		return told
	case code >= 500:
		return &Refusal{told}
	default:
		return told
	}
}

// connect answers a connection that is ready; used if it was before.
func (s *SMTP) connect(ctx context.Context) (c *smtpConn, used bool, err error) {
	if c := s.unused(); c != nil {
		return c, true, nil
	}
	c = &smtpConn{}
	options := []gomail.Option{
		gomail.WithPort(s.Port), gomail.WithTimeout(smtpTime), gomail.WithTLSConfig(s.tlsConfig()),
		gomail.WithDialContextFunc(func(ctx context.Context, network, address string) (net.Conn, error) {
			conn, err := new(net.Dialer).DialContext(ctx, network, address)
			if err != nil {
				return nil, err
			}
			if s.Security == TLS {
				conn = tls.Client(conn, s.tlsConfig())
			}
			c.wire.set(conn)
			return conn, nil
		}),
	}
	switch s.Security {
	case Plain:
		options = append(options, gomail.WithTLSPolicy(gomail.NoTLS))
	case TLS:
		options = append(options, gomail.WithSSL())
	default:
		options = append(options, gomail.WithTLSPolicy(gomail.TLSMandatory))
	}
	if s.Hello != "" {
		options = append(options, gomail.WithHELO(s.Hello))
	}
	if c.dialer, err = gomail.NewClient(s.Host, options...); err != nil {
		return nil, false, fmt.Errorf("smtp: %w", err)
	}
	defer context.AfterFunc(ctx, c.wire.close)() // the library ends nothing when ctx is done
	if c.client, err = c.dialer.DialToSMTPClientWithContext(ctx); err != nil {
		c.wire.close()
		return nil, false, fmt.Errorf("smtp: connect to %s: %w", net.JoinHostPort(s.Host, strconv.Itoa(s.Port)), err)
	}
	if err := s.authenticate(c.client); err != nil {
		c.wire.close()
		return nil, false, fmt.Errorf("smtp: authenticate at %s: %w", s.Host, err)
	}
	return c, false, nil
}

// authenticate proves who sends, without giving the password away if the server does not need it (RFC 7677).
// The library's own choice does not know of a connection that has TLS from the first byte.
func (s *SMTP) authenticate(c *smtp.Client) error {
	if s.Username == "" {
		return nil
	}
	_, offered := c.Extension("AUTH")
	offers := strings.Fields(strings.ToUpper(offered))
	inClear := s.Security == Plain // on this machine, as the configuration makes sure
	switch {
	case slices.Contains(offers, "SCRAM-SHA-256"):
		return c.Auth(smtp.ScramSHA256Auth(s.Username, s.Password))
	case slices.Contains(offers, "PLAIN"):
		return c.Auth(smtp.PlainAuth("", s.Username, s.Password, s.Host, inClear))
	case slices.Contains(offers, "LOGIN"):
		return c.Auth(smtp.LoginAuth(s.Username, s.Password, s.Host, inClear))
	default:
		return fmt.Errorf("the server offers none of SCRAM-SHA-256, PLAIN and LOGIN but %q", offered)
	}
}

func (s *SMTP) tlsConfig() *tls.Config {
	config := &tls.Config{MinVersion: tls.VersionTLS12}
	if s.TLSConfig != nil {
		config = s.TLSConfig.Clone()
	}
	if config.ServerName == "" {
		config.ServerName = s.Host
	}
	return config
}

// unused takes an idle connection; nil if there is none.
func (s *SMTP) unused() *smtpConn {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.expire()
	if len(s.idle) == 0 {
		return nil
	}
	c := s.idle[len(s.idle)-1]
	s.idle = s.idle[:len(s.idle)-1]
	return c
}

// keep keeps a connection for other messages, or ends it.
func (s *SMTP) keep(c *smtpConn, good bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.expire()
	if !good || s.closed || len(s.idle) == smtpConns {
		c.wire.close()
		return
	}
	c.since = time.Now()
	s.idle = append(s.idle, c)
}

// expire ends connections that were idle for too long, the oldest of which come first.
func (s *SMTP) expire() {
	for len(s.idle) > 0 && time.Since(s.idle[0].since) > smtpIdle {
		s.idle[0].wire.close()
		s.idle = s.idle[1:]
	}
}

// Close ends the connections that are kept for later messages, and keeps no more.
func (s *SMTP) Close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, c := range s.idle {
		c.wire.close()
	}
	s.idle, s.closed = nil, true
}

// write makes the text of an e-mail. A message that is sent again has the same Message-ID and date.
func (s *SMTP) write(m Message) (*gomail.Msg, error) {
	from, replyTo := senderOf(m, s.From)
	text := gomail.NewMsg(gomail.WithNoDefaultUserAgent())
	text.FromMailAddress(&from)
	text.ToMailAddress(&mail.Address{Address: m.Destination})
	if replyTo != "" {
		text.ReplyToMailAddress(&mail.Address{Address: replyTo})
	}
	_, domain, _ := strings.Cut(from.Address, "@")
	text.SetMessageIDWithValue(m.ID + "@" + domain)
	text.SetDateWithValue(m.Time)
	text.SetGenHeader("Auto-Submitted", "auto-generated") // RFC 3834: nobody answers it
	text.Subject(oneLine(m.Subject))
	text.SetBodyString(gomail.TypeTextPlain, plainText(m.Body))
	text.AddAlternativeString(gomail.TypeTextHTML, m.Body)
	if _, err := text.GetSender(false); err != nil {
		return nil, &Refusal{errors.New("smtp: the sender's address cannot be used")}
	}
	if _, err := text.GetRecipients(); err != nil {
		return nil, &Refusal{ErrAddress}
	}
	return text, nil
}
