package userpool

import (
	"fmt"
	"io"
	"log/slog"
)

// What holds secrets prints without them, whatever the verb, and in logs by its id alone: a line
// written to find a fault must not put them where logs go.

func (Password) Format(s fmt.State, _ rune)       { io.WriteString(s, "[password]") }
func (TOTP) Format(s fmt.State, _ rune)           { io.WriteString(s, "[authenticator app]") }
func (c ClientSecret) Format(s fmt.State, _ rune) { io.WriteString(s, "[client secret "+c.ID+"]") }
func (k SigningKey) Format(s fmt.State, _ rune)   { io.WriteString(s, "[signing key "+k.ID+"]") }
func (a Attempt) Format(s fmt.State, _ rune)      { io.WriteString(s, "[attempt "+a.EventID+"]") }
func (d Device) Format(s fmt.State, _ rune)       { io.WriteString(s, "[device "+d.Key+"]") }
func (ip IdentityProvider) Format(s fmt.State, _ rune) {
	io.WriteString(s, "[identity provider "+ip.Name+"]")
}

func (Password) LogValue() slog.Value            { return slog.StringValue("[password]") }
func (TOTP) LogValue() slog.Value                { return slog.StringValue("[authenticator app]") }
func (c ClientSecret) LogValue() slog.Value      { return slog.StringValue(c.ID) }
func (k SigningKey) LogValue() slog.Value        { return slog.StringValue(k.ID) }
func (a Attempt) LogValue() slog.Value           { return slog.StringValue(a.EventID) }
func (d Device) LogValue() slog.Value            { return slog.StringValue(d.Key) }
func (u User) LogValue() slog.Value              { return slog.StringValue(u.Sub) }
func (c Client) LogValue() slog.Value            { return slog.StringValue(c.ID) }
func (ip IdentityProvider) LogValue() slog.Value { return slog.StringValue(ip.Name) }
