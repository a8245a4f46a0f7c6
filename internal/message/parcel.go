package message

import (
	"encoding/json"
	"errors"
	"time"

	"ostiary/cognitoidp"
)

// parcel is a message as the store keeps it.
type parcel struct {
	Message  Message
	Expires  time.Time                          `json:",omitzero"`
	Email    *cognitoidp.EmailConfigurationType `json:",omitempty"`
	SMS      *cognitoidp.SmsConfigurationType   `json:",omitempty"`
	Nobody   bool                               `json:",omitzero"`
	Function *Function                          `json:",omitempty"`
}

func pack(m Message) ([]byte, error) {
	return json.Marshal(parcel{m, m.Expires, m.Email, m.SMS, m.Nobody, m.Function})
}

func unpack(content []byte) (Message, error) {
	var p parcel
	if err := json.Unmarshal(content, &p); err != nil {
		return Message{}, errors.New("message: a message of the outbox cannot be read") // it may have a code
	}
	m := p.Message
	m.Expires, m.Email, m.SMS, m.Nobody, m.Function = p.Expires, p.Email, p.SMS, p.Nobody, p.Function
	return m, nil
}
