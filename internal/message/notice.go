package message

import (
	"time"

	"ostiary/cognitoidp"
)

// AccountTakeOverNotification is why a notice is sent: a sign-in looked as if the account were being taken over.
const AccountTakeOverNotification Trigger = "CustomEmailSender_AccountTakeOverNotification"

// Notice is what a message tells of a sign-in at risk. Subject and Body of the message tell the same.
type Notice struct {
	EventID   string                                    `json:"eventId"`
	Action    cognitoidp.AccountTakeoverEventActionType `json:"action"`
	IPAddress string                                    `json:"ipAddress"`
	LoginTime time.Time                                 `json:"loginTime"`
	// City, Country and DeviceName are "" where they are not known.
	City       string `json:"city"`
	Country    string `json:"country"`
	DeviceName string `json:"deviceName"`
	// FeedbackToken is for UpdateAuthEventFeedback; the links lead to a page that does the same.
	FeedbackToken       string `json:"feedbackToken"`
	OneClickLinkValid   string `json:"oneClickLinkValid"`
	OneClickLinkInvalid string `json:"oneClickLinkInvalid"`
}
